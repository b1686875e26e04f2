"""What the forms of 初回会員登録 send, read by the manual's rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.forms import FieldReader
from messages.identity import HolderDetails
from messages.values import (
    AccountId,
    CustomerNumber,
    EmailAddress,
    HolderKana,
    Nickname,
    Password,
    PasswordPolicy,
    PhoneNumber,
    check_password,
    words_of_a_customer,
)


@dataclass(frozen=True, repr=False)
class AccountDetails:
    """初期情報. `password` is None when an earlier one is kept."""

    account_id: AccountId
    password: Password | None
    email_address: EmailAddress
    nickname: Nickname


def holder_details(typed: Mapping[str, str]) -> HolderDetails:
    """認証情報. Raises InvalidForm."""
    reader = FieldReader(typed)
    number = reader.read("customer_number", CustomerNumber.parse)
    phone = reader.read("phone_number", PhoneNumber.parse)
    kana = reader.read("holder_kana", HolderKana.parse)
    if number is None or phone is None or kana is None:
        raise reader.invalid()
    return HolderDetails(customer_number=number, phone_number=phone, holder_kana=kana)


def account_details(
    typed: Mapping[str, str], policy: PasswordPolicy, *, known: tuple[str, ...], password_is_kept: bool
) -> AccountDetails:
    """初期情報. The password must not resemble `known` words nor the other fields (S2-8); it may be empty if
    one is kept (S3-3).

    Raises InvalidForm.
    """
    related = words_of_a_customer(
        account_id=typed.get("account_id", ""),
        nickname=typed.get("nickname", ""),
        email_address=typed.get("email_address", ""),
        numbers=known,
    )
    keeps = password_is_kept and not typed.get("password")
    reader = FieldReader(typed, policy)
    account_id = reader.read("account_id", AccountId.parse)
    password = None
    if not keeps:
        password = reader.read("password", lambda text: check_password(text, policy, related=related))
    address = reader.read("email_address", EmailAddress.parse)
    nickname = reader.read("nickname", Nickname.parse)
    if account_id is None or (password is None and not keeps) or address is None or nickname is None:
        raise reader.invalid()
    return AccountDetails(account_id, password, address, nickname)


def account_id_alone(typed: Mapping[str, str]) -> AccountId:
    """The ID to check. Raises InvalidForm."""
    reader = FieldReader(typed)
    account_id = reader.read("account_id", AccountId.parse)
    if account_id is None:
        raise reader.invalid()
    return account_id
