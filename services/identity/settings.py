"""The environment of identity."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chassis.process.settings import HashingSettings
from chassis.security.key_texts import PublicKeyText, SecretKeyText, of_each

SEALS_FOR = ("notification",)
BELIEVES = ("registration",)


class Settings(HashingSettings):
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
