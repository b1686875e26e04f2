"""A process from its settings to its end: what those have in common that run a component and those that do
not.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Collection, Coroutine
from typing import Any, TypeVar

from chassis.process.failpoints import arm
from chassis.process.logger import Logger, add_log_fields
from chassis.process.logs import set_up_logs, watch_event_loop
from chassis.process.loops import ended_loops, until_a_loop_ends
from chassis.process.runtime import fast_loop, settle_memory
from chassis.process.settings import ProcessSettings, SettingsError, load

_log = Logger()

Settings = TypeVar("Settings", bound=ProcessSettings)


def run_with_settings(
    name: str,
    settings_type: type[Settings],
    run: Callable[[Settings], Coroutine[Any, Any, None]],
    *,
    variables: Collection[str],
) -> None:
    """The main function of any process: logs that name it, settings from the environment, the failpoint, the
    event loop; returns when `run` does. Exit code 2 for bad settings, 1 when a loop ended by itself.
    `variables` are those that the system knows.
    """
    set_up_logs("INFO")
    add_log_fields(service=name)
    try:
        settings = load(settings_type, known=variables)
    except SettingsError as error:
        for problem in error.problems:
            _log.critical("settings.refused", problem=problem)
        sys.exit(2)
    set_up_logs(settings.log_level)
    if settings.failpoint:
        arm(settings.failpoint)
    settle_memory()
    with asyncio.Runner(loop_factory=fast_loop()) as runner:
        watch_event_loop(runner.get_loop())
        runner.run(run(settings))
    if ended_loops():
        sys.exit(1)


async def until_stopped() -> None:
    """Returns at SIGTERM or SIGINT, and when a loop that the process lives by has ended."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    ends = [asyncio.ensure_future(each) for each in (stopped.wait(), until_a_loop_ends())]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for each in ends:
        each.cancel()
