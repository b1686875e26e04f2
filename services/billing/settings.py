"""The environment of billing."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic_settings import NoDecode

from chassis.process.settings import ServiceSettings
from chassis.security.key_texts import PublicKeyText, of_each
from messages.values import BillingMonth

SEALS_FOR = ("notification",)
BELIEVES = ("identity",)


class Settings(ServiceSettings):
    """Whom it seals for and believes, and how far back a customer may look (T24, Q21: the page's text is made
    from the same two numbers).
    """

    sealing_public_keys: Annotated[dict[str, PublicKeyText], of_each(*SEALS_FOR)] = Field(
        description="Keys to seal for others, by service: notification"
    )
    signing_public_keys: Annotated[dict[str, PublicKeyText], of_each(*BELIEVES)] = Field(
        description="Keys to check signatures of others, by service: identity"
    )
    charges_window_months: int = Field(
        12, ge=1, le=120, description="How many months are listed, counted from the newest published one"
    )
    charges_floor: Annotated[BillingMonth, NoDecode] = Field(
        BillingMonth(2020, 7), description="No earlier month is ever shown: YYYY-MM"
    )
