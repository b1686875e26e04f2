"""The lines of a statement by service, as its page and its PDF show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from messages.billing import ShownLine


@dataclass(frozen=True)
class LineGroup:
    """The lines of one service. Amounts are without tax."""

    service: str
    lines: Sequence[ShownLine]

    @property
    def subtotal_yen(self) -> int:
        """Of its lines."""
        return sum(line.amount_yen for line in self.lines)


def groups_of(lines: Sequence[ShownLine]) -> list[LineGroup]:
    """The services in the order in which billing names them first, each once; in each the lines in billing's
    order.
    """
    groups: dict[str, list[ShownLine]] = {}
    for line in lines:
        groups.setdefault(line.service, []).append(line)
    return [LineGroup(service, of_service) for service, of_service in groups.items()]
