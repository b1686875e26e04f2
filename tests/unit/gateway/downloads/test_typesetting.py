"""The press is a process of its own: it comes when it is needed, and takes nobody along when it goes."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.statement_files import KNOWN, a_statement, items, words_of

from gateway.downloads.document import Content, month_document
from gateway.downloads.typesetting import NotTypeset, PressTrouble, Typesetting
from messages.company import CompanyProfile


def a_document(lines: int = 3) -> Content:
    return month_document(a_statement(items(lines)), KNOWN, CompanyProfile())


@pytest.fixture
async def typesetting() -> AsyncIterator[Typesetting]:
    made = Typesetting()
    yield made
    await made.close()


def presses() -> set[int]:
    """The living children of this process that are presses."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue  # it ended meanwhile
        if int(state[1]) == os.getpid() and state[0] != "Z" and b"gateway.downloads.press" in command:
            found.add(int(folder.name))
    return found


def environment_of(press: int) -> bytes:
    """What it was started with."""
    return Path(f"/proc/{press}/environ").read_bytes()


async def until_no_press() -> None:
    while presses():
        await asyncio.sleep(0.01)


async def test_nobody_asks_and_there_is_no_press(typesetting: Typesetting) -> None:
    """What it needs of memory is taken when it is needed."""
    assert not typesetting.is_running
    assert not presses()


async def test_one_press_makes_all_documents_one_after_the_other(typesetting: Typesetting) -> None:
    """Each gets his own, however many ask at once."""
    made = await asyncio.gather(*(typesetting.typeset(a_document(count)) for count in range(1, 9)))
    for count, pdf in enumerate(made, 1):
        words = words_of(pdf)
        assert f"内訳の{count}番" in words
        assert f"内訳の{count + 1}番" not in words
    assert len(presses()) == 1


async def test_the_press_ends_when_nobody_asked_for_a_while_and_comes_again() -> None:
    """And leaves nothing."""
    typesetting = Typesetting(kept_for=0.05)
    await typesetting.typeset(a_document())
    async with asyncio.timeout(30):
        await until_no_press()
    assert not typesetting.is_running
    assert await typesetting.typeset(a_document())
    await typesetting.close()
    assert not presses()


async def test_a_press_that_dies_takes_one_document_along(typesetting: Typesetting) -> None:
    """The next one is made by a new press."""
    await typesetting.typeset(a_document())
    asked = asyncio.create_task(typesetting.typeset(a_document(3_000)))
    await asyncio.sleep(0.05)
    [press] = presses()
    os.kill(press, signal.SIGKILL)
    with pytest.raises(PressTrouble):
        await asked
    assert await typesetting.typeset(a_document())


async def test_who_stops_waiting_leaves_his_document_to_nobody(typesetting: Typesetting) -> None:
    """The next one does not get what was made for somebody else."""
    await typesetting.typeset(a_document())
    asked = asyncio.create_task(typesetting.typeset(a_document(2_000)))
    await asyncio.sleep(0.05)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert "内訳の3番" not in words_of(await typesetting.typeset(a_document(2)))


async def test_a_document_that_typst_refuses_is_a_fault_and_the_press_lives_on(
    typesetting: Typesetting,
) -> None:
    """Nothing that it says of it is repeated."""
    await typesetting.typeset(a_document())
    before = presses()
    with pytest.raises(NotTypeset, match=r"^$"):
        await typesetting.typeset(a_document() | {"company": None})
    assert await typesetting.typeset(a_document())
    assert presses() == before


async def test_the_press_knows_no_secret_and_yields_to_the_pages(
    typesetting: Typesetting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told where its code is, and no more."""
    monkeypatch.setenv("MYPAGE_COOKIE_KEY", "secret")
    await typesetting.typeset(a_document())
    [press] = presses()
    assert b"secret" not in environment_of(press)
    assert os.getpriority(os.PRIO_PROCESS, press) >= 5


async def test_a_press_ends_with_its_gateway_however_that_ended(typesetting: Typesetting) -> None:
    """A gateway that is killed closes nothing but its end of the pipe; and it alone hears Ctrl-C."""
    await typesetting.typeset(a_document())
    [press] = presses()
    assert os.getsid(press) != os.getsid(0)
    process = typesetting._press
    assert process
    assert process.stdin
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 60) == 0


async def test_the_loop_turns_while_a_document_is_made(typesetting: Typesetting) -> None:
    """Other pages are served meanwhile."""
    await typesetting.typeset(a_document())
    asked, turns = asyncio.create_task(typesetting.typeset(a_document(1_000))), 0
    while not asked.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 10
