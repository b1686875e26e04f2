"""2段階認証: what customers set up in アカウント設定, and the second page of their log-in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from chassis.messaging.message import Command, Lane, Query, Reply
from chassis.security.key_texts import PublicKeyText
from chassis.security.sealing import Sealed, SealedContent
from messages.identity import SessionShown
from messages.values import Device, SecondFactorCode, Stored


class RefusalCode(StrEnum):
    """Every "no" of it; identity's own and those of a password stand beside their messages."""

    SECOND_FACTOR_ASKED = "identity.second_factor_asked"
    """ID and password are right: the code is asked for, and no session is opened before it is right."""
    LOG_IN_AGAIN = "identity.log_in_again"
    WRONG_CODE = "identity.wrong_code"
    TOO_MANY_CODES = "identity.too_many_codes"
    SECOND_FACTOR_SETUP_OVER = "identity.second_factor_setup_over"
    SECOND_FACTOR_IS_ON = "identity.second_factor_is_on"
    SECOND_FACTOR_IS_OFF = "identity.second_factor_is_off"


class TypedCode(SealedContent):
    """A code of the application, or a recovery code."""

    sealed_as: ClassVar[str] = "identity.typed_code"
    code: SecondFactorCode


class PasswordAndCode(SealedContent):
    """What it takes to change a second factor that is on. The password is as it was typed."""

    sealed_as: ClassVar[str] = "identity.password_and_code"
    password: str
    code: SecondFactorCode


class PasswordForSetup(SealedContent):
    """The customer's password, typed once more."""

    sealed_as: ClassVar[str] = "identity.password_for_setup"
    password: str


class OneTimeSecret(SealedContent):
    """What the application and identity share, in base32."""

    sealed_as: ClassVar[str] = "identity.one_time_secret"
    secret: str


class RecoveryCodes(SealedContent):
    """Shown once: identity keeps their hashes alone."""

    sealed_as: ClassVar[str] = "identity.recovery_codes"
    codes: tuple[Stored[SecondFactorCode], ...]


class SecondFactorShown(Reply, type="identity.second_factor_shown.v1"):
    """Since when it is on, None while it is off; how many recovery codes have not been used."""

    on_since: datetime | None
    recovery_codes_left: int


class ShowSecondFactor(Query[SecondFactorShown], type="identity.show_second_factor.v1"):
    """2段階認証 of this session's account."""

    session_token_hash: str


class SecondFactorSetupBegun(Reply, type="identity.second_factor_setup_begun.v1"):
    pass


class BeginSecondFactorSetup(
    Command[SecondFactorSetupBegun], type="identity.begin_second_factor_setup.v1", lane=Lane.SLOW
):
    """[設定を始める]. Nothing is on yet. Bound to `session_token_hash`."""

    session_token_hash: str
    password: Sealed[PasswordForSetup]


class SecondFactorSetupShown(Reply, type="identity.second_factor_setup_shown.v1"):
    """Sealed for whoever asked, bound to `session_token_hash`."""

    secret: Sealed[OneTimeSecret]


class ShowSecondFactorSetup(Query[SecondFactorSetupShown], type="identity.show_second_factor_setup.v1"):
    """The secret that waits for its first code, in the session that began it."""

    session_token_hash: str
    answer_key: PublicKeyText


class RecoveryCodesMade(Reply, type="identity.recovery_codes_made.v1"):
    """Sealed for whoever asked, bound to `session_token_hash`. The same press gets the same ones again."""

    codes: Sealed[RecoveryCodes]


class AddSecondFactor(Command[RecoveryCodesMade], type="identity.add_second_factor.v1"):
    """[有効にする], with the first code. Bound to `session_token_hash`."""

    session_token_hash: str
    form_key: UUID
    client_network: str
    code: Sealed[TypedCode]
    answer_key: PublicKeyText
    device: Stored[Device] | None = None


class RemakeRecoveryCodes(
    Command[RecoveryCodesMade], type="identity.remake_recovery_codes.v1", lane=Lane.SLOW
):
    """[回復コードを作り直す]: those of before are worth nothing. Bound to `session_token_hash`."""

    session_token_hash: str
    form_key: UUID
    client_network: str
    proof: Sealed[PasswordAndCode]
    answer_key: PublicKeyText
    device: Stored[Device] | None = None


class SecondFactorRemoved(Reply, type="identity.second_factor_removed.v1"):
    pass


class RemoveSecondFactor(
    Command[SecondFactorRemoved], type="identity.remove_second_factor.v1", lane=Lane.SLOW
):
    """[解除する]. Bound to `session_token_hash`."""

    session_token_hash: str
    client_network: str
    proof: Sealed[PasswordAndCode]
    device: Stored[Device] | None = None


class FinishLogIn(Command[SessionShown], type="identity.finish_log_in.v1"):
    """[ログイン] of the second page. The code is bound to the hash with which the log-in began; a press that
    is repeated has the same `form_key`, and gets the session that it opened.
    """

    session_token_hash: str
    form_key: UUID
    client_network: str
    code: Sealed[TypedCode]
    device: Stored[Device] | None = None
    device_token_hash: str = ""
