"""ご契約内容, as its own customer asks for it."""

from __future__ import annotations

from typing import ClassVar

from chassis.messaging.message import Query, Reply
from chassis.security.key_texts import PublicKeyText
from chassis.security.sealing import Sealed, SealedContent
from messages.values import CustomerNumber, HolderKana, Stored


class HolderShown(SealedContent):
    """Who holds a contract, for its own customer's eyes. None: the name came with no import yet."""

    sealed_as: ClassVar[str] = "identity.holder_shown"
    holder_kana: Stored[HolderKana] | None


class ContractShown(Reply, type="identity.contract_shown.v1"):
    """The contract of a session. The holder is sealed for whoever asked, bound to `session_token_hash`."""

    customer_number: Stored[CustomerNumber]
    holder: Sealed[HolderShown]


class ShowContract(Query[ContractShown], type="identity.show_contract.v1"):
    """Whose contract is this session's? The answer is for the key that the asker made for this question."""

    session_token_hash: str
    answer_key: PublicKeyText
