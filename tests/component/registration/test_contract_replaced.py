"""A customer number passes on to another holder between 仮登録 and 本登録 (Q23)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.registration_harness import Harness

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key
from messages.identity import ContractReplaced
from messages.notification import MailSent
from messages.registration import AccountActivated, RefusalCode


@pytest.mark.parametrize("has_mail", [True, False])
async def test_the_link_says_so_before_anything_is_called_done(harness: Harness, has_mail: bool) -> None:
    """Opened or pressed, mail heard of or not: no account could come of it."""
    contract_key = new_key()
    registered = await harness.register(contract_key=contract_key)
    if has_mail:
        await harness.hear(MailSent(registration_key=registered.registration_key, sent_at=datetime.now(UTC)))
    await harness.hear(ContractReplaced(contract_key=contract_key))
    for press in (harness.open_link, harness.activate):
        with pytest.raises(Refusal) as refused:
            await press(registered)
        assert refused.value.code == RefusalCode.CONTRACT_REPLACED
    assert await harness.said(AccountActivated) == []
    row = await harness.row(registered.registration_key)
    assert (row["state"], row["email_address"], row["password_hash"]) == ("rejected", None, None)


async def test_the_former_holders_proof_registers_nobody_any_more(harness: Harness) -> None:
    """It is good for half an hour; the new holder proves the new contract."""
    contract_key = new_key()
    await harness.hear(ContractReplaced(contract_key=contract_key))
    with pytest.raises(Refusal) as refused:
        await harness.register(contract_key=contract_key)
    assert refused.value.code == RefusalCode.PROOF_EXPIRED
    assert await harness.register()  # another contract's holder


async def test_the_account_id_is_free_for_the_new_holder(harness: Harness) -> None:
    """Nobody who registers with it is told that it is taken."""
    contract_key = new_key()
    await harness.register(contract_key=contract_key, account_id="Taro-01")
    await harness.hear(ContractReplaced(contract_key=contract_key))
    assert await harness.is_available("Taro-01")
    assert await harness.register(account_id="Taro-01")


async def test_an_activation_that_was_quicker_is_left_to_identity(harness: Harness) -> None:
    """It has been told, and says whether the account stands."""
    contract_key = new_key()
    registered = await harness.register(contract_key=contract_key)
    await harness.activate(registered)
    await harness.hear(ContractReplaced(contract_key=contract_key))
    assert await harness.states() == ["activated"]


async def test_a_contract_without_a_registration_is_only_remembered(harness: Harness) -> None:
    """Said twice, too: once for each import that says it."""
    contract_key = new_key()
    for _ in range(2):
        await harness.hear(ContractReplaced(contract_key=contract_key))
    assert await harness.states() == []
