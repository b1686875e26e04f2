"""The rules of contracts: what proves one, and which may register."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from messages.identity import HolderDetails
from messages.japan import day_in_japan
from messages.values import CustomerNumber, HolderKana
from services.identity.accounts.domain import readable_until

PROOF_LIFETIME = timedelta(minutes=30)  # Q25


class HolderKind(StrEnum):
    """契約区分."""

    PERSON = "person"
    COMPANY = "company"


class ContractState(StrEnum):
    """契約状態."""

    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True)
class Contract:
    """One holder of one contract, and the account that was opened for it."""

    contract_key: UUID
    customer_number: CustomerNumber
    holder_kana_key: str = field(repr=False)
    phone_numbers: frozenset[str] = field(repr=False)
    closed_on: date | None
    account_key: UUID | None

    def is_proved_by(self, holder: HolderDetails) -> bool:
        """True if the name and any of the contract's phone numbers fit (Q3, Q4). The number was used to find
        the contract.
        """
        return holder.phone_number in self.phone_numbers and holder.holder_kana.key == self.holder_kana_key

    def may_register(self, now: datetime, *, even_closed: bool) -> bool:
        """True while the contract runs and, if the operator allows it, within 12 months of its end (Q5)."""
        if self.closed_on is None:
            return True
        return even_closed and day_in_japan(now) <= readable_until(self.closed_on)

    def admits(self, holder: HolderDetails, now: datetime, *, even_closed: bool) -> bool:
        """True if the holder proved it and it may register: what [認証] asks. Why not is nobody's business
        (T8).
        """
        return self.is_proved_by(holder) and self.may_register(now, even_closed=even_closed)


@dataclass(frozen=True)
class ExportedContract:
    """A contract as the billing system tells it today, on that line of its file."""

    line: int
    customer_number: CustomerNumber
    holder_kind: HolderKind
    holder_kana: HolderKana = field(repr=False)
    phone_numbers: tuple[str, ...] = field(repr=False)
    state: ContractState
    began_on: date
    closed_on: date | None


@dataclass(frozen=True)
class ImportCounts:
    """How many rows a file has, and what they say that is new. `closed` counts contracts that it ends."""

    read: int
    added: int
    changed: int
    unchanged: int
    closed: int
