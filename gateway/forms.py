"""What the forms send, read by the manual's rules. Every problem of a form is found at once (G3, G4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qsl

from gateway.texts import field_message
from messages.identity import HolderDetails
from messages.values import (
    AccountId,
    CustomerNumber,
    EmailAddress,
    HolderKana,
    InvalidValue,
    Nickname,
    Password,
    PasswordPolicy,
    PhoneNumber,
    Reason,
    check_password,
)

_MOST_FIELDS = 30
Value = TypeVar("Value")


class UnreadableForm(Exception):
    """The body is no form of ours: bad encoding, or far too many fields."""


@dataclass(frozen=True)
class Problem:
    """One item of the summary. `field` is the id of the field it belongs to; None marks none."""

    text: str
    field: str | None = None


class InvalidForm(Exception):
    """What is wrong with a form, in the order of its fields."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass(frozen=True, repr=False)
class AccountDetails:
    """初期情報. `password` is None when an earlier one is kept."""

    account_id: AccountId
    password: Password | None
    email_address: EmailAddress
    nickname: Nickname


def read_fields(body: bytes) -> dict[str, str]:
    """The fields of a urlencoded body; of a repeated one the last. Raises UnreadableForm."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except ValueError:  # includes UnicodeDecodeError
        raise UnreadableForm from None
    return dict(pairs)


class _Reader:
    """Parses field by field and collects what is wrong."""

    def __init__(self, typed: Mapping[str, str], policy: PasswordPolicy = PasswordPolicy.MANUAL) -> None:
        self._typed = typed
        self._policy = policy
        self._problems: list[Problem] = []

    def read(self, field: str, parse: Callable[[str], Value]) -> Value | None:
        try:
            return parse(self._typed.get(field, ""))
        except InvalidValue as error:
            self._problems.append(Problem(field_message(field, error.reason, self._policy), field))
            return None

    def invalid(self) -> InvalidForm:
        return InvalidForm(tuple(self._problems))


def holder_details(typed: Mapping[str, str]) -> HolderDetails:
    """認証情報. Raises InvalidForm."""
    reader = _Reader(typed)
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
    related = (
        *known,
        typed.get("account_id", ""),
        typed.get("nickname", ""),
        typed.get("email_address", "").rpartition("@")[0],
    )
    keeps = password_is_kept and not typed.get("password")
    reader = _Reader(typed, policy)
    account_id = reader.read("account_id", AccountId.parse)
    password = (
        None if keeps else reader.read("password", lambda text: check_password(text, policy, related=related))
    )
    address = reader.read("email_address", EmailAddress.parse)
    nickname = reader.read("nickname", Nickname.parse)
    if account_id is None or (password is None and not keeps) or address is None or nickname is None:
        raise reader.invalid()
    return AccountDetails(account_id, password, address, nickname)


def account_id_alone(typed: Mapping[str, str]) -> AccountId:
    """The ID to check. Raises InvalidForm."""
    reader = _Reader(typed)
    account_id = reader.read("account_id", AccountId.parse)
    if account_id is None:
        raise reader.invalid()
    return account_id


def require_filled(typed: Mapping[str, str], *fields: str) -> None:
    """Raises InvalidForm unless something was typed in each of the fields; what it is, is not judged."""
    empty = [field for field in fields if not typed.get(field)]
    if empty:
        raise InvalidForm(tuple(Problem(field_message(field, Reason.EMPTY), field) for field in empty))
