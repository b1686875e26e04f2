"""What notification counts beside what every process counts; it stands on the same /metrics."""

from __future__ import annotations

from prometheus_client import Counter

MAILS_POSSIBLY_DOUBLED = Counter(
    "mypage_mail_possible_duplicate_total", "Mails tried again after their sender died in the act"
)
