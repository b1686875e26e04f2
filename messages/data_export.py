"""データのダウンロード: everything that identity keeps of a customer, for a file of his own."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel

from chassis.messaging.message import Command, Lane, Reply
from chassis.security.key_texts import PublicKeyText
from chassis.security.sealing import Sealed, SealedContent
from messages.account_settings import TypedPassword
from messages.login_history import HistoryLine
from messages.values import (
    AccountId,
    CustomerNumber,
    Device,
    EmailAddress,
    HolderKana,
    Nickname,
    PasskeyName,
    PhoneNumber,
    Stored,
)


class KeptContract(BaseModel, frozen=True):
    """The contract of an account. `holder_kana` is None where its name came with no import yet."""

    customer_number: Stored[CustomerNumber]
    holder_kana: Stored[HolderKana] | None
    phone_numbers: tuple[Stored[PhoneNumber], ...]
    began_on: date
    closed_on: date | None
    held_since: date | None
    held_until: date | None


class KeptSession(BaseModel, frozen=True):
    """A session that lives. The device is what a browser said it was; None where none was told."""

    began_at: datetime
    last_seen_at: datetime
    device: Stored[Device] | None
    is_this_one: bool


class KeptPasskey(BaseModel, frozen=True):
    """A passkey, as its customer knows it."""

    name: Stored[PasskeyName]
    made_at: datetime
    last_used_at: datetime | None


class KeptData(SealedContent):
    """Account, contract, living sessions newest first, what was done with the account, newest first, and its
    passkeys, oldest first.
    """

    sealed_as: ClassVar[str] = "identity.kept_data"
    account_id: Stored[AccountId]
    nickname: Stored[Nickname]
    email_address: Stored[EmailAddress]
    created_at: datetime
    last_login_at: datetime | None
    mail_bounced_at: datetime | None
    contract: KeptContract
    sessions: tuple[KeptSession, ...]
    history: tuple[HistoryLine, ...]
    passkeys: tuple[KeptPasskey, ...] = ()


class DataExported(Reply, type="identity.data_exported.v1"):
    """Sealed for whoever asked, bound to `session_token_hash`."""

    data: Sealed[KeptData]
    exported_at: datetime


class ExportData(Command[DataExported], type="identity.export_data.v1", lane=Lane.SLOW):
    """[ダウンロードする]. The password is bound to `session_token_hash`; the answer is for the key that the
    asker made for this question. One mail tells of all exports of one `form_key`.
    """

    session_token_hash: str
    client_network: str
    form_key: UUID
    password: Sealed[TypedPassword]
    answer_key: PublicKeyText
