"""Counters and histograms of a process. Labels are bounded: names of messages, queues and outcomes, never
values.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram, generate_latest

HANDLED = Counter("mypage_messages_handled_total", "Messages handled, by outcome", ["type", "outcome"])
HANDLING_SECONDS = Histogram("mypage_message_handling_seconds", "Time in a handler", ["type"])
CALLS = Counter("mypage_calls_total", "Requests sent to services, by outcome", ["type", "outcome"])
BREAKER_OPEN = Gauge(
    "mypage_breaker_open",
    "1 while a lane of a service is left alone because it did not answer",
    ["service", "lane"],
)
OUTBOX_PUBLISHED = Counter("mypage_outbox_published_total", "Events published and confirmed")
OUTBOX_RETURNED = Counter("mypage_outbox_kept_total", "Events that could not be published and were kept")
OUTBOX_ROWS = Gauge("mypage_outbox_rows", "Events waiting to be published", ["service"])
OUTBOX_OLDEST_SECONDS = Gauge(
    "mypage_outbox_oldest_seconds", "Age of the event that has waited longest; 0 when none waits", ["service"]
)
INBOX_DUPLICATES = Counter(
    "mypage_inbox_duplicates_total", "Events that came again and changed nothing", ["consumer"]
)


def exposition() -> bytes:
    """All metrics in the text format of Prometheus."""
    return generate_latest()
