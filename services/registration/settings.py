"""The environment of registration."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chassis.process.settings import HashingSettings
from chassis.security.key_texts import PublicKeyText, SecretKeyText, of_each
from messages.company import OfOneCompany
from messages.values import PasswordPolicy

SEALS_FOR = ("identity", "notification")
BELIEVES = ("identity",)


class Settings(OfOneCompany, HashingSettings):
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
