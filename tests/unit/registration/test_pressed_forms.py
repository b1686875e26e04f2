"""Is a form that is pressed again the same registration, a corrected one, or nobody's any more (X6)?"""

from __future__ import annotations

from uuid import UUID

import pytest

from chassis.messaging.refusal import Refusal
from messages.registration import ProvisionalState, RefusalCode
from services.registration.forms.domain import PressedForm, RegisteredForm, stored_outcome

CONTRACT, FIRST, SECOND = UUID(int=1), UUID(int=2), UUID(int=3)
LIVE, SUPERSEDED = ProvisionalState.REGISTERED, ProvisionalState.SUPERSEDED


def pressed(content: str = "a", *, key: UUID = FIRST, revision: int = 0) -> PressedForm:
    """A press with that content."""
    return PressedForm(key, content, "proof", revision)


def registered(
    content: str | None = "a",
    *,
    key: UUID = FIRST,
    revision: int = 0,
    told: bool = False,
    state: ProvisionalState = LIVE,
    contract: UUID = CONTRACT,
) -> RegisteredForm:
    """A form that became a registration."""
    return RegisteredForm(key, contract, content, "proof", revision, told, state)


def test_a_form_that_nobody_knows_is_to_be_stored() -> None:
    """The usual case."""
    assert stored_outcome(pressed(), CONTRACT, []) is None


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("key", [FIRST, SECOND])
def test_the_same_content_is_the_same_registration(told: bool, key: UUID) -> None:
    """Whatever key it comes with, and whoever was told."""
    assert stored_outcome(pressed(key=key), CONTRACT, [registered(told=told)]) == FIRST


def test_a_registration_of_the_release_before_is_known_by_its_key() -> None:
    """It kept no content."""
    assert stored_outcome(pressed("b"), CONTRACT, [registered(None)]) == FIRST


def test_other_content_is_to_be_stored_until_the_customer_was_told() -> None:
    """He went back to correct it."""
    assert stored_outcome(pressed("b", revision=1), CONTRACT, [registered()]) is None
    with pytest.raises(Refusal) as refused:
        stored_outcome(pressed("b", revision=1), CONTRACT, [registered(told=True)])
    assert refused.value.code == RefusalCode.PROOF_EXPIRED


def test_an_address_that_gets_no_mail_may_be_corrected_after_the_customer_was_told() -> None:
    """The proof has registered nobody; the same address stays refused."""
    known = [registered(told=True, state=ProvisionalState.MAIL_ABANDONED)]
    assert stored_outcome(pressed("b", revision=1), CONTRACT, known) is None
    assert stored_outcome(pressed(revision=1), CONTRACT, known) == FIRST
    with pytest.raises(Refusal):
        stored_outcome(pressed("b"), CONTRACT, [registered("c", told=True, key=SECOND), *known])


def test_content_that_was_superseded_is_to_be_stored_once_more() -> None:
    """A, B, and A again."""
    known = [registered("b", key=SECOND, revision=1), registered(state=SUPERSEDED)]
    assert stored_outcome(pressed(revision=2), CONTRACT, known) is None


@pytest.mark.parametrize("content", ["a", "b"])
def test_an_old_proof_does_not_take_back_what_a_newer_one_registered(content: str) -> None:
    """X6: of the old draft nobody heard anything; he started again from step 1, and that one counts."""
    with pytest.raises(Refusal) as refused:
        stored_outcome(pressed(content, revision=1), CONTRACT, [registered(state=SUPERSEDED)])
    assert refused.value.code == RefusalCode.PROOF_EXPIRED


def test_a_press_that_is_older_than_a_correction_changes_nothing() -> None:
    """It was long on its way; nobody is told that it was registered."""
    with pytest.raises(Refusal) as refused:
        stored_outcome(pressed(), CONTRACT, [registered("b", key=SECOND, revision=1)])
    assert refused.value.code == RefusalCode.PROOF_EXPIRED


def test_a_press_that_comes_twice_does_not_bring_back_what_was_superseded() -> None:
    """A, B, and the first A delivered once more."""
    known = [registered("b", key=SECOND, revision=1), registered(state=SUPERSEDED)]
    with pytest.raises(Refusal):
        stored_outcome(pressed(), CONTRACT, known)


def test_other_content_of_the_same_count_is_to_be_stored() -> None:
    """Its gateway counts nothing, or two tabs changed the same page."""
    assert stored_outcome(pressed("b"), CONTRACT, [registered()]) is None


def test_a_key_of_another_contract_is_refused() -> None:
    """This browser did not get it from our page."""
    with pytest.raises(Refusal) as refused:
        stored_outcome(pressed(), CONTRACT, [registered(contract=UUID(int=9))])
    assert refused.value.code == RefusalCode.PROOF_EXPIRED
