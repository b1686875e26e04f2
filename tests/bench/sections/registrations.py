"""Whole registrations."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence

from bench.registrations import AT_ONCE, HASHES, Burst, Cost, Mails, Registrations
from bench.sections.figures import asked, by_part, prose, spread, table

_NAMES = ("ours", "django")


def told(found: Registrations) -> list[str]:
    """What one costs, thirty-two at once, and how soon its mail is there."""
    text = f"""
        **ours**: the manual's way from the contract over the mail to [そのままログイン] and the menu, in
        thirteen requests. **django**: allauth's sign-up with a look at the contract, confirmation by mail,
        log-in, in eight requests. Both hash {HASHES} times and send one mail to the same SMTP server. CPU of
        browsers and of that server is not counted. A system that rests uses CPU, too: what it used meanwhile
        is in it.
    """
    return [
        *prose(text),
        *_costs(found.costs),
        f"### {AT_ONCE} at one moment",
        "",
        *_bursts(found.bursts),
        "### From [仮登録する] to the mail",
        "",
        *_mails(found),
    ]


def _costs(costs: Sequence[Cost]) -> list[str]:
    own = {name: [each for each in costs if each.name == name] for name in _NAMES}
    rows = [
        (
            name,
            spread([each.together for each in own[name]], "{:.0f}"),
            spread([each.without_argon2 for each in own[name]], "{:.0f}"),
            sum(each.failed for each in own[name]),
            by_part([each.cpu_ms for each in own[name]], "ms"),
        )
        for name in _NAMES
    ]
    pairs = list(zip(own["ours"], own["django"], strict=True))
    whole = statistics.median(ours.together / django.together for ours, django in pairs)
    without = statistics.median(ours.without_argon2 / django.without_argon2 for ours, django in pairs)
    hash_ms = spread([each.hash_ms for each in own["ours"]], "{:.1f}")
    return [
        *table(("who", "CPU ms", "without Argon2", "did not end", "by part"), rows),
        f"One hash alone takes {hash_ms} ms of CPU; {HASHES} of them are left out in `without Argon2`.",
        f"Ours by Django's: {whole:.2f} with Argon2.",
        "",
        asked("CPU without Argon2 by Django's", without, at_most=1.0),
        "",
    ]


def _bursts(bursts: Sequence[Burst]) -> list[str]:
    own = {name: [each for each in bursts if each.name == name] for name in _NAMES}
    rows = [
        (
            name,
            spread([each.ended for each in own[name]], "{:.0f}"),
            sum(each.unavailable for each in own[name]),
            spread([each.seconds for each in own[name]], "{:.1f}"),
            _where(own[name]),
        )
        for name in _NAMES
    ]
    least = min(each.ended for each in own["ours"])
    unavailable = sum(each.unavailable for each in own["ours"])
    return [
        *table(("who", f"of {AT_ONCE} got to the end", "503s in all rounds", "seconds", "stopped at"), rows),
        asked("of them got to the end, in the worst round", least, at_least=AT_ONCE),
        asked("answers 503 in all rounds", unavailable, at_most=0),
        "",
    ]


def _where(bursts: Sequence[Burst]) -> str:
    stopped = sum((Counter(each.stopped) for each in bursts), Counter[str]())
    return ", ".join(f"{place} ({count})" for place, count in stopped.most_common()) or "nowhere"


def _mails(found: Registrations) -> list[str]:
    rows: list[Sequence[object]] = []
    for name in _NAMES:
        own = [each for each in found.idle if each.name == name]
        columns = ([each.p50 * 1000 for each in own], [each.p99 * 1000 for each in own])
        ended, journeys = sum(each.ended for each in own), sum(each.journeys for each in own)
        shown = (spread(columns[0], "{:.0f}"), spread(columns[1], "{:.0f}"))
        rows.append((name, "one after the other", f"{ended} of {journeys}", *shown))
    for step in found.steps:
        shown = (f"{step.p50 * 1000:.0f}", f"{step.p99 * 1000:.0f}")
        ended = f"{step.ended} of {step.journeys}"
        rows.append((step.name, f"{step.per_second:.1f} a second", ended, *shown))
    idle = statistics.median(each.p50 * 1000 for each in found.idle if each.name == "ours")
    text = """
        To the moment at which the SMTP server accepts it. Newcomers come at even distances, first at half of
        the rate that the burst reached, then at a rate a fifth higher each time, until the p99 passes 3 s or
        somebody does not get to the end.
    """
    return [
        *prose(text),
        *table(("who", "newcomers", "got to the end", "p50 ms", "p99 ms"), rows),
        _most(found.steps),
        "",
        asked("p50 in ms, one after the other", idle, at_most=50),
        asked("p99 in ms, at half of capacity", found.steps[0].p99 * 1000, at_most=1000),
        "",
    ]


def _most(steps: Sequence[Mails]) -> str:
    well = [step.per_second for step in steps if step.in_time]
    return f"The last rate that went well: {max(well):.1f} a second." if well else "No rate went well."
