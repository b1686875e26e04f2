"""`mypage desk`, as the desk runs it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest
from support.codes_of_the_desk import renew
from support.identity_harness import NUMBER, Harness

from chassis.database.db import Database

Run = Callable[..., subprocess.CompletedProcess[str]]


async def test_the_desk_reads_a_code_out(mypage: Run, databases: dict[str, Database]) -> None:
    """It works, and the reason is kept."""
    harness = Harness(databases["identity"])
    await harness.given_account()
    done = mypage("desk", "issue-code", NUMBER, "--reason", "免許証を確認", MYPAGE_OPERATOR="hanako")
    assert (done.returncode, done.stderr) == (0, "")
    found = re.search(r"登録コード: (\d{4} \d{4} \d{4} \d{4})\n\d\d:\d\d まで", done.stdout)
    assert found
    assert (await renew(harness, found[1])).account_id == "Taro-01"
    [told] = await harness.run("SELECT kind, reason FROM audit_entries WHERE done_by IS NOT NULL")
    assert tuple(told) == ("enrolment_code_issued", "免許証を確認")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((NUMBER, "--reason", "確認"), 1),
        ((NUMBER, "--reason", " "), 2),
        ((NUMBER,), 2),
        (("番号", "--reason", "確認"), 2),
    ],
)
async def test_without_an_account_a_number_or_a_reason_there_is_none(
    mypage: Run, databases: dict[str, Database], arguments: tuple[str, ...], code: int
) -> None:
    """And a sentence says why."""
    done = mypage("desk", "issue-code", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr
