"""The environment of identity."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from chassis.database.limits import Limit, NamedLimits
from chassis.process.setting_sources import ReadToTheEnd
from chassis.process.settings import FROM_ENVIRONMENT, HashingSettings
from chassis.security.key_texts import PublicKeyText, SecretKeyText, of_each
from messages.company import OfOneCompany
from messages.values import PasswordPolicy

SEALS_FOR = ("notification",)
BELIEVES = ("registration",)


class Limits(NamedLimits):
    """How often may fail what others could guess (docs/limits.md). Of a network, and of all together, it is
    numbers or IDs that are counted, each once.
    """

    alarms: ClassVar[tuple[str, ...]] = (
        "alarm_proofs_of_a_number",
        "alarm_proofs_of_all",
        "alarm_log_ins_of_all",
        "alarm_mails_to_all",
    )

    failed_proofs_of_a_number: Limit = Limit.written("5/1h")  # X1
    failed_proofs_of_a_network: Limit = Limit.written("10/10m")  # X2
    failed_proofs_of_all: Limit = Limit.written("300/1h")  # X2
    failed_log_ins_of_an_account: Limit = Limit.written("5/24h 1m-15m")  # X10, L4
    failed_log_ins_of_a_device: Limit = Limit.written("5/24h 1m-15m")  # X11
    failed_log_ins_of_a_network: Limit = Limit.written("20/15m 1m-15m")  # X12, L4
    failed_log_ins_of_all: Limit = Limit.written("300/15m")  # X12
    recoveries_of_an_account: Limit = Limit.written("3/1h")  # X37
    recoveries_of_a_mailbox: Limit = Limit.written("3/1h")  # X37
    recoveries_of_a_network: Limit = Limit.written("30/1h")  # X37
    enrolments_of_a_number: Limit = Limit.written("10/1h")
    enrolments_of_a_network: Limit = Limit.written("10/10m")
    unknown_links_of_a_network: Limit = Limit.written("20/1m")  # X17
    wrong_passwords_again: Limit = Limit.written("5/15m")
    wrong_codes_of_an_account: Limit = Limit.written("10/24h 1m-15m")
    address_changes_of_an_account: Limit = Limit.written("3/1h")  # X24
    mails_to_a_mailbox_an_hour: Limit = Limit.written("3/1h")  # X24
    mails_to_a_mailbox_a_day: Limit = Limit.written("6/24h")  # X24
    mails_to_all: Limit = Limit.written("20/1m")  # X24
    exports_of_an_account: Limit = Limit.written("5/24h")
    notices_to_a_holder: Limit = Limit.written("1/24h")  # Q11
    alarm_proofs_of_a_number: Limit = Limit.written("10/24h")  # X1
    alarm_proofs_of_all: Limit = Limit.written("100/1h")  # X2
    alarm_log_ins_of_all: Limit = Limit.written("100/15m")  # X12
    alarm_mails_to_all: Limit = Limit.written("20/1m")  # X24


class LimitSettings(ReadToTheEnd):
    """The limits that differ from those that are built in; `mypage limits` reads them, too."""

    model_config = FROM_ENVIRONMENT

    identity_limits: Annotated[dict[str, str], AfterValidator(Limits.checked)] = Field(
        {}, description="Limits that are not as built in, by name: 5/1h, or 5/24h 1m-15m (`mypage limits`)"
    )


class Settings(OfOneCompany, LimitSettings, HashingSettings):
    """Its keys, and what the operator may decide."""

    sealing_private_keys: list[SecretKeyText] = Field(
        description="Keys that open what is sealed for identity, newest first", min_length=1
    )
    sealing_public_keys: Annotated[dict[str, PublicKeyText], of_each(*SEALS_FOR)] = Field(
        description="Keys to seal for others, by service: notification"
    )
    signing_private_key: SecretKeyText = Field(description="Signs verification proofs and session assertions")
    signing_public_keys: Annotated[dict[str, PublicKeyText], of_each(*BELIEVES)] = Field(
        description="Keys to check signatures of others, by service: registration"
    )
    closed_contracts_may_register: bool = Field(
        False, description="Whether a contract may register within 12 months of its end (Q5)"
    )
    month_of_change_is_new_holders: bool = Field(
        False,
        description="Whether the month in which a contract passes on is the new holder's to read",
    )
    password_policy: PasswordPolicy = Field(
        PasswordPolicy.MANUAL,
        description="manual: the manual's 8 to 16 letters and digits; "
        "nist: 15 to 64 printable characters (Q7)",
    )
