"""Counters and histograms of a process. Labels are bounded: names of messages, queues and outcomes, never values."""

from __future__ import annotations

from prometheus_client import Counter, Histogram, generate_latest

HANDLED = Counter("mypage_messages_handled_total", "Messages handled, by outcome", ["type", "outcome"])
HANDLING_SECONDS = Histogram("mypage_message_handling_seconds", "Time in a handler", ["type"])
CALLS = Counter("mypage_calls_total", "Requests sent to services, by outcome", ["type", "outcome"])
OUTBOX_PUBLISHED = Counter("mypage_outbox_published_total", "Events published and confirmed")
OUTBOX_RETURNED = Counter("mypage_outbox_kept_total", "Events that could not be published and were kept")


def exposition() -> bytes:
    """All metrics in the text format of Prometheus."""
    return generate_latest()
