"""Counters and histograms of a process. Labels are bounded: names of messages, queues and outcomes, never
values.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram, generate_latest

from chassis.process.system import SYSTEM

HANDLED = Counter(f"{SYSTEM}_messages_handled_total", "Messages handled, by outcome", ["type", "outcome"])
HANDLING_SECONDS = Histogram(f"{SYSTEM}_message_handling_seconds", "Time in a handler", ["type"])
NO_ROOM = Counter(
    f"{SYSTEM}_no_room_total",
    "Events that a full waiting room or dead queue did not take; they are kept in hand and tried again",
    ["exchange"],
)
CALLS = Counter(f"{SYSTEM}_calls_total", "Requests sent to services, by outcome", ["type", "outcome"])
BREAKER_OPEN = Gauge(
    f"{SYSTEM}_breaker_open",
    "1 while a lane of a service is left alone because it did not answer",
    ["service", "lane"],
)
OUTBOX_PUBLISHED = Counter(f"{SYSTEM}_outbox_published_total", "Events published and confirmed")
OUTBOX_RETURNED = Counter(f"{SYSTEM}_outbox_kept_total", "Events that could not be published and were kept")
OUTBOX_ROWS = Gauge(f"{SYSTEM}_outbox_rows", "Events waiting to be published", ["service"])
OUTBOX_OLDEST_SECONDS = Gauge(
    f"{SYSTEM}_outbox_oldest_seconds",
    "Age of the event that has waited longest; 0 when none waits",
    ["service"],
)
INBOX_DUPLICATES = Counter(
    f"{SYSTEM}_inbox_duplicates_total", "Events that came again and changed nothing", ["consumer"]
)

FORGOTTEN_ROWS = Counter(
    f"{SYSTEM}_forgotten_rows_total", "Rows deleted because nobody needs them any more", ["what"]
)
FORGOTTEN_AT = Gauge(
    f"{SYSTEM}_forgotten_at_seconds",
    "When nothing was left that may go, in seconds since 1970; older than two hours: a clean-up fails",
    ["what"],
)
LOG_LINES_LOST = Counter(
    f"{SYSTEM}_log_lines_lost_total", "Log lines that could not be written: disk full, or nobody reads"
)
KEY_MISMATCHES = Gauge(
    f"{SYSTEM}_key_mismatches", "Public keys in use that their owner has not the private one of"
)
LIMIT_ALARMS = Counter(
    f"{SYSTEM}_limit_alarms_total",
    "Tries while more failed than usually do, by the limit's name: somebody guesses",
    ["limit"],
)
FOREIGN_HOSTS = Counter(
    f"{SYSTEM}_foreign_hosts_total", "Page requests for another host than the site's own, which are refused"
)
FOREIGN_ORIGINS = Counter(
    f"{SYSTEM}_foreign_origins_total",
    "Forms that another site than the site's own sent, which are refused",
)


def exposition() -> bytes:
    """All metrics in the text format of Prometheus."""
    return generate_latest()
