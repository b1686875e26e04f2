"""What changed between a statement and the one before: why is it more than last month?

Lines are without tax and totals with it, so each item's share of the difference includes the tax that it
brought: the shares of a tax rate add up to the difference of that rate's base and tax, to the yen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.billing.statements.domain import TAX_RATES, Charges, ListedMonth, StatementLine

_HUNDREDTHS = 100
Item = tuple[str, str]
"""Service and item, as the statement names them."""


@dataclass(frozen=True)
class Cause:
    """One item's share of a difference, including tax; never 0. The name is empty if the export has none."""

    name: str
    difference_yen: int


@dataclass(frozen=True)
class Comparison:
    """A statement beside an earlier one. The difference includes tax; `causes` stand largest first, and what
    they leave of it is a rounding of tax. `before` has the earlier line of each line, if there was one;
    `ended` the earlier lines that have no successor.
    """

    difference_yen: int
    causes: tuple[Cause, ...] = ()
    before: tuple[StatementLine | None, ...] = ()
    ended: tuple[StatementLine, ...] = ()


def compare_newest(listed: Sequence[ListedMonth]) -> Comparison | None:
    """The newest listed month beside the one listed next, however long ago that is; None if there is none.
    Nothing is said of the lines when the amounts are equal.
    """
    if len(listed) < 2:
        return None
    newest, earlier = listed[:2]
    if newest.charges is None or earlier.charges is None:
        return Comparison(newest.amount_yen - earlier.amount_yen)
    return compare(newest.charges, earlier.charges)


def compare(later: Charges, earlier: Charges) -> Comparison:
    """What changed from the earlier statement to the later one."""
    before, ended = _predecessors(later.lines, earlier.lines)
    changes = _changes(later.lines, before, ended)
    shares: dict[Item, int] = defaultdict(int)
    for rate in TAX_RATES:
        difference = later.totals.with_tax(rate) - earlier.totals.with_tax(rate)
        of_rate = {item: by_rate[rate] for item, by_rate in changes.items() if by_rate[rate]}
        for item, share in _shares_with_tax(of_rate, rate, difference).items():
            shares[item] += share
    name = _namer([*later.lines, *earlier.lines])
    causes = [Cause(name(item), share) for item, share in shares.items() if share]
    return Comparison(
        difference_yen=later.totals.amount_yen - earlier.totals.amount_yen,
        causes=tuple(sorted(causes, key=lambda cause: -abs(cause.difference_yen))),
        before=before,
        ended=ended,
    )


_SAMENESSES: tuple[Callable[[StatementLine], object], ...] = (
    lambda line: line,
    lambda line: (line.service, line.item, line.tax_rate_percent),
    lambda line: (line.service, line.item),
    lambda line: (line.service, line.tax_rate_percent, line.amount_yen) if line.amount_yen else None,
    lambda line: (line.item, line.tax_rate_percent, line.amount_yen) if line.amount_yen else None,
)
"""What makes two lines one that goes on, surest first: nothing changed; another price; another tax rate;
another name at the same price; another service at the same price. None is like nothing.
"""


def _predecessors(
    later: Sequence[StatementLine], earlier: Sequence[StatementLine]
) -> tuple[tuple[StatementLine | None, ...], tuple[StatementLine, ...]]:
    """The earlier line of each later one, and the earlier lines that are nobody's. Each is used once."""
    left = list(earlier)
    before: list[StatementLine | None] = [None] * len(later)
    for sameness in _SAMENESSES:
        waiting: dict[object, list[StatementLine]] = defaultdict(list)
        for line in left:
            waiting[sameness(line)].append(line)
        waiting.pop(None, None)
        for position, line in enumerate(later):
            if before[position] is None and waiting.get(sameness(line)):
                before[position] = waiting[sameness(line)].pop(0)
        taken = [line for line in before if line is not None]
        left = _without(earlier, taken)
    return tuple(before), tuple(left)


def _without(lines: Sequence[StatementLine], taken: Iterable[StatementLine]) -> list[StatementLine]:
    """The lines in their order, each of `taken` left out once."""
    left = list(lines)
    for line in taken:
        left.remove(line)
    return left


def _changes(
    later: Sequence[StatementLine],
    before: Sequence[StatementLine | None],
    ended: Sequence[StatementLine],
) -> Mapping[Item, Mapping[int, int]]:
    """What each item changed at each tax rate, without tax. A line that goes on under another name is one
    item, under its new name.
    """
    changes: dict[Item, dict[int, int]] = defaultdict(lambda: dict.fromkeys(TAX_RATES, 0))
    for line, earlier in zip(later, before, strict=True):
        changes[line.service, line.item][line.tax_rate_percent] += line.amount_yen
        if earlier is not None:
            changes[line.service, line.item][earlier.tax_rate_percent] -= earlier.amount_yen
    for line in ended:
        changes[line.service, line.item][line.tax_rate_percent] -= line.amount_yen
    return changes


def _shares_with_tax(changes: Mapping[Item, int], rate: int, difference_yen: int) -> Mapping[Item, int]:
    """The changes with tax, in whole yen, so that they add up to the difference: the yen that rounding leaves
    go to the largest fractions. What is farther off than one rounding of tax at each end can bring (tax was
    once rounded line by line) is nobody's share, and each is rounded down for itself.
    """
    exact = {item: change * (_HUNDREDTHS + rate) for item, change in changes.items()}
    whole = {item: hundredths // _HUNDREDTHS for item, hundredths in exact.items()}
    if not exact or abs(difference_yen * _HUNDREDTHS - sum(exact.values())) > _HUNDREDTHS:
        return whole
    for_each, for_some = divmod(difference_yen - sum(whole.values()), len(exact))
    largest_first = sorted(exact, key=lambda item: -(exact[item] % _HUNDREDTHS))
    return {
        item: whole[item] + for_each + (position < for_some) for position, item in enumerate(largest_first)
    }


def _namer(lines: Iterable[StatementLine]) -> Callable[[Item], str]:
    """How an item is called in a sentence: by its own name, and with its service where several have one of
    that name; a line without a name by its service.
    """
    services: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        services[line.item].add(line.service)

    def name(of: Item) -> str:
        service, item = of
        parts = (service, item) if len(services[item]) > 1 or not item else (item,)
        return " ".join(part for part in parts if part)

    return name
