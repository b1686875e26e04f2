"""What every typed value is made of: the reasons to refuse it, and a `str` that cannot exist unless its rule
holds.
"""

from abc import abstractmethod
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Reason(StrEnum):
    """Which rule a typed text fails; with the field it selects the sentence that the page shows."""

    EMPTY = "EMPTY"
    NOT_DIGITS = "NOT_DIGITS"
    NOT_KANA = "NOT_KANA"
    LENGTH = "LENGTH"
    CHARACTERS = "CHARACTERS"
    KINDS = "KINDS"
    GUESSABLE = "GUESSABLE"
    FULL_WIDTH = "FULL_WIDTH"
    SPACE = "SPACE"
    SHAPE = "SHAPE"
    UNDELIVERABLE = "UNDELIVERABLE"
    CHECK_DIGIT = "CHECK_DIGIT"


class InvalidValue(ValueError):
    """A typed text fails a rule. Its text is the reason's name alone, never what was typed."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def require(holds: object, reason: Reason) -> None:
    """Raises InvalidValue with `reason` unless `holds` is true."""
    if not holds:
        raise InvalidValue(reason)


class Text(str):
    """Text in canonical form. The constructor applies the rule, so an instance is proof that it holds."""

    __slots__ = ()
    reasons: ClassVar[tuple[Reason, ...]]
    """Every reason `parse` may give, in the order in which the rules are tried."""

    def __new__(cls, typed: str) -> Self:
        return super().__new__(cls, cls._canonical(typed))

    @classmethod
    def stored(cls, text: str) -> Self:
        """The value that was accepted once and lies in a table since, as it is: no rule is asked again, so a
        stricter one locks nobody out. For repositories alone.
        """
        return str.__new__(cls, text)

    @classmethod
    def parse(cls, typed: str) -> Self:
        """The value in what was typed. Raises InvalidValue with one of `reasons`."""
        return cls(typed)

    @classmethod
    @abstractmethod
    def _canonical(cls, typed: str) -> str:
        """The canonical form of `typed`; idempotent. Raises InvalidValue."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _schema_of(cls, made_by=cls)


def _schema_of(kind: type[Text], *, made_by: Callable[[str], Text]) -> CoreSchema:
    """A field of that kind: an instance is taken as it is, text goes through `made_by`."""
    text = core_schema.str_schema(strict=True)  # lax text would take bytes
    made = core_schema.no_info_after_validator_function(made_by, text)

    def unless_made(value: Any, make: core_schema.ValidatorFunctionWrapHandler) -> Any:
        return value if isinstance(value, kind) else make(value)

    return core_schema.json_or_python_schema(
        json_schema=made,
        python_schema=core_schema.no_info_wrap_validator_function(unless_made, made),
        serialization=core_schema.to_string_ser_schema(),
    )


class _AsStored:
    """Marks a field whose value was accepted earlier; see Stored."""

    def __get_pydantic_core_schema__(self, source: type[Text], handler: GetCoreSchemaHandler) -> CoreSchema:
        return _schema_of(source, made_by=source.stored)


Value = TypeVar("Value", bound=Text)
Stored = Annotated[Value, _AsStored()]
"""A value that travels after it was accepted: `Stored[Nickname]` in a reply, event, sealed content or claim.

It is read as `Text.stored` reads it, so a rule that has become stricter since stops no log-in and no mail
(ADR 0023). What a customer typed just now travels as `Nickname`, with its rule.
"""


class PersonalText(Text):
    """Text that no log line, traceback or failed assertion may show."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "***"
