"""What identity answers to a customer who lost both his password and his mailbox."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from chassis.messaging.message import Command, Lane, Reply
from chassis.security.sealing import Sealed, SealedContent
from messages.identity import HolderDetails
from messages.values import AccountId, Device, EmailAddress, EnrolmentCode, Password, Stored


class RefusalCode(StrEnum):
    """Every "no" of it. Neither tells which of the things that were typed was wrong."""

    ENROLMENT_REFUSED = "identity.enrolment_refused"
    TOO_MANY_ENROLMENTS = "identity.too_many_enrolments"


class RenewedAccess(SealedContent):
    """The proof of the contract, the code that the desk read out, and what is to be from now on."""

    sealed_as: ClassVar[str] = "identity.renewed_access"
    holder: HolderDetails
    code: EnrolmentCode
    email_address: EmailAddress
    password: Password


class AccessRenewed(Reply, type="identity.access_renewed.v1"):
    """Done. The ID may be forgotten, too: he proved the contract."""

    account_id: Stored[AccountId]


class RenewAccess(Command[AccessRenewed], type="identity.renew_access.v1", lane=Lane.SLOW):
    """[設定する]. Sealed for identity, bound to `form_key`. Repeated with the same `form_key` and code it
    changes nothing more.
    """

    form_key: UUID
    client_network: str
    asked: Sealed[RenewedAccess]
    device: Stored[Device] | None = None
