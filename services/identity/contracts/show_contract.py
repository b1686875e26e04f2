"""ご契約内容: whose contract is this session's?"""

from __future__ import annotations

from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from chassis.security.sealing import seal_answer
from messages.contract_shown import ContractShown, HolderShown, ShowContract
from messages.identity import RefusalCode
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def show_contract(service: Identity, query: ShowContract, received: DeliveryInfo) -> ContractShown:
    """Number and name; the name is sealed for the asker, so that no queue holds it in clear. Raises
    SESSION_ENDED. The session is not kept alive by it.
    """
    async with service.database.autocommit() as tx:
        holder = await sessions.find_holder(tx, query.session_token_hash)
    if holder is None:
        raise Refusal(RefusalCode.SESSION_ENDED)
    shown = HolderShown(holder_kana=holder.shown_kana)
    return ContractShown(
        customer_number=holder.customer_number,
        holder=seal_answer(shown, query.answer_key, bound_to=query.session_token_hash),
    )
