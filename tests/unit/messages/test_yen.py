"""Amounts of money and the values as fields of messages (data rule: whole yen only)."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from messages.values import (
    AccountId,
    CustomerNumber,
    EmailAddress,
    HolderKana,
    InvalidValue,
    Nickname,
    PhoneNumber,
    Reason,
    Yen,
)

YEN: TypeAdapter[int] = TypeAdapter(Yen)


class Holder(BaseModel):
    """A message with every kind of text."""

    model_config = ConfigDict(hide_input_in_errors=True, frozen=True)
    customer_number: CustomerNumber
    phone_number: PhoneNumber
    holder_kana: HolderKana
    account_id: AccountId
    email_address: EmailAddress
    nickname: Nickname


TYPED = {
    "customer_number": "00102030",
    "phone_number": "0748-66-0739",
    "holder_kana": "ｱｲｺﾑ ﾀﾛｳ",
    "account_id": "Ｔａｒｏ-01",
    "email_address": " taro@Example.com",
    "nickname": "たろう ",
}


@pytest.mark.parametrize("amount", [True, False, 1.0, "1", "1,234", None, 10**10, -(10**10), float("nan")])
def test_what_is_no_whole_number_below_ten_thousand_million_is_refused(amount: object) -> None:
    """No bool, no float, no text."""
    with pytest.raises(ValidationError):
        YEN.validate_python(amount)


@pytest.mark.parametrize("text", ["1.0", "1e3", '"1"', "true", "10000000000"])
def test_json_amounts_are_whole_numbers_too(text: str) -> None:
    """A sender that uses floats is wrong even when nothing follows the point."""
    with pytest.raises(ValidationError):
        YEN.validate_json(text)


@given(st.integers(-(10**10) + 1, 10**10 - 1))
def test_any_amount_survives_the_wire(amount: int) -> None:
    """Discounts are negative amounts."""
    assert YEN.validate_json(YEN.dump_json(amount)) == amount


@given(st.integers().filter(lambda amount: abs(amount) >= 10**10))
def test_any_greater_amount_is_refused(amount: int) -> None:
    """Such a bill is a fault of the data."""
    with pytest.raises(ValidationError):
        YEN.validate_python(amount)


def test_fields_take_what_was_typed_and_hold_the_canonical_values() -> None:
    """A message cannot hold anything else."""
    holder = Holder.model_validate(TYPED)
    assert type(holder.customer_number) is CustomerNumber
    assert holder.model_dump(mode="json") == {
        "customer_number": "102030",
        "phone_number": "0748660739",
        "holder_kana": "アイコム　タロウ",
        "account_id": "Taro-01",
        "email_address": "taro@example.com",
        "nickname": "たろう",
    }


def test_a_message_of_values_survives_the_wire_and_copying() -> None:
    """Equal, hashable and of the same types."""
    holder = Holder.model_validate(TYPED)
    for again in (
        Holder.model_validate_json(holder.model_dump_json()),
        copy.deepcopy(holder),
        pickle.loads(pickle.dumps(holder)),
    ):
        assert again == holder
        assert hash(again) == hash(holder)
        assert type(again.holder_kana) is HolderKana


@pytest.mark.parametrize("field", TYPED)
def test_bytes_are_not_taken_for_text(field: str) -> None:
    """Decoding is somebody else's decision."""
    with pytest.raises(ValidationError):
        Holder.model_validate(TYPED | {field: TYPED[field].encode()})


@pytest.mark.parametrize("field", TYPED)
def test_a_refused_field_names_its_reason_and_not_what_was_typed(field: str) -> None:
    """Neither in the text nor in the cause of the error."""
    typed = "秘密\x00" * 100
    with pytest.raises(ValidationError) as refused:
        Holder.model_validate(TYPED | {field: typed})
    [error] = refused.value.errors(include_input=False)
    assert isinstance(error["ctx"]["error"], InvalidValue)
    assert "秘密" not in str(refused.value) + repr(error)


def test_the_text_of_a_refusal_is_the_name_of_its_reason() -> None:
    """Nothing typed can reach a log through it."""
    assert {reason: str(InvalidValue(reason)) for reason in Reason} == {
        reason: reason.name for reason in Reason
    }


def test_a_value_cannot_be_made_past_its_rule() -> None:
    """The constructor is the rule, so an instance is proof."""
    with pytest.raises(InvalidValue):
        CustomerNumber("x")
