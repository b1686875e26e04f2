"""[仮登録する] pressed again: after a lost answer, after a correction, from an old page (Q10, X6)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from support.registration_harness import HASHER, Harness, Registered, received

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key, new_token
from messages.notification import MailAbandoned, MailSent
from messages.registration import ProvisionallyRegistered, ProvisionalState, RefusalCode
from services.registration.provisional.register_provisionally import register_provisionally
from services.registration.saga.sweep import sweep

CORRECTIONS = [
    {"mail": "meant@example.jp"},
    {"account_id": "Meant-02"},
    {"account_id": "taro-01"},  # only the case of a letter: it is shown as typed
    {"password": "Ghijkl34"},
    {"nickname": "じろう"},
    {"mail": "meant@example.jp", "account_id": "Meant-02", "password": "Ghijkl34"},
]


class Visit:
    """One browser that proved one contract; every press of it has that proof."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.contract_key, self.browser_token = new_key(), new_token()
        self.key = new_key()
        self._typed: dict[str, Any] = {}
        self._revision = 0
        self.proof = harness.proof(self.contract_key, self.browser_token)

    async def press(self, *, key: UUID | None = None, revision: int | None = None, **details: Any) -> UUID:
        """The page's key unless another one is given; returns what the customer is told it became. Each other
        content is a later revision, unless one is given.
        """
        if details != self._typed:
            self._typed, self._revision = details, self._revision + 1
        command = self.harness.registering(
            registration_key=key or self.key,
            proof=self.proof,
            browser_token=self.browser_token,
            **details,
        ).model_copy(update={"revision": self._revision if revision is None else revision})
        return (await register_provisionally(self.harness.service, command, received())).registration_key


@pytest.fixture
def visit(harness: Harness) -> Visit:
    """Somebody is at the confirmation page."""
    return Visit(harness)


async def test_the_same_form_is_the_same_registration_and_costs_no_hash(
    harness: Harness, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K2: however often the answer is lost."""
    first = await visit.press()

    async def no_hash(password: str) -> str:
        raise AssertionError

    monkeypatch.setattr(HASHER, "hash", no_hash)
    assert [await visit.press() for _ in range(3)] == [first] * 3
    assert await harness.states() == ["registered"]


@pytest.mark.parametrize("correction", CORRECTIONS, ids=lambda each: "-".join(each))
@pytest.mark.parametrize("has_mail", [True, False])
async def test_a_corrected_form_supersedes_what_nobody_heard_of(
    harness: Harness, visit: Visit, correction: dict[str, Any], has_mail: bool
) -> None:
    """Under the same key, as the page never learned that it was used; the mail goes where he meant."""
    first = await visit.press()
    if has_mail:
        await harness.hear(MailSent(registration_key=first, sent_at=datetime.now(UTC)))
    second = await visit.press(**correction)
    assert second != first
    assert (await harness.row(first))["state"] == "superseded"
    assert (await harness.row(second))["state"] == "registered"
    ordered = await harness.said(ProvisionallyRegistered)
    assert [event.registration_key for event in ordered] == [first, second]
    order = await harness.mail_order(second)
    assert order.email_address == correction.get("mail", "taro@example.jp")
    assert await visit.press(**correction) == second  # that answer was lost as well


async def test_who_goes_back_to_what_he_typed_first_gets_that(harness: Harness, visit: Visit) -> None:
    """A, B, and A again: three registrations, the last of which lives."""
    first = await visit.press()
    second = await visit.press(mail="meant@example.jp")
    third = await visit.press()
    assert len({first, second, third}) == 3
    assert [(await harness.row(key))["state"] for key in (first, second, third)] == [
        "superseded",
        "superseded",
        "registered",
    ]


@pytest.mark.parametrize("with_own_key", [True, False])
async def test_a_press_that_was_long_on_its_way_takes_nothing_back(
    harness: Harness, visit: Visit, with_own_key: bool
) -> None:
    """He hung up and corrected it; the first press waited in the queue, or was delivered twice, and is worked
    on last. If somebody hears the answer all the same, it does not say that what he saw is registered.
    """
    second = await visit.press(mail="meant@example.jp", revision=2)
    for revision in (0, 1):
        with pytest.raises(Refusal) as refused:
            await visit.press(key=None if with_own_key else new_key(), revision=revision)
        assert refused.value.code == RefusalCode.PROOF_EXPIRED
    assert (await harness.row(second))["state"] == "registered"
    assert len(await harness.said(ProvisionallyRegistered)) == 1


async def test_a_correction_while_the_first_press_is_worked_on_wins(harness: Harness, visit: Visit) -> None:
    """He hung up at once and was quick; which of the two comes first is chance, that one lives is not."""
    presses = visit.press(revision=0), visit.press(mail="meant@example.jp", revision=1)
    first, second = await asyncio.gather(*presses, return_exceptions=True)
    assert isinstance(second, UUID)
    assert (await harness.row(second))["state"] == "registered"
    assert (await harness.mail_order(second)).email_address == "meant@example.jp"
    assert isinstance(first, Refusal) or (await harness.row(first))["state"] == "superseded"


async def test_a_correction_after_the_first_was_activated_is_told_so(harness: Harness, visit: Visit) -> None:
    """The mail was quicker than he: the account has what he typed first, and the page does not say
    otherwise.
    """
    await harness.activate(await mailed(await visit.press(), harness))
    with pytest.raises(Refusal) as refused:
        await visit.press(mail="meant@example.jp")
    assert refused.value.code == RefusalCode.CONTRACT_ALREADY_REGISTERED


@pytest.mark.parametrize("with_own_key", [True, False])
async def test_once_he_was_told_a_proof_registers_nothing_else(
    harness: Harness, visit: Visit, with_own_key: bool
) -> None:
    """X6: an old page of that browser, in other hands, takes nothing over."""
    first = await visit.press()
    await harness.show(first)  # 仮登録が完了しました。
    with pytest.raises(Refusal) as refused:
        await visit.press(key=None if with_own_key else new_key(), mail="stranger@example.jp")
    assert refused.value.code == RefusalCode.PROOF_EXPIRED
    assert (await harness.row(first))["state"] == "registered"
    assert await visit.press() == first  # the same form is still the same registration


async def test_an_address_that_gets_no_mail_is_corrected_with_the_same_proof(
    harness: Harness, visit: Visit
) -> None:
    """S4-2: he was told that it was registered, and then that its mail cannot be delivered."""
    first = await visit.press(mail="a|b@example.jp")
    await harness.show(first)
    await harness.hear(MailAbandoned(registration_key=first))
    assert (await harness.show(first)).state is ProvisionalState.MAIL_ABANDONED
    second = await visit.press(mail="meant@example.jp")
    assert (await harness.row(second))["state"] == "registered"
    assert (await harness.mail_order(second)).email_address == "meant@example.jp"
    await harness.show(second)
    with pytest.raises(Refusal) as refused:
        await visit.press(mail="stranger@example.jp")
    assert refused.value.code == RefusalCode.PROOF_EXPIRED


async def test_another_proof_starts_again(harness: Harness, visit: Visit) -> None:
    """Q10: the manual's way when no mail comes."""
    first = await visit.press()
    await harness.show(first)
    second = await harness.register(contract_key=visit.contract_key)
    assert (await harness.row(first))["state"] == "superseded"
    assert (await harness.row(second.registration_key))["state"] == "registered"


async def test_what_a_form_said_is_forgotten_when_its_proof_is_worth_nothing_any_more(
    harness: Harness, visit: Visit
) -> None:
    """Its name tells a password to whoever has the key, and quicker than the hash of it would."""
    key = await visit.press()
    await harness.let_pass(timedelta(minutes=31))
    await sweep(harness.service)
    assert len(await harness.run("SELECT FROM registered_forms")) == 1
    await harness.let_pass(timedelta(minutes=30))
    await sweep(harness.service)
    assert await harness.run("SELECT FROM registered_forms") == []
    assert (await harness.row(key))["state"] == "registered"


async def test_presses_are_counted_whatever_comes_of_them(
    harness: Harness, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A taken ID, seventy times: the hashes end, and the answer says when to come back."""
    await harness.register(account_id="Taken-01")
    hashes = 0
    original = HASHER.hash

    async def counted(password: str) -> str:
        nonlocal hashes
        hashes += 1
        return await original(password)

    monkeypatch.setattr(HASHER, "hash", counted)
    codes = []
    for number in range(70):
        with pytest.raises(Refusal) as refused:
            await visit.press(key=new_key(), account_id="Taken-01", mail=f"m{number}@example.jp")
        codes.append(refused.value.code)
    assert codes[:25] == [RefusalCode.ACCOUNT_ID_TAKEN] * 25
    assert set(codes[25:]) == {RefusalCode.TOO_MANY_REGISTRATIONS}
    assert hashes == 25
    await harness.let_pass(timedelta(minutes=11))
    assert await visit.press()


async def mailed(key: UUID, harness: Harness) -> Registered:
    """The registration with the token of its mail."""
    return Registered(key, (await harness.mail_order(key)).activation_token)
