"""Log-ins."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench.log_ins import AT_ONCE, PAUSE_MS, READERS, LogIns
from bench.sections.figures import asked, by_part, prose, spread, table


def told(rounds: Sequence[LogIns]) -> list[str]:
    """Rates, costs, and what they do to others."""
    refused = sum(each.log_ins.refused + each.log_ins_meanwhile.refused for each in rounds)
    other = sum(each.log_ins.other + each.log_ins_meanwhile.other for each in rounds)
    rows = [
        ("two threads of Argon2 alone, checks/s", spread([r.yardstick.per_second for r in rounds], "{:.1f}")),
        ("log-ins/s", spread([r.log_ins.per_second for r in rounds], "{:.1f}")),
        ("log-ins by checks", spread([r.of_the_yardstick for r in rounds], "{:.2f}")),
        ("log-in, p50 ms", spread([r.log_ins.p50_ms for r in rounds], "{:.0f}")),
        ("CPU ms of one check alone", spread([r.yardstick.cpu_ms for r in rounds], "{:.1f}")),
        ("CPU ms of one log-in", spread([sum(r.cpu_ms.values()) for r in rounds], "{:.1f}")),
        ("charges page alone, p99 ms", spread([r.charges_alone.p99_ms for r in rounds], "{:.0f}")),
        ("charges page meanwhile, p99 ms", spread([r.charges_meanwhile.p99_ms for r in rounds], "{:.0f}")),
        ("meanwhile by alone", spread([r.slower_meanwhile for r in rounds], "{:.2f}")),
        ("log-ins/s meanwhile", spread([r.log_ins_meanwhile.per_second for r in rounds], "{:.1f}")),
    ]
    middle = statistics.median(r.of_the_yardstick for r in rounds)
    slower = statistics.median(r.slower_meanwhile for r in rounds)
    text = f"""
        {AT_ONCE} connections send the log-in form for a thousand accounts in turn; a log-in is an answer 303.
        The yardstick: argon2-cffi with the product's parameters, in two threads of a process that does
        nothing else. Meanwhile: {READERS} browsers look at the charges page, with {PAUSE_MS} ms between two
        pages.
    """
    return [
        *prose(text),
        *table(("what", "median [smallest-largest]"), rows),
        *prose(
            f"CPU of one log-in: {by_part([r.cpu_ms for r in rounds], 'ms')}. Refused (503): {refused}; other"
            f" answers: {other}."
        ),
        asked("log-ins by what two threads of Argon2 do", middle, at_least=0.85),
        asked("p99 of the charges page meanwhile by its own", slower, at_most=3.0),
        "",
    ]
