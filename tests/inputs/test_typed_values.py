"""What customers type, field by field. Rows are numbered, as nothing personal belongs in a test's name."""

from __future__ import annotations

from itertools import count

import pytest

from inputs.table import rows
from messages.values import (
    AccountId,
    CustomerNumber,
    EmailAddress,
    HolderKana,
    InvalidValue,
    Nickname,
    PhoneNumber,
)

FIELDS = {
    "customer_number": CustomerNumber,
    "phone_number": PhoneNumber,
    "holder_kana": HolderKana,
    "account_id": AccountId,
    "email_address": EmailAddress,
    "nickname": Nickname,
}


@pytest.mark.parametrize(("field", "typed", "answer"), rows("typed_values.csv"), ids=count())
def test_what_is_typed_is_taken_as_it_was_meant(field: str, typed: str, answer: str) -> None:
    """The value, or behind a `!` the reason that selects the sentence beside the field."""
    try:
        found = str(FIELDS[field].parse(typed))
    except InvalidValue as invalid:
        found = f"! {invalid.reason}"
    assert found == answer
