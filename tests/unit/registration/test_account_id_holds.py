"""Who holds an account ID, whom a limit counts, how often identity is told again (Q9, Q10, Q11, X24, K17)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from support.registrations import CONTRACT, DAY, NOON, OTHER_CONTRACT, SECOND, TICKET, a_mailed_account

from chassis.messaging.refusal import Refusal
from messages.registration import ProvisionalState, RefusalCode
from services.registration.account_ids.domain import resolve_conflicts
from services.registration.activation.domain import redrive_delay

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


@pytest.mark.parametrize(("redrives", "seconds"), [(1, 10), (2, 20), (3, 40), (7, 600), (1000, 600)])
def test_identity_is_told_again_ever_more_rarely(redrives: int, seconds: int) -> None:
    """10 s, doubled, at most 10 min (K17)."""
    assert redrive_delay(redrives) == timedelta(seconds=seconds)


def test_the_person_is_not_in_the_repr() -> None:
    """Whatever a log line or a traceback shows."""
    shown = repr(a_mailed_account(login_ticket_hash=TICKET))
    assert not any(secret in shown for secret in ("Taro-01", "a hash", "taro@", "たろう", "102030", TICKET))
