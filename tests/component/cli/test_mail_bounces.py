"""`mypage mail bounces`: what came back is read from a mailbox or a pipe, as an operator or an MTA does."""

from __future__ import annotations

import json
import mailbox
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from chassis.database.db import Database
from mypage.returned_mail.mailbox import LARGEST

Run = Callable[..., subprocess.CompletedProcess[str]]
SAMPLES = Path(__file__).parents[2] / "inputs" / "bounces"
KEY = UUID("0199a1b2-0003-7000-8000-00000000abcd")  # of the mail that the samples name
FROM = b"From MAILER-DAEMON Tue Nov 24 01:25:00 2026\n"


@pytest.fixture
async def databases(fresh_database: Callable[[str], Awaitable[Database]]) -> dict[str, Database]:
    """notification's, with that mail, which left yesterday."""
    database = await fresh_database("notification")
    statement = """
        INSERT INTO mails (mail_key, kind, about_key, facts, state, attempts, ended_at)
        VALUES ($1, 'completed', $2, '{}', 'sent', 1, now() - interval '1 day')
    """
    async with database.transaction() as tx:
        await tx.execute(statement, KEY, uuid4())
    return {"notification": database}


def sample(name: str) -> bytes:
    """One of tests/inputs/bounces."""
    return (SAMPLES / f"{name}.eml").read_bytes()


def mbox(*messages: bytes) -> bytes:
    """As Postfix keeps what comes to a user."""
    return b"".join(FROM + message.rstrip(b"\n") + b"\n\n" for message in messages)


async def events(databases: dict[str, Database]) -> int:
    """How many were said."""
    async with databases["notification"].transaction() as tx:
        return int(await tx.fetchval("SELECT count(*) FROM outbox WHERE type LIKE '%mail_bounced%'"))


async def test_a_mailbox_is_told_message_by_message_and_left_as_it_is(
    mypage: Run, databases: dict[str, Database], tmp_path: Path
) -> None:
    """Names of mails, keys and numbers; no address of anybody. Read again it changes nothing."""
    file = tmp_path / "bounces"
    forged = sample("marked-postfix-unknown-user").replace(b"0000abcd", b"0000beef")
    full = sample("counted-postfix-mailbox-full").replace(b"20261124012501", b"20261124012502")
    file.write_bytes(
        mbox(
            sample("marked-exim-dsn"), full, forged,
            sample("another-vacation"), sample("delivered-at-last"),
        )
    )  # fmt: skip
    before = file.read_bytes()
    done = mypage("mail", "bounces", file)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    for line, said in zip(
        lines,
        (
            "届かないアドレスとして記録",
            "数えるだけ",
            "偽の通知",
            "通知ではありません",
            "届いたという通知",
            "5 通を読みました",
        ),
        strict=True,
    ):
        assert said in line
    assert f"completed {KEY}" in lines[0]
    assert "@" not in done.stdout + done.stderr
    assert await events(databases) == 1
    again = mypage("mail", "bounces", file)
    assert again.stdout.count("前に取り込んだ通知です") == 2
    assert await events(databases) == 1
    assert file.read_bytes() == before


async def test_an_mta_pipes_one_message(mypage: Run, databases: dict[str, Database]) -> None:
    """With and without the line that a mailbox begins it with."""
    for raw in (sample("marked-gmail"), FROM + sample("marked-gmail")):
        done = mypage("mail", "bounces", "-", stdin=raw)
        assert done.returncode == 0, done.stderr
        assert "1 通を読みました" in done.stdout
    assert await events(databases) == 1


async def test_a_maildir_and_json(mypage: Run, databases: dict[str, Database], tmp_path: Path) -> None:
    """For a program: one document, with a count of each outcome."""
    folder = mailbox.Maildir(tmp_path / "bounces")
    for name in ("marked-postfix-unknown-user", "another-read-receipt"):
        folder.add(sample(name))
    done = mypage("mail", "bounces", tmp_path / "bounces", "--json", "--dry-run")
    told = json.loads(done.stdout)
    assert told["counts"] == {"marked": 1, "another": 1}
    [marked] = [each for each in told["messages"] if each["outcome"] == "marked"]
    assert (marked["mail"], marked["mail_key"], marked["reason"]) == ("completed", str(KEY), "550 5.1.1")
    assert await events(databases) == 0


async def test_what_cannot_be_read_is_told_and_the_rest_is_done(
    mypage: Run, databases: dict[str, Database], tmp_path: Path
) -> None:
    """Exit code 1, so that a cron job mails somebody."""
    file = tmp_path / "bounces"
    huge = b"Subject: x\n\n" + b"x\n" * LARGEST
    file.write_bytes(mbox(huge, b"\x00\x01\x02", sample("marked-qmail")))
    done = mypage("mail", "bounces", file)
    assert done.returncode == 1
    first, second, third, _ = done.stdout.splitlines()
    assert "200,000 バイトより大きい" in first
    assert "メールとして読めません" in second
    assert "記録しました" in third
    assert await events(databases) == 1


@pytest.mark.parametrize(
    ("arguments", "said"), [(("nowhere",), "nowhere"), (("empty",), "Maildir"), ((), "MAILBOX")]
)
def test_wrong_use_is_said(mypage: Run, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """Exit code 2: a file that is not there, a folder that is no Maildir, nothing at all."""
    (tmp_path / "empty").mkdir()
    done = mypage("mail", "bounces", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said.lower() in done.stderr.lower()


def test_an_empty_mailbox_is_no_fault(mypage: Run, tmp_path: Path) -> None:
    """As on most days."""
    (tmp_path / "bounces").touch()
    done = mypage("mail", "bounces", tmp_path / "bounces")
    assert (done.returncode, done.stdout) == (0, "0 通を読みました。\n")


def test_a_database_that_is_away_is_a_failure_that_an_mta_may_try_again(mypage: Run) -> None:
    """Exit code 1 and one sentence; docs/runbook.md makes 75 of it."""
    done = mypage(
        "mail", "bounces", "-", stdin=sample("marked-gmail"),
        MYPAGE_DATABASES__NOTIFICATION="postgresql://x@127.0.0.1:1/x",
    )  # fmt: skip
    assert done.returncode == 1
    assert "データベースにつながりません" in done.stderr
