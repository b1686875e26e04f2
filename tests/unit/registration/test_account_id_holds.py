"""Who holds an account ID, whom a limit counts, how often identity is told again (Q9, Q10, Q11, X24, K17)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from support.registrations import CONTRACT, DAY, NOON, OTHER_CONTRACT, SECOND, TICKET, a_mailed_account

from chassis.messaging.refusal import Refusal
from messages.identity import VerificationProof
from messages.registration import PersonalDetails, ProvisionalState, RefusalCode
from messages.values import AccountId, CustomerNumber, EmailAddress, Nickname
from services.registration.account_ids.domain import resolve_conflicts
from services.registration.activation.domain import redrive_delay
from services.registration.forms.domain import mailbox_of, words_of_the_customer

S = ProvisionalState


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    """Which no it was."""
    return refused.value.code


def test_a_contract_may_take_its_own_held_id_again() -> None:
    """Starting again with the same ID works at once (Q10)."""
    assert a_mailed_account().leaves_account_id_to(CONTRACT, NOON)


def test_a_held_id_is_not_left_to_another_contract() -> None:
    """Q9."""
    assert not a_mailed_account().leaves_account_id_to(OTHER_CONTRACT, NOON)


@pytest.mark.parametrize("state", [S.ACTIVATED, S.COMPLETED])
def test_the_id_of_an_account_is_left_to_nobody(state: ProvisionalState) -> None:
    """Not even to its own contract, which cannot register again."""
    assert not a_mailed_account(state=state).leaves_account_id_to(CONTRACT, NOON + 90 * DAY)


def test_an_expired_hold_is_left_to_anybody() -> None:
    """Before anybody swept it."""
    assert a_mailed_account().leaves_account_id_to(OTHER_CONTRACT, NOON + DAY + SECOND)


def test_a_newer_registration_supersedes_the_contracts_live_one() -> None:
    """The older link dies in the same transaction."""
    (ended,) = resolve_conflicts(CONTRACT, [a_mailed_account()], NOON)
    assert (ended.state, ended.nickname) == (S.SUPERSEDED, None)


@pytest.mark.parametrize("state", [S.ACTIVATED, S.COMPLETED])
def test_a_contract_with_an_account_does_not_register_again(state: ProvisionalState) -> None:
    """Q11."""
    with pytest.raises(Refusal) as refused:
        resolve_conflicts(CONTRACT, [a_mailed_account(state=state)], NOON)
    assert code_of(refused) == RefusalCode.CONTRACT_ALREADY_REGISTERED


def test_an_id_that_another_contract_holds_is_taken() -> None:
    """T12."""
    with pytest.raises(Refusal) as refused:
        resolve_conflicts(CONTRACT, [a_mailed_account(contract_key=OTHER_CONTRACT)], NOON)
    assert code_of(refused) == RefusalCode.ACCOUNT_ID_TAKEN


def test_another_contracts_overdue_hold_expires_on_the_way() -> None:
    """So its link cannot be activated at the same moment."""
    (ended,) = resolve_conflicts(
        CONTRACT, [a_mailed_account(contract_key=OTHER_CONTRACT)], NOON + DAY + SECOND
    )
    assert (ended.contract_key, ended.state) == (OTHER_CONTRACT, S.EXPIRED)


@pytest.mark.parametrize("contract_key", [CONTRACT, OTHER_CONTRACT])
def test_what_has_ended_already_is_left_alone(contract_key: UUID) -> None:
    """Its claim only was not swept yet."""
    assert (
        resolve_conflicts(
            CONTRACT, [a_mailed_account(contract_key=contract_key).ended(S.EXPIRED, NOON)], NOON
        )
        == []
    )


def test_the_customers_own_words_are_known_to_strangers() -> None:
    """S2-8."""
    personal = PersonalDetails(
        email_address=EmailAddress("taro@example.jp"), nickname=Nickname("たろう"), browser_token="t"
    )
    proof = VerificationProof(
        expires_at=NOON,
        contract_key=CONTRACT,
        customer_number=CustomerNumber("102030"),
        browser_token_hash="h",
    )
    words = words_of_the_customer(AccountId("Taro-01"), personal, proof)
    assert words == ("Taro-01", "たろう", "taro", "102030")


@pytest.mark.parametrize(
    "other", ["Taro@example.jp", "taro+x@example.jp", "taro@EXAMPLE.jp", "TARO+a+b@example.jp"]
)
def test_letter_case_and_a_tag_make_no_other_mailbox(other: str) -> None:
    """X24."""
    assert mailbox_of(EmailAddress(other)) == mailbox_of(EmailAddress("taro@example.jp"))


@pytest.mark.parametrize("other", ["hanako@example.jp", "taro@example.com"])
def test_another_name_or_domain_is_another_mailbox(other: str) -> None:
    """Else strangers would block each other."""
    assert mailbox_of(EmailAddress(other)) != mailbox_of(EmailAddress("taro@example.jp"))


@pytest.mark.parametrize(("redrives", "seconds"), [(1, 10), (2, 20), (3, 40), (7, 600), (1000, 600)])
def test_identity_is_told_again_ever_more_rarely(redrives: int, seconds: int) -> None:
    """10 s, doubled, at most 10 min (K17)."""
    assert redrive_delay(redrives) == timedelta(seconds=seconds)


def test_the_person_is_not_in_the_repr() -> None:
    """Whatever a log line or a traceback shows."""
    shown = repr(a_mailed_account(login_ticket_hash=TICKET))
    assert not any(secret in shown for secret in ("Taro-01", "a hash", "taro@", "たろう", "102030", TICKET))
