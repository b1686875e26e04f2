"""The rule of who gets an account ID, and which registrations end for it (Q9 to Q11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.messaging.refusal import Refusal
from messages.registration import ProvisionalState, RefusalCode
from services.registration.provisional.domain import LASTING, LIVE, ProvisionalAccount


def resolve_conflicts(
    contract_key: UUID, rivals: Sequence[ProvisionalAccount], now: datetime
) -> list[ProvisionalAccount]:
    """How the rivals of a new registration end: the contract's own live one is superseded (Q10), an overdue
    holder of the ID expires.

    `rivals` are the contract's own registrations and the one behind the claim on the account ID. Raises
    CONTRACT_ALREADY_REGISTERED or ACCOUNT_ID_TAKEN (Q9, Q11).
    """
    own = [rival for rival in rivals if rival.contract_key == contract_key]
    others = [rival for rival in rivals if rival.contract_key != contract_key]
    if any(rival.state in LASTING for rival in own):
        raise Refusal(RefusalCode.CONTRACT_ALREADY_REGISTERED)
    if not all(rival.leaves_account_id_to(contract_key, now) for rival in others):
        raise Refusal(RefusalCode.ACCOUNT_ID_TAKEN)
    superseded = [rival.ended(ProvisionalState.SUPERSEDED, now) for rival in own if rival.state in LIVE]
    expired = [rival.ended(ProvisionalState.EXPIRED, now) for rival in others if rival.state in LIVE]
    return superseded + expired
