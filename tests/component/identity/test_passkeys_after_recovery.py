"""What becomes of passkeys when the password is another one: kept, but for the code of the desk."""

from __future__ import annotations

import pytest
from support.address_changes import Customer, refusal_of
from support.codes_of_the_desk import renew
from support.identity_harness import KEYS, NUMBER, PASSWORD, received
from support.passkeys_of_identity import PasskeyOwner, log_in_by

from chassis.security.sealing import Sealer
from chassis.security.tokens import new_token
from messages.account_settings import ChangePassword, PasswordChange
from messages.passkeys import RefusalCode
from messages.values import CustomerNumber, Password
from services.identity.desk.show_account import show_account
from services.identity.enrolment.domain import IssuedCode
from services.identity.enrolment.issue_code import issue_code
from services.identity.own_account.change_password import change_password


@pytest.fixture
async def owner(customer: Customer) -> PasskeyOwner:
    """Taro-01."""
    return PasskeyOwner(customer.harness)


async def test_a_code_of_the_desk_removes_all_of_them(owner: PasskeyOwner) -> None:
    """It is for accounts that were stolen, too: passkeys and offers go, and the audit tells it."""
    harness = owner.harness
    passkeys = [await owner.with_passkey() for _ in range(2)]
    await owner.offer()
    issued = await issue_code(harness.database, CustomerNumber(NUMBER), done_by="hanako", reason="窓口")
    assert isinstance(issued, IssuedCode)
    await renew(harness, issued.code)
    for passkey in passkeys:
        challenge = new_token()
        refused = await refusal_of(log_in_by(harness, passkey.sign(challenge), challenge))
        assert refused == RefusalCode.PASSKEY_REFUSED
    assert await harness.run("SELECT FROM passkey_challenges WHERE account_key IS NOT NULL") == []
    assert len(await harness.run("SELECT FROM audit_entries WHERE kind = 'passkey_removed'")) == 1


async def test_another_password_keeps_them(owner: PasskeyOwner) -> None:
    """And the sessions that they opened end with all others (X33)."""
    harness, passkey = owner.harness, await owner.with_passkey()
    passwords = PasswordChange(password=PASSWORD, new_password=Password("Ghijkl34"))
    sealed = Sealer(KEYS.sealing_public).seal(passwords, to="identity", bound_to=owner.session)
    command = ChangePassword(session_token_hash=owner.session, client_network="network", passwords=sealed)
    await change_password(harness.service, command, received())
    challenge = new_token()
    await log_in_by(harness, passkey.sign(challenge), challenge, session="again")
    await harness.show_session("again")


async def test_the_desk_sees_how_many_there_are(owner: PasskeyOwner) -> None:
    """`mypage accounts show`."""
    await owner.with_passkey()
    await owner.with_passkey()
    number = CustomerNumber(NUMBER)
    shown = await show_account(owner.harness.database, number, done_by="hanako", reason="電話")
    assert shown is not None
    assert shown.passkeys == 2
