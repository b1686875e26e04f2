"""`mypage accounts`, as the desk runs it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest
from support.identity_harness import NUMBER, Harness

from chassis.database.db import Database

Run = Callable[..., subprocess.CompletedProcess[str]]
WHY = ("--reason", "電話で確認")


@pytest.fixture
async def harness(databases: dict[str, Database]) -> Harness:
    """Taro has an account and a session."""
    made = Harness(databases["identity"])
    await made.given_account()
    await made.log_in()
    return made


@pytest.mark.parametrize("whose", [(NUMBER,), ("--account", "TARO-01")])
async def test_the_desk_sees_what_it_needs_and_no_more(
    mypage: Run, harness: Harness, whose: tuple[str, ...]
) -> None:
    """Neither the whole address, nor nickname, kana or telephone. A freeze ends what is open."""
    first = mypage("accounts", "show", *whose, *WHY).stdout
    assert {"開いているログイン: 1 件", "2段階認証: 設定なし"} <= set(first.splitlines())
    await harness.run("UPDATE accounts SET frozen_at = '2026-11-24 01:25:00+00', second_factor_since = now()")
    shown = mypage("accounts", "show", *whose, *WHY)
    assert (shown.returncode, shown.stderr) == (0, "")
    for line in (
        "お客様番号: 102030",
        "アカウントID: Taro-01",
        "メールアドレス: ta***@example.jp",
        "開いているログイン: 0 件",
        "2段階認証: 有効",
        "閲覧を停止: 2026-11-24 10:25",
    ):
        assert line in shown.stdout.splitlines()
    assert not [
        word for word in ("taro@", "たろう", "0748660739", "$argon2", "消える予定") if word in shown.stdout
    ]
    told = await harness.run("SELECT kind, reason FROM audit_entries WHERE done_by IS NOT NULL")
    assert [tuple(each) for each in told] == [("account_shown", "電話で確認")] * 2


async def test_the_desk_sees_when_a_detached_account_is_erased(mypage: Run, harness: Harness) -> None:
    """By its ID, as the number is another holder's."""
    assert mypage("accounts", "detach", NUMBER, *WHY).returncode == 0
    assert mypage("accounts", "show", NUMBER, *WHY).returncode == 1
    assert "消える予定: " in mypage("accounts", "show", "--account", "Taro-01", *WHY).stdout
    again = mypage("accounts", "detach", "--account", "Taro-01", *WHY)
    assert (again.returncode, again.stderr) == (1, "切り離すアカウントがありません。\n")


@pytest.mark.parametrize("command", ["show", "unfreeze", "detach", "end-sessions", "clear-bounce"])
@pytest.mark.parametrize(
    "arguments",
    [(NUMBER,), (NUMBER, "--reason", " "), WHY, (NUMBER, "--account", "Taro-01", *WHY), ("番号", *WHY)],
    ids=range(5),
)
async def test_without_a_reason_or_one_account_nothing_is_done(
    mypage: Run, databases: dict[str, Database], command: str, arguments: tuple[str, ...]
) -> None:
    """Exit code 2, a sentence, and no entry."""
    done = mypage("accounts", command, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
    async with databases["identity"].autocommit() as tx:
        assert await tx.fetchval("SELECT count(*) FROM audit_entries") == 0
