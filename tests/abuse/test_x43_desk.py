"""X43: somebody of the staff oversteps, as far as the command line reaches, on the five processes.

Who looks after accounts has `mypage accounts`, `desk` and `audit`. None of them shows a bill, a name, a
telephone or a password, lists customers, or changes a password; each leaves an entry that nobody takes away.
"""

from __future__ import annotations

import asyncpg
import pytest
from pages.town import Town
from support.inside_a_system import database_as, rows_of

ENTRIES = "SELECT kind, done_by, reason FROM audit_entries WHERE done_by IS NOT NULL ORDER BY id"
WHY = "お電話でのお問い合わせ"


def work_of_the_desk(town: Town) -> dict[str, tuple[str, ...]]:
    """Every command of the desk's, about the member's account."""
    number = town.member.customer_number
    return {
        "account_shown": ("accounts", "show", number),
        "sessions_ended": ("accounts", "end-sessions", number),
        "enrolment_code_issued": ("desk", "issue-code", number),
        "audit_read": ("audit", "--contract", number),
    }


async def test_x43_whatever_the_desk_does_is_told_with_its_reason(fresh_town: Town) -> None:
    """Looking counts as well; without a reason nothing is done, and nothing shown."""
    town = fresh_town
    for kind, command in work_of_the_desk(town).items():
        before = await rows_of(town.system, "identity", ENTRIES)
        for reason in ((), ("--reason", ""), ("--reason", " \u3000")):
            code, out = await town.system.run(*command, *reason)
            assert code == 2, command
            assert town.member.account_id not in out
        assert await rows_of(town.system, "identity", ENTRIES) == before
        code, out = await town.system.run(*command, "--reason", WHY)
        assert code == 0, out
        [(told, done_by, reason)] = (await rows_of(town.system, "identity", ENTRIES))[len(before) :]
        assert (told, reason) == (kind, WHY)
        assert done_by


async def test_x43_the_desk_sees_no_name_telephone_bill_password_or_whole_address(fresh_town: Town) -> None:
    """Of the account that it looks after; and of nobody else."""
    town, member = fresh_town, fresh_town.member
    for command in work_of_the_desk(town).values():
        code, out = await town.system.run(*command, "--reason", WHY)
        assert code == 0, out
        secret = (
            member.phone_number,
            member.holder_kana,
            member.password,
            member.email_address,
            "$argon2",
            "円",
        )
        assert not [text for text in secret if text in out]


@pytest.mark.parametrize(
    "command",
    [
        ("accounts", "show"),
        ("accounts", "show", "%"),
        ("accounts", "show", "1", "2"),
        ("accounts", "list"),
        ("accounts", "export"),
        ("accounts", "set-password", "770100"),
        ("accounts", "change-address", "770100"),
        ("accounts", "log-in-as", "770100"),
        ("desk", "show-charges", "770100"),
        ("audit", "delete"),
        ("audit", "edit"),
    ],
    ids=" ".join,
)
async def test_x43_there_is_no_command_for_more(fresh_town: Town, command: tuple[str, ...]) -> None:
    """To list, export, view as the customer, set a password or mend the audit: wrong use, nothing done."""
    before = await rows_of(fresh_town.system, "identity", ENTRIES)
    code, out = await fresh_town.system.run(*command, "--reason", WHY)
    assert code == 2, out
    assert await rows_of(fresh_town.system, "identity", ENTRIES) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET reason = 'x'",
        "UPDATE audit_entries SET done_by = 'somebody-else'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        "DROP TABLE audit_entries",
        "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
        "CREATE RULE none AS ON INSERT TO audit_entries DO INSTEAD NOTHING",
    ],
)
async def test_x43_an_entry_stands_for_good(fresh_town: Town, statement: str) -> None:
    """The desk's commands work with the service's role, and its password is no way round them."""
    town = fresh_town
    code, out = await town.system.run("accounts", "show", town.member.customer_number, "--reason", WHY)
    assert code == 0, out
    before = await rows_of(town.system, "identity", ENTRIES)
    connection = await asyncpg.connect(database_as(town.system, "identity", of="identity"))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()
    assert before
    assert await rows_of(town.system, "identity", ENTRIES) == before
