"""The environment of registration."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from chassis.database.limits import Limit, NamedLimits
from chassis.process.setting_sources import ReadToTheEnd
from chassis.process.settings import FROM_ENVIRONMENT, HashingSettings
from chassis.security.key_texts import PublicKeyText, SecretKeyText, of_each
from messages.company import OfOneCompany
from messages.values import PasswordPolicy

SEALS_FOR = ("identity", "notification")
BELIEVES = ("identity",)


class Limits(NamedLimits):
    """How often may be asked, registered, mailed and guessed (docs/limits.md)."""

    alarms: ClassVar[tuple[str, ...]] = ("alarm_mails_to_all",)

    id_checks_a_minute: Limit = Limit.written("20/1m")  # X7
    id_checks_an_hour: Limit = Limit.written("60/1h")  # X7
    presses_in_a_while: Limit = Limit.written("25/10m")
    presses_an_hour: Limit = Limit.written("50/1h")
    registrations_a_day: Limit = Limit.written("5/24h")  # Q10
    resendings_an_hour: Limit = Limit.written("3/1h")  # S4-2
    resendings_a_day: Limit = Limit.written("10/24h")  # S4-2
    mails_to_a_mailbox_an_hour: Limit = Limit.written("3/1h")  # X24
    mails_to_a_mailbox_a_day: Limit = Limit.written("6/24h")  # X24
    mails_to_all: Limit = Limit.written("20/1m")  # X24
    unknown_links_of_a_network: Limit = Limit.written("20/1m")  # X17
    alarm_mails_to_all: Limit = Limit.written("20/1m")  # X24


class LimitSettings(ReadToTheEnd):
    """The limits that differ from those that are built in; `mypage limits` reads them, too."""

    model_config = FROM_ENVIRONMENT

    registration_limits: Annotated[dict[str, str], AfterValidator(Limits.checked)] = Field(
        {}, description="Limits that are not as built in, by name: 5/1h, or 5/24h 1m-15m (`mypage limits`)"
    )


class Settings(LimitSettings, OfOneCompany, HashingSettings):
    """Its keys, and what the operator may decide."""

    sealing_private_keys: list[SecretKeyText] = Field(
        description="Keys that open what is sealed for registration, newest first", min_length=1
    )
    sealing_public_keys: Annotated[dict[str, PublicKeyText], of_each(*SEALS_FOR)] = Field(
        description="Keys to seal for others, by service: identity, notification"
    )
    signing_private_key: SecretKeyText = Field(description="Signs login proofs")
    signing_public_keys: Annotated[dict[str, PublicKeyText], of_each(*BELIEVES)] = Field(
        description="Keys to check signatures of others, by service: identity"
    )
    password_policy: PasswordPolicy = Field(
        PasswordPolicy.MANUAL,
        description="manual: the manual's 8 to 16 letters and digits; "
        "nist: 15 to 64 printable characters (Q7)",
    )
