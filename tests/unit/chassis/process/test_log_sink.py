"""A line of the log never ends the work that it tells of."""

from __future__ import annotations

import fcntl
import io
import json
import logging
import os
import resource
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis.process.log_sink import LONGEST_LINE
from chassis.process.logger import Logger
from chassis.process.logs import set_up_logs


class FullDisk(io.StringIO):
    """Takes nothing while it is full."""

    full = True

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        return super().write(text)


@pytest.fixture(autouse=True)
def nobody_elses_warnings() -> Iterator[None]:
    """What other tests left open would get a line here at the moment it is found."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield


def lines(text: str) -> list[dict[str, Any]]:
    """Every line as the object that it must be."""
    return [json.loads(line) for line in text.splitlines()]


def test_a_full_disk_costs_lines_and_nothing_else() -> None:
    """Ours and libraries'; how many were lost is said as soon as there is room."""
    out = FullDisk()
    set_up_logs("INFO", stream=out)
    for _ in range(3):
        Logger().info("work.done")
        logging.getLogger("aiohttp").error("a library's line")
    out.full = False
    Logger().info("work.done")
    lost, done = lines(out.getvalue())
    assert (lost["event"], lost["count"]) == ("log.lines_lost", 6)
    assert done["event"] == "work.done"


@pytest.mark.parametrize("ends", ["closed", "reader gone", "nobody reads"])
def test_a_pipe_that_takes_nothing_holds_nobody_up(ends: str) -> None:
    """Whoever reads it has died, or sleeps."""
    reader, writer = os.pipe()
    stream = os.fdopen(writer, "w")
    set_up_logs("INFO", stream=stream)
    if ends == "closed":
        stream.close()
    elif ends == "reader gone":
        os.close(reader)
    for _ in range(200):
        Logger().info("work.done", text="x" * 1000)
    if ends == "nobody reads":
        while os.read(reader, 65_536):
            break
        Logger().info("work.done")
        assert b"log.lines_lost" in os.read(reader, 1_000_000)
        os.close(reader)


class Unshowable:
    """A value that fails when it is looked at."""

    def __repr__(self) -> str:
        raise RuntimeError

    __str__ = __repr__


class Unlistable(dict[str, str]):
    """A mapping that fails when it is read."""

    def items(self) -> Any:
        raise RuntimeError


@pytest.mark.parametrize(
    "value",
    [
        Unshowable(),
        object(),
        b"bytes",
        {1: Unshowable()},
        "\ud800",
        float("nan"),
        [[]],
        {"a", "b"},
        Path("/"),
        10**400,
        10**5000,
        Unlistable(key="value"),
        "x" * 100_000,
        ["日本語" * 2_000],
    ],
    ids=range(14),
)
def test_whatever_a_line_is_given_it_is_one_json_object(tmp_path: Path, value: object) -> None:
    """In a file as a process writes it."""
    with (tmp_path / "log").open("w", encoding="latin-1") as out:
        set_up_logs("INFO", stream=out)
        Logger().info("work.done", value=value, text="日本語")
    [line] = (tmp_path / "log").read_bytes().splitlines()
    assert json.loads(line)["event"] == "work.done"


def test_a_value_that_holds_itself_is_named_by_its_type() -> None:
    """JSON has no circles."""
    out, circle = io.StringIO(), list[object]()
    circle.append(circle)
    set_up_logs("INFO", stream=out)
    Logger().info("work.done", value=circle)
    assert lines(out.getvalue())[0]["value"] == "<list>"


def test_a_line_that_is_too_long_is_cut() -> None:
    """A pipe takes so much at once or nothing."""
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as stream:
        set_up_logs("INFO", stream=stream)
        Logger().info("work.done", text="x" * 100_000, request_id="7")
        line = os.read(reader, 200_000)
    os.close(reader)
    assert len(line) <= LONGEST_LINE + 1
    assert {"event": "work.done", "request_id": "7", "cut": True}.items() <= json.loads(line).items()


def test_a_line_that_was_written_in_part_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the disk had room for its beginning only."""
    reader, writer = os.pipe()
    whole, takes = os.write, [10]
    monkeypatch.setattr(os, "write", lambda to, data: whole(to, data[: takes.pop()] if takes else data))
    with os.fdopen(writer, "w") as stream:
        set_up_logs("INFO", stream=stream)
        for _ in range(2):
            Logger().info("work.done")
    torn, lost, done = os.read(reader, 10_000).splitlines()
    os.close(reader)
    assert len(torn) == 10
    assert (json.loads(lost)["count"], json.loads(done)["event"]) == (1, "work.done")


def test_a_process_with_many_open_files_has_its_lines(tmp_path: Path) -> None:
    """A gateway holds thousands of connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2_000), hard))
    with (tmp_path / "log").open("w") as out:
        high = fcntl.fcntl(out.fileno(), fcntl.F_DUPFD, 1_500)
    with os.fdopen(high, "w") as stream:
        set_up_logs("INFO", stream=stream)
        Logger().info("work.done")
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert lines((tmp_path / "log").read_text())[0]["event"] == "work.done"


def test_a_process_without_an_output_works_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a daemon's is closed."""
    monkeypatch.setattr(sys, "stdout", None)
    set_up_logs("INFO")
    Logger().info("work.done")


def test_no_secret_gets_through_at_any_depth() -> None:
    """The fence behind the call sites."""
    out = io.StringIO()
    set_up_logs("INFO", stream=out)
    Logger().info("work.done", token="canary", of=[{"cookie": "canary", "deep": {"kana": "canary"}}])
    assert "canary" not in out.getvalue()
    assert lines(out.getvalue())[0]["of"][0]["cookie"] == "***"


def test_of_a_librarys_line_only_where_it_came_from_is_kept() -> None:
    """Its text, its arguments and its fault's text may hold a token."""
    out = io.StringIO()
    set_up_logs("INFO", stream=out)
    try:
        raise ValueError("canary-in-a-fault")
    except ValueError:
        logging.getLogger("aiohttp.server").exception("Error handling %s", "canary-in-an-argument")
    logging.getLogger("asyncpg").warning("canary in a text")
    warnings.warn("canary in a warning", stacklevel=1)
    assert "canary" not in out.getvalue()
    first = lines(out.getvalue())[0]
    assert (first["logger"], first["error"], first["level"]) == ("aiohttp.server", "ValueError", "error")
    assert first["frames"]
    assert first["ts"].endswith("Z")


def test_what_nobody_caught_is_a_line_without_its_text() -> None:
    """At the end of the process, of a thread, or in a finalizer."""
    out = io.StringIO()
    set_up_logs("INFO", stream=out)
    try:
        raise LookupError("canary")
    except LookupError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    [line] = lines(out.getvalue())
    assert (line["event"], line["error"]) == ("process.fault", "LookupError")
    assert "canary" not in out.getvalue()
