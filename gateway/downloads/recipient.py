"""To whom a file is made out."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.backend.identity import ContractOfCustomer
from messages.identity import SessionShown


@dataclass(frozen=True)
class Recipient:
    """As far as identity tells: the name in the contract, else the nickname; the number."""

    nickname: str
    contract_name: str | None = field(repr=False)
    customer_number: str | None

    @classmethod
    def of(cls, session: SessionShown, contract: ContractOfCustomer | None) -> Recipient:
        """`contract` is None while identity does not tell it."""
        if contract is None:
            return cls(session.nickname, None, None)
        return cls(session.nickname, contract.holder_kana, contract.customer_number)
