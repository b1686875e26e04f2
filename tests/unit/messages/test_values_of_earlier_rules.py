"""Rules become stricter; what was accepted before still travels, what is typed now does not (ADR 0023)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import BaseModel, ValidationError

from messages.identity import (
    AccountMailRecipient,
    HolderDetails,
    NewAccount,
    SessionAssertion,
    SessionShown,
    VerificationProof,
)
from messages.registration import (
    AccountActivated,
    Activated,
    CheckAccountId,
    CheckProvisionalPassword,
    MailOrder,
    PersonalDetails,
    RegisterProvisionally,
)
from messages.values import (
    AccountId,
    BillingMonth,
    CustomerNumber,
    EmailAddress,
    HolderKana,
    InvalidValue,
    Nickname,
    PhoneNumber,
    Reason,
)

KEY, NOON, SEALED = UUID(int=7), datetime(2026, 10, 5, 3, tzinfo=UTC), {"key_id": "0", "box": ""}
RULES = (AccountId, CustomerNumber, EmailAddress, HolderKana, Nickname, PhoneNumber)
NUMBER, ADDRESS = CustomerNumber.stored("102030"), EmailAddress.stored("taro@example.jp")
NAME, ID = Nickname.stored("たろう"), AccountId.stored("Taro-01")

TRAVELLING: list[tuple[type[BaseModel], dict[str, object]]] = [
    (NewAccount, {"password_hash": "", "email_address": ADDRESS, "nickname": NAME}),
    (AccountMailRecipient, {"email_address": ADDRESS, "nickname": NAME, "account_id": ID}),
    (SessionShown, {"session_assertion": "", "nickname": NAME, "previous_login_at": None, "ends_at": NOON}),
    (
        VerificationProof,
        {"expires_at": NOON, "contract_key": KEY, "customer_number": NUMBER, "browser_token_hash": ""},
    ),
    (
        SessionAssertion,
        {
            "expires_at": NOON,
            "account_key": KEY,
            "contract_key": KEY,
            "customer_number": NUMBER,
            "charges_from": BillingMonth(2026, 10),
        },
    ),
    (MailOrder, {"email_address": ADDRESS, "activation_token": ""}),
    (Activated, {"account_id": ID, "login_proof": ""}),
    (
        AccountActivated,
        {
            "registration_key": KEY,
            "contract_key": KEY,
            "customer_number": NUMBER,
            "account_id": ID,
            "activated_at": NOON,
            "account": SEALED,
        },
    ),
]
TYPED_NOW: list[tuple[type[BaseModel], dict[str, object]]] = [
    (
        HolderDetails,
        {"customer_number": "102030", "phone_number": "0748660739", "holder_kana": "アイコム　タロウ"},
    ),
    (PersonalDetails, {"email_address": "taro@example.jp", "nickname": "たろう", "browser_token": ""}),
    (CheckAccountId, {"account_id": "Taro-01", "verification_proof": ""}),
    (CheckProvisionalPassword, {"nonce": KEY, "account_id": "Taro-01", "password": SEALED}),
    (
        RegisterProvisionally,
        {
            "registration_key": KEY,
            "verification_proof": "",
            "account_id": "Taro-01",
            "password": SEALED,
            "personal": SEALED,
        },
    ),
]


@pytest.fixture
def stricter_rules() -> Iterator[None]:
    """A release in which every rule refuses everything."""

    def refuse(typed: str) -> str:
        raise InvalidValue(Reason.SHAPE)

    with pytest.MonkeyPatch.context() as release:
        for value in RULES:
            release.setattr(value, "_canonical", refuse)
        yield


def _name(case: object) -> str:
    return case.__name__ if isinstance(case, type) else ""


@pytest.mark.usefixtures("stricter_rules")
@pytest.mark.parametrize(("model", "fields"), TRAVELLING, ids=_name)
def test_what_was_accepted_before_is_written_and_read(
    model: type[BaseModel], fields: dict[str, object]
) -> None:
    """Else a customer could not log in any more, or his mail would be a dead letter."""
    written = model.model_validate(fields)
    assert model.model_validate_json(written.model_dump_json()) == written


@pytest.mark.parametrize(("model", "fields"), TRAVELLING, ids=_name)
def test_every_value_of_such_a_model_is_still_a_value(
    model: type[BaseModel], fields: dict[str, object]
) -> None:
    """It is read as the class that it was: its repr, its folding and its parts go on to work."""
    read = model.model_validate_json(model.model_validate(fields).model_dump_json())
    assert {
        name: type(getattr(read, name)) for name, value in fields.items() if isinstance(value, RULES)
    } == {name: type(value) for name, value in fields.items() if isinstance(value, RULES)}


@pytest.mark.parametrize(("model", "fields"), TYPED_NOW, ids=_name)
def test_what_is_typed_now_follows_the_rule_of_now(
    model: type[BaseModel], fields: dict[str, object], request: pytest.FixtureRequest
) -> None:
    """Commands and queries bring what nobody has accepted yet."""
    model.model_validate(fields)
    request.getfixturevalue("stricter_rules")
    with pytest.raises(ValidationError):
        model.model_validate(fields)


@pytest.mark.usefixtures("stricter_rules")
def test_a_value_that_exists_is_not_asked_again_where_a_model_is_built() -> None:
    """Also where a field keeps its rule: what a reply brought goes into a cookie or a query as it is."""
    query = CheckAccountId(account_id=ID, verification_proof="")
    assert query.account_id is ID
    with pytest.raises(ValidationError):
        CheckAccountId.model_validate({"account_id": str(ID), "verification_proof": ""})


@pytest.mark.usefixtures("stricter_rules")
def test_a_value_of_another_kind_is_no_proof() -> None:
    """A nickname that exists says nothing of the rule for account IDs."""
    with pytest.raises(ValidationError):
        CheckAccountId.model_validate({"account_id": NAME, "verification_proof": ""})
