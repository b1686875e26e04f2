"""What notification counts beside what every process counts; it stands on the same /metrics."""

from __future__ import annotations

from prometheus_client import Counter

MAILS_POSSIBLY_DOUBLED = Counter(
    "mypage_mail_possible_duplicate_total", "Mails tried again after their sender died in the act"
)
MAILS_ABANDONED = Counter("mypage_mails_abandoned_total", "Mails that were given up for good")
MAILS_PUT_ASIDE = Counter(
    "mypage_mails_put_aside_total", "Attempts that a fault of our own ended before anything was sent"
)
