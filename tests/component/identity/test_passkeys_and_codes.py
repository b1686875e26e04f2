"""パスキー of an account whose second factor is on: none is added around it (ADR 0072)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from support.address_changes import refusal_of
from support.identity_harness import Harness
from support.passkeys_of_identity import OfferForm, PasskeyOwner
from support.second_factors import TwoStepCustomer, a_two_step_customer

from messages.account_notices import AccountChange
from messages.account_settings import RefusalCode as SettingsCode
from messages.second_factor import RefusalCode


@pytest.fixture
async def customer(harness: Harness) -> TwoStepCustomer:
    """Whose second factor is on."""
    return await a_two_step_customer(harness)


@pytest.fixture
async def owner(customer: TwoStepCustomer) -> PasskeyOwner:
    """The same, who has no passkey yet."""
    return PasskeyOwner(customer.harness)


async def offers(owner: PasskeyOwner) -> int:
    """How many there are."""
    return len(await owner.harness.run("SELECT FROM passkey_challenges"))


async def test_the_password_alone_adds_none(customer: TwoStepCustomer, owner: PasskeyOwner) -> None:
    """Whoever knows it and sits at an open screen makes no way around the factor; the session stays as it
    is.
    """
    assert (await owner.shown()).asks_for_code
    assert await refusal_of(owner.offer()) == RefusalCode.SECOND_FACTOR_ASKED
    assert await refusal_of(owner.offer(code=customer.wrong)) == RefusalCode.WRONG_CODE
    assert await refusal_of(owner.offer("Wrong-12", code=customer.code())) == SettingsCode.WRONG_PASSWORD
    assert await offers(owner) == 0
    assert await owner.harness.show_session("session")
    assert await customer.audited("second_factor_failed") == 1


async def test_a_code_of_the_application_adds_one(customer: TwoStepCustomer, owner: PasskeyOwner) -> None:
    """Once: another form needs another code."""
    code = customer.code()
    challenge = await owner.offer(code=code)
    await owner.add(challenge, (await owner.authenticator()).make(challenge))
    assert len(await owner.own()) == 1
    assert await refusal_of(owner.offer(code=code)) == RefusalCode.WRONG_CODE


async def test_a_recovery_code_adds_one_and_is_told(customer: TwoStepCustomer, owner: PasskeyOwner) -> None:
    """As wherever it is used."""
    await owner.offer(code=customer.recovery_codes[0])
    assert await customer.mails() == [AccountChange.RECOVERY_CODE_USED]
    assert await customer.audited("recovery_code_used") == 1
    assert await refusal_of(owner.offer(code=customer.recovery_codes[0])) == RefusalCode.WRONG_CODE


async def test_many_presses_of_a_form_use_one_code(customer: TwoStepCustomer, owner: PasskeyOwner) -> None:
    """At once or one after the other, each is answered as the first; one offer, one mail."""
    form, code = OfferForm.of(owner.session), customer.recovery_codes[0]
    await asyncio.gather(*(owner.press(form, code=code) for _ in range(4)))
    await owner.press(form, code=code)
    assert await offers(owner) == 1
    assert await customer.mails() == [AccountChange.RECOVERY_CODE_USED]
    assert (await customer.show(session=form.next_token_hash)).recovery_codes_left == 9
    owner.session = form.next_token_hash
    await owner.add(form.challenge, (await owner.authenticator()).make(form.challenge))
    application = OfferForm.of(owner.session)
    for _ in range(2):
        await owner.press(application, code=customer.code())
    assert await customer.audited("second_factor_failed") == 0


async def test_the_next_token_of_another_form_stands_for_no_code(
    customer: TwoStepCustomer, owner: PasskeyOwner
) -> None:
    """A session that has it already, by a form that asks for the password alone, is still asked."""
    new = OfferForm.of("session")
    form = OfferForm("session", next_token_hash="session", challenge=new.challenge)
    assert await refusal_of(owner.press(form)) == RefusalCode.SECOND_FACTOR_ASKED


async def test_another_accounts_offer_stands_for_no_code(
    customer: TwoStepCustomer, owner: PasskeyOwner
) -> None:
    """Somebody without the factor was offered a passkey for the same challenge."""
    await owner.harness.given_account("Hana-02", number="102031")
    await owner.harness.log_in("Hana-02", session="hers")
    hers = OfferForm.of("hers")
    await PasskeyOwner(owner.harness, "hers").press(hers)
    form = OfferForm("session", OfferForm.of("session").next_token_hash, hers.challenge)
    assert await refusal_of(owner.press(form)) == RefusalCode.SECOND_FACTOR_ASKED


async def test_guesses_count_with_those_of_the_log_in(customer: TwoStepCustomer, owner: PasskeyOwner) -> None:
    """After ten a right one waits as well (X10)."""
    for _ in range(10):
        assert await refusal_of(owner.offer(code=customer.wrong)) == RefusalCode.WRONG_CODE
    assert await refusal_of(owner.offer(code=customer.code())) == RefusalCode.TOO_MANY_CODES
    await owner.harness.let_pass(timedelta(minutes=1))
    await owner.offer(code=customer.code())


async def test_a_code_that_nobody_asked_for_is_not_judged(harness: Harness) -> None:
    """The factor was turned off while the form was open: the password is enough again."""
    customer = await a_two_step_customer(harness)
    code = customer.code()
    await customer.remove(code)
    owner = PasskeyOwner(harness)
    assert not (await owner.shown()).asks_for_code
    await owner.offer(code=code)
