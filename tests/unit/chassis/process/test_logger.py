"""What code says carries what it works on, and waits for somebody to say where it goes."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

import pytest
from support.captured_logs import capture_logs

from chassis.process.logger import UNDECIDED, Logger, add_log_fields, lead_to, log_fields, with_log_fields
from chassis.process.logs import set_up_logs

log = Logger()


async def test_an_entry_carries_what_its_task_works_on_and_no_other_task() -> None:
    """Two requests are served at once."""

    async def serve(request_id: str) -> None:
        with with_log_fields(request_id=request_id):
            await asyncio.sleep(0)
            await asyncio.create_task(begun_meanwhile())
        log.info("request.ended")

    async def begun_meanwhile() -> None:
        log.info("request.served")

    with capture_logs() as entries:
        await asyncio.gather(serve("a"), serve("b"))
    said = sorted((entry["event"], entry.get("request_id", "-")) for entry in entries)
    assert said == [
        ("request.ended", "-"),
        ("request.ended", "-"),
        ("request.served", "a"),
        ("request.served", "b"),
    ]


def test_the_innermost_word_counts_and_the_outer_one_comes_back() -> None:
    """A call in a message, a line in a call."""
    with with_log_fields(type="outer", request_id="r"), capture_logs() as entries:
        with with_log_fields(type="inner"):
            log.warning("a")
            log.warning("b", type="own")
        log.warning("c")
    assert [(entry["type"], entry["request_id"]) for entry in entries] == [
        ("inner", "r"),
        ("own", "r"),
        ("outer", "r"),
    ]
    assert log_fields() == {}


async def test_what_a_process_is_called_stands_in_all_that_begins_after() -> None:
    """As `service` does."""

    async def named() -> None:
        add_log_fields(service="billing")
        await asyncio.create_task(work())

    async def work() -> None:
        log.error("work.failed", level_of_detail=1)

    with capture_logs() as entries:
        await asyncio.create_task(named())
    assert entries == [
        {"service": "billing", "level_of_detail": 1, "level": "error", "event": "work.failed"},
    ]


@pytest.mark.parametrize(
    ("least", "heard"),
    [
        ("INFO", ["info", "warning", "error", "critical"]),
        ("ERROR", ["error", "critical"]),
        ("CRITICAL", ["critical"]),
    ],
)
def test_lines_below_the_level_are_not_written(least: str, heard: list[str]) -> None:
    """LOG_LEVEL."""
    out = io.StringIO()
    set_up_logs(least, stream=out)
    for say in (log.info, log.warning, log.error, log.critical):
        say("work.done")
    lines: list[dict[str, Any]] = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["level"] for line in lines] == heard


def test_before_anybody_decided_only_names_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A field may be personal, and no fence stands there yet."""
    lead_to(UNDECIDED)
    log.info("work.done", account_id="canary")
    log.error("work.failed", account_id="canary")
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "error work.failed\n")
