"""`mypage audit`, as the desk runs it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

import pytest
from support.identity_harness import Harness

from chassis.database.db import Database
from chassis.messaging.refusal import Refusal

Run = Callable[..., subprocess.CompletedProcess[str]]
WHY = ("--reason", "問い合わせ")


@pytest.fixture
async def harness(databases: dict[str, Database]) -> Harness:
    """Two accounts; somebody came in to one, and somebody tried an ID that nobody has."""
    made = Harness(databases["identity"])
    await made.given_account()
    await made.given_account("Jiro-02", number="405060")
    await made.log_in(device="iphone/safari", network="0123456789abcdef")
    with pytest.raises(Refusal):
        await made.log_in("nobody-1", "wrong")
    return made


def lines(done: subprocess.CompletedProcess[str]) -> list[list[str]]:
    """Cells of each line but the head, without the time."""
    assert (done.returncode, done.stderr) == (0, "")
    return [line.split("  ")[1:] for line in done.stdout.splitlines()[1:]]


@pytest.mark.parametrize("whose", [("--account", "TARO-01"), ("--contract", "0102030")])
async def test_the_desk_reads_what_was_done_with_an_account(
    mypage: Run, harness: Harness, whose: tuple[str, str]
) -> None:
    """By account ID, or by customer number. That it read is told to the next reader."""
    assert lines(mypage("audit", *whose, *WHY, MYPAGE_OPERATOR="hanako")) == [
        ["ログイン", "Taro-01", "01234567", "iPhone（Safari）", "-", "-"],
        ["本登録", "Taro-01", "-", "-", "-", "-"],
    ]
    [newest, *_] = lines(mypage("audit", *whose, *WHY))
    assert newest[0:2] == ["監査記録の閲覧", "Taro-01"]
    assert newest[-1] == "問い合わせ"


async def test_without_a_name_the_desk_reads_of_everybody(mypage: Run, harness: Harness) -> None:
    """Also what is about nobody's account; as JSON for another program."""
    found = json.loads(mypage("audit", *WHY, "--json").stdout)
    kinds = [entry["kind"] for entry in found]
    assert kinds == ["log_in_failed", "logged_in", "account_opened", "account_opened"]
    assert found[0]["account_id"] is None
    assert lines(mypage("audit", *WHY))[0][:2] == ["監査記録の閲覧", "-"]


async def test_a_period_ends_with_its_last_day(mypage: Run, harness: Harness) -> None:
    """In Japan."""
    await harness.run("UPDATE audit_entries SET happened_at = '2026-03-31 14:59:59+00'")
    assert len(lines(mypage("audit", *WHY, "--since", "2026-03-31", "--until", "2026/3/31"))) == 4
    for period in (("--since", "2026-04-01"), ("--since", "2026-03-01", "--until", "2026-03-30")):
        assert mypage("audit", "--account", "Taro-01", *WHY, *period).stdout == "記録がありません。\n"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--reason", " "),
        ("--account", "x", *WHY),
        ("--contract", "番号", *WHY),
        ("--account", "Taro-01", "--contract", "1", *WHY),
        ("--since", "きのう", *WHY),
    ],
    ids=range(6),
)
async def test_what_is_not_understood_is_not_read(
    mypage: Run, databases: dict[str, Database], arguments: tuple[str, ...]
) -> None:
    """Exit code 2, and a sentence."""
    done = mypage("audit", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
