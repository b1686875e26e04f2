"""What may not agree between what customers were shown and what the tables say, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from messages.values import BillingMonth, CustomerNumber

BYTES_OF_A_CHECK = 4


class Fault(StrEnum):
    """What `mypage charges verify` may find."""

    PUBLICATION = "publication"  # the month is shown, or not, against the operator's last word
    UNRECORDED = "unrecorded"  # a statement is shown of which nobody recorded what it says
    GONE = "gone"  # a statement was shown and is not there any more
    ALTERED = "altered"  # it says something else than when it was shown
    HISTORY = "history"  # an earlier revision is not there any more, or not as it was


class LineFault(StrEnum):
    """What became of a line."""

    ALTERED = "altered"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True)
class AlteredLine:
    """`place` counts from 1: among the lines that are there, for one that is gone among those that were."""

    place: int
    fault: LineFault


@dataclass(frozen=True)
class Disagreement:
    """One thing that does not agree. Without `lines` an altered statement differs in its totals, or in the
    moment at which it was issued.
    """

    billing_month: BillingMonth
    fault: Fault
    customer_number: CustomerNumber | None = None
    revision: int | None = None
    lines: tuple[AlteredLine, ...] = ()


def altered_lines(issued: bytes, present: bytes) -> tuple[AlteredLine, ...]:
    """Which lines differ, from the checks of all that were issued and of all that are there."""
    before, after = _checks(issued), _checks(present)
    found: list[AlteredLine] = []
    for _, first, last, now_first, now_last in SequenceMatcher(None, before, after, False).get_opcodes():
        if before[first:last] == after[now_first:now_last]:
            continue
        both = min(last - first, now_last - now_first)
        found += [AlteredLine(now_first + place, LineFault.ALTERED) for place in range(1, both + 1)]
        found += [AlteredLine(place + 1, LineFault.ADDED) for place in range(now_first + both, now_last)]
        found += [AlteredLine(place + 1, LineFault.GONE) for place in range(first + both, last)]
    return tuple(found)


def _checks(joined: bytes) -> list[bytes]:
    return [joined[start : start + BYTES_OF_A_CHECK] for start in range(0, len(joined), BYTES_OF_A_CHECK)]
