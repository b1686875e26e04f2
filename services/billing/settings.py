"""The environment of billing."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_settings import NoDecode

from chassis.process.settings import ServiceSettings
from chassis.security.key_texts import PublicKeyText, of_each
from messages.values import BillingMonth, InvalidValue, Reason, RegistrationNumber

SEALS_FOR = ("notification",)
BELIEVES = ("identity",)


def _issuers_number(text: object) -> object:
    """A wrong number would stand on every invoice: the start is refused, and says what is wrong."""
    try:
        return RegistrationNumber(text) if isinstance(text, str) else text
    except InvalidValue as invalid:
        raise ValueError(_WRONG_NUMBER[invalid.reason]) from None


_WRONG_NUMBER = {
    Reason.EMPTY: "must not be empty; leave it out while the company has none",
    Reason.SHAPE: "must be T and 13 digits",
    Reason.CHECK_DIGIT: "is no 登録番号: its check digit does not fit, so some digit is wrong",
}


class OtherIssuer(BaseModel):
    """Whose service it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    registration_number: Annotated[RegistrationNumber, BeforeValidator(_issuers_number)] | None = None


class Settings(ServiceSettings):
    """Whom it seals for and believes, how far back a customer may look (T24, Q21: the page's text is made
    from the same two numbers), and what makes a statement a 適格請求書 (C16).
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
    invoice_registration_number: Annotated[RegistrationNumber, BeforeValidator(_issuers_number)] | None = (
        Field(
            None,
            description="登録番号 of the company, T and 13 digits; without it no statement is a 適格請求書",
        )
    )
    invoice_usage_months_ago: int | None = Field(
        None,
        ge=0,
        le=3,
        description="How many months before its billing month the use of a statement lies; 適格請求書 say it",
    )
    billed_along: dict[str, OtherIssuer] = Field(
        {
            "ケーブルプラス電話": OtherIssuer(name="KDDI株式会社"),
            "auでんき": OtherIssuer(name="auでんきの提供会社"),
        },
        description="Services of other companies that are billed along: their name, and 登録番号 if known",
    )
