"""The manual's input rules, each written once: what a customer may type, and the one form it takes from then
on.

A value is a `str` that cannot exist unless its rule holds, so a function that takes an `AccountId` need not
ask again. `X.parse(typed)` returns the canonical form or raises `InvalidValue` with the first rule that
failed; parsing a canonical form changes nothing. As a pydantic field a value takes text, and is plain text in
JSON.

The repr of a personal value is `***`. What pydantic says of a *refused* input is not covered by that: message
models set `hide_input_in_errors`, and nobody prints `ValidationError.errors()` without `include_input=False`.
"""

from messages.values.account_id import RESERVED_ACCOUNT_IDS, AccountId
from messages.values.billing_month import BillingMonth
from messages.values.customer_number import CustomerNumber
from messages.values.device import Device
from messages.values.email_address import EmailAddress, likely_typo
from messages.values.enrolment_code import EnrolmentCode
from messages.values.holder_kana import HolderKana
from messages.values.nickname import Nickname
from messages.values.passkey_name import PasskeyName
from messages.values.password import (
    LONGEST_PASSWORD,
    Password,
    PasswordPolicy,
    check_password,
    words_of_a_customer,
)
from messages.values.phone_number import PhoneNumber
from messages.values.registration_number import RegistrationNumber
from messages.values.second_factor_code import SecondFactorCode
from messages.values.text_value import InvalidValue, Reason, Stored
from messages.values.yen import Yen

__all__ = [
    "LONGEST_PASSWORD",
    "RESERVED_ACCOUNT_IDS",
    "AccountId",
    "BillingMonth",
    "CustomerNumber",
    "Device",
    "EmailAddress",
    "EnrolmentCode",
    "HolderKana",
    "InvalidValue",
    "Nickname",
    "PasskeyName",
    "Password",
    "PasswordPolicy",
    "PhoneNumber",
    "Reason",
    "RegistrationNumber",
    "SecondFactorCode",
    "Stored",
    "Yen",
    "check_password",
    "likely_typo",
    "words_of_a_customer",
]
