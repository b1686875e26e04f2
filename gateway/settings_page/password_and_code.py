"""What is asked for before a second factor that is on is changed, or gone around: password and code."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.forms import FieldReader, InvalidForm, problems_of_empty
from messages.account_settings import RefusalCode as SettingsCode
from messages.second_factor import PasswordAndCode, RefusalCode
from messages.values import SecondFactorCode

FIELD_OF: Mapping[str, str] = {
    SettingsCode.WRONG_PASSWORD: "password",
    SettingsCode.TOO_MANY_PASSWORDS: "password",
    RefusalCode.WRONG_CODE: "code",
    RefusalCode.TOO_MANY_CODES: "code",
}
"""Beside which field a refusal stands."""


def password_and_code(typed: Mapping[str, str]) -> PasswordAndCode:
    """As they were typed. Raises InvalidForm with everything that is wrong."""
    problems = problems_of_empty(typed, "password")
    reader = FieldReader(typed)
    code = reader.read("code", SecondFactorCode.parse)
    problems += reader.invalid().problems
    if code is None or problems:
        raise InvalidForm(problems)
    return PasswordAndCode(password=typed["password"], code=code)
