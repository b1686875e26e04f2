"""How a form is read field by field. Every problem of a form is found at once (G3, G4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from chassis.security.tokens import new_key
from gateway.texts.fields import field_message
from messages.values import InvalidValue, PasswordPolicy, Reason

Value = TypeVar("Value")


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


class FieldReader:
    """Parses field by field and collects what is wrong."""

    def __init__(self, typed: Mapping[str, str], policy: PasswordPolicy = PasswordPolicy.MANUAL) -> None:
        self._typed = typed
        self._policy = policy
        self._problems: list[Problem] = []

    def read(self, field: str, parse: Callable[[str], Value]) -> Value | None:
        """The value; None when it is wrong, which `invalid` then tells."""
        try:
            return parse(self._typed.get(field, ""))
        except InvalidValue as error:
            self._problems.append(Problem(field_message(field, error.reason, self._policy), field))
            return None

    def invalid(self) -> InvalidForm:
        """Everything that was wrong so far, to be raised."""
        return InvalidForm(tuple(self._problems))


def form_key_of(typed: Mapping[str, str]) -> UUID:
    """The key that the form came with, so that a double click asks once; a new one for a form without."""
    try:
        return UUID(typed.get("form_key", ""))
    except ValueError:
        return new_key()


def require_filled(typed: Mapping[str, str], *fields: str) -> None:
    """Raises InvalidForm unless something was typed in each of the fields; what it is, is not judged."""
    if problems := problems_of_empty(typed, *fields):
        raise InvalidForm(problems)


def problems_of_empty(typed: Mapping[str, str], *fields: str) -> tuple[Problem, ...]:
    """One for each field in which nothing was typed."""
    empty = [field for field in fields if not typed.get(field)]
    return tuple(Problem(field_message(field, Reason.EMPTY), field) for field in empty)
