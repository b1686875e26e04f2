"""Whole registrations, ours beside allauth's: what one costs, thirty-two at once, and how soon the mail is
there.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.argon2_alone import argon2_alone
from bench.cpu import Part, cpu_seconds
from bench.journeys import MAIL_WITHIN, Outcomes, Portal
from bench.ours import Ours
from bench.rivals import Rival

HASHES = 2  # of one journey, on both sides: the new password, and the check of it
_COUNTED, _COUNTED_AT_ONCE = 24, 8
_AFTERWARDS = 0.3  # seconds: what the last one left to be done
AT_ONCE = 32
_IDLE = 12  # journeys one after the other, in each round
_LATE = 3.0  # seconds
_STEP_SECONDS, _STEP = 8.0, 1.2


@dataclass(frozen=True)
class Cost:
    """CPU in ms by part of one journey, and how many of the counted ones did not get to their end."""

    name: str
    cpu_ms: Mapping[str, float]
    hash_ms: float  # CPU of one hash alone, in the same round
    failed: int

    @property
    def together(self) -> float:
        """Of all parts."""
        return sum(self.cpu_ms.values())

    @property
    def without_argon2(self) -> float:
        """What is left if each hash had cost as much as it does alone."""
        return self.together - HASHES * self.hash_ms


@dataclass(frozen=True)
class Burst:
    """Thirty-two newcomers at one moment. `stopped`: where those were that did not get to the end."""

    name: str
    ended: int
    stopped: Mapping[str, int]
    unavailable: int  # answers 503
    seconds: float  # until the last one


@dataclass(frozen=True)
class Mails:
    """From the press of the button to the relay's acceptance, in seconds, at so many newcomers a second; 0:
    one after the other.
    """

    name: str
    per_second: float
    journeys: int
    ended: int
    unavailable: int
    p50: float
    p99: float

    @property
    def in_time(self) -> bool:
        """All got there, and the mail of nearly each of them did within three seconds."""
        return self.ended == self.journeys and self.p99 <= _LATE


@dataclass(frozen=True)
class Registrations:
    """`steps`: ours alone, half of what a burst reached and then ever more until it was too much."""

    costs: list[Cost]
    bursts: list[Burst]
    idle: list[Mails]
    steps: list[Mails]


async def measure_registrations(
    ours: Ours, django: Rival, portals: Mapping[str, Portal], *, rounds: int
) -> Registrations:
    """Ours and Django's in turn; then ours alone at rising rates."""
    numbers = _Numbers({name: itertools.count(1) for name in portals})
    postgres = ours.part("postgres")
    parts = {"ours": ours.parts, "django": (django.part, postgres)}
    costs, bursts, idle = [], [], []
    for portal in portals.values():
        await portal.take_all(numbers.some(portal, 8), at_once=4)
    for _ in range(rounds):
        alone = await argon2_alone(threads=1, seconds=1)
        costs += [await _cost(each, numbers, parts[each.name], alone.cpu_ms) for each in portals.values()]
        bursts += [await _burst(each, numbers) for each in portals.values()]
        idle += [await _idle(each, numbers) for each in portals.values()]
    reached = sorted(AT_ONCE / each.seconds for each in bursts if each.name == "ours")[rounds // 2]
    steps = await _rising(portals["ours"], numbers, reached / 2)
    return Registrations(costs, bursts, idle, steps)


@dataclass(frozen=True)
class _Numbers:
    """Newcomers register once."""

    left: Mapping[str, Iterator[int]]

    def some(self, portal: Portal, count: int) -> range:
        first, *_, last = itertools.islice(self.left[portal.name], count)
        return range(first, last + 1)


async def _cost(portal: Portal, numbers: _Numbers, parts: tuple[Part, ...], hash_ms: float) -> Cost:
    before = cpu_seconds(parts)
    outcomes = await portal.take_all(numbers.some(portal, _COUNTED), at_once=_COUNTED_AT_ONCE)
    await asyncio.sleep(_AFTERWARDS)
    after = cpu_seconds(parts)
    used = {name: (after[name] - before[name]) * 1000 / _COUNTED for name in after}
    return Cost(portal.name, used, hash_ms, _COUNTED - outcomes.done)


async def _burst(portal: Portal, numbers: _Numbers) -> Burst:
    began = time.monotonic()
    outcomes = await portal.take_all(numbers.some(portal, AT_ONCE), at_once=AT_ONCE)
    took = time.monotonic() - began
    return Burst(portal.name, outcomes.done, outcomes.ends, outcomes.statuses[503], took)


async def _idle(portal: Portal, numbers: _Numbers) -> Mails:
    return _mails(portal, 0, _IDLE, await portal.take_all(numbers.some(portal, _IDLE), at_once=1))


async def _rising(portal: Portal, numbers: _Numbers, per_second: float) -> list[Mails]:
    """The first rate for twice as long: its p99 is told."""
    found = [await _at_rate(portal, numbers, per_second, _STEP_SECONDS * 2)]
    while found[-1].in_time:
        per_second *= _STEP
        found.append(await _at_rate(portal, numbers, per_second, _STEP_SECONDS))
    return found


async def _at_rate(portal: Portal, numbers: _Numbers, per_second: float, seconds: float) -> Mails:
    """They come at even distances, however long those before them take."""
    outcomes, began = Outcomes(), time.monotonic()
    coming = numbers.some(portal, max(2, round(per_second * seconds)))
    async with asyncio.TaskGroup() as group:
        for index, number in enumerate(coming):
            await asyncio.sleep(max(0.0, began + index / per_second - time.monotonic()))
            group.create_task(portal.take(number, outcomes))
    return _mails(portal, per_second, len(coming), outcomes)


def _mails(portal: Portal, per_second: float, journeys: int, outcomes: Outcomes) -> Mails:
    took = sorted(outcomes.submit_to_mail) or [MAIL_WITHIN]
    p50, p99 = took[len(took) // 2], took[min(len(took) - 1, len(took) * 99 // 100)]
    return Mails(portal.name, per_second, journeys, outcomes.done, outcomes.statuses[503], p50, p99)
