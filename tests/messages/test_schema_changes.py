"""The comparer refuses each kind of change that an older or a newer process would not bear, and no other."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from chassis.messaging.message import Query, Reply
from chassis.security.sealing import Sealed, SealedContent
from messages.values import AccountId, CustomerNumber
from mypage.schemas.comparer import breaking_changes
from mypage.schemas.snapshots import schema_of


class TwoStates(StrEnum):
    OPEN = "open"
    SHUT = "shut"


class ThreeStates(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    AJAR = "ajar"


class Forgiving(StrEnum):
    OPEN = "open"

    @classmethod
    def _missing_(cls, value: object) -> Forgiving:
        return cls.OPEN


class ForgivingTwo(StrEnum):
    OPEN = "open"
    SHUT = "shut"

    @classmethod
    def _missing_(cls, value: object) -> ForgivingTwo:
        return cls.OPEN


def told(**fields: Any) -> type[BaseModel]:
    """A message with those fields: a type, or a type and a default."""
    return create_model(
        "Told", **{key: given if isinstance(given, tuple) else (given, ...) for key, given in fields.items()}
    )


Line, LineWithMore, LineWithDefault = (
    told(item=str),
    told(item=str, count=int),
    told(item=str, count=(int, 1)),
)


WithX, WithY = Annotated[str, Field(pattern="^x")], Annotated[str, Field(pattern="^y")]


class Inner(SealedContent):
    sealed_as = "inner"
    name: str


class InnerWithMore(SealedContent):
    sealed_as = "inner"
    name: str
    age: int


class Told(Reply):
    pass


class ToldOtherwise(Reply):
    pass


Told.type_name, ToldOtherwise.type_name = "x.told.v1", "x.told.v2"


class Ask(Query[Told]):
    pass


class AskForAnother(Query[ToldOtherwise]):
    pass


class Tree(BaseModel):
    name: str
    branches: list[Tree] = []


class TreeOfNumbers(BaseModel):
    name: int
    branches: list[TreeOfNumbers] = []


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: int


class Loose(BaseModel):
    a: int


class StrictWithMore(Strict):
    b: int = 1


# name, old, new, the words of the verdict, and a message that one release takes and the other refuses (None:
# both take it,
# but one of them misses or mistakes something).
BREAKING = [
    ("a demanded field is gone", told(a=int, b=int), told(a=int), "`b` is gone", '{"a": 1}'),
    ("an optional field is gone", told(a=int, b=(int, 1)), told(a=int), "`b` is gone", None),
    ("a new field without a default", told(a=int), told(a=int, b=int), "`b` is new and has no default", '{"a": 1}'),
    ("an optional field becomes demanded", told(b=(int, 1)), told(b=int), "`b` is required now", "{}"),
    ("a demanded field becomes optional", told(b=int), told(b=(int, 1)), "`b` is optional now", "{}"),
    ("another default", told(b=(int, 1)), told(b=(int, 2)), "`b` has default 2 instead of 1", None),
    ("another type", told(a=int), told(a=date), "`a` has type string instead of integer", '{"a": 1.0}'),
    ("a type is widened", told(a=int), told(a=float), "`a` has type number instead of integer: older", '{"a": 1.5}'),
    ("a type is narrowed", told(a=float), told(a=int), "`a` has type integer instead of number: newer", '{"a": 1.5}'),
    ("any value is accepted", told(a=int), told(a=Any), "`a` has type None instead of integer: older", '{"a": "x"}'),
    ("null is allowed", told(a=int), told(a=int | None), "`a` may be null now: older", '{"a": null}'),
    ("null is allowed no more", told(a=int | None), told(a=int), "`a` takes null no longer: newer", '{"a": null}'),
    ("an alternative is added", told(a=int | None), told(a=int | None | date), "`a` may be date now: older", '{"a": "2026-01-01"}'),
    ("an alternative is narrowed", told(a=float | None), told(a=int | None), "instead of number: newer", '{"a": 1.5}'),
    ("a value is added to an enum", told(a=TwoStates), told(a=ThreeStates), "`a` may be 'ajar' now", '{"a": "ajar"}'),
    ("a value is taken from an enum", told(a=ThreeStates), told(a=TwoStates), "`a` takes 'ajar' no longer", '{"a": "ajar"}'),
    ("text becomes an enum", told(a=str), told(a=TwoStates), "`a` is one of listed values now: newer", '{"a": "x"}'),
    ("an enum becomes text", told(a=TwoStates), told(a=str), "`a` is any string now: older", '{"a": "x"}'),
    ("a constant changes", told(a=Literal["x"]), told(a=Literal["y"]), "`a` takes 'x' no longer", '{"a": "x"}'),
    ("an enum loses its fallback", told(a=ForgivingTwo), told(a=TwoStates), "`a` has lost its fallback", '{"a": "x"}'),
    ("a constant is added", told(a=TwoStates), told(a=Literal["open", "shut", "ajar"]), "`a` may be 'ajar' now", '{"a": "ajar"}'),
    ("a pattern is added", told(a=str), told(a=WithX), "`a` has pattern ^x instead of None: newer", '{"a": "y"}'),
    ("a pattern is dropped", told(a=WithX), told(a=str), "`a` has pattern None instead of ^x: older", '{"a": "y"}'),
    ("a pattern changes", told(a=WithX), told(a=WithY), "`a` has pattern ^y instead of ^x: older and newer", '{"a": "y"}'),
    ("a lower limit appears", told(a=int), told(a=Annotated[int, Field(ge=5)]), "`a` has minimum 5 instead of None: newer", '{"a": 4}'),
    (
        "a lower limit rises", told(a=Annotated[int, Field(gt=5)]), told(a=Annotated[int, Field(gt=6)]),
        "`a` has exclusiveMinimum 6 instead of 5: newer", '{"a": 6}',
    ),
    (
        "a lower limit sinks", told(a=Annotated[int, Field(ge=5)]), told(a=Annotated[int, Field(ge=4)]),
        "`a` has minimum 4 instead of 5: older", '{"a": 4}',
    ),
    (
        "an upper limit rises", told(a=Annotated[str, Field(max_length=1)]), told(a=Annotated[str, Field(max_length=2)]),
        "`a` has maxLength 2 instead of 1: older", '{"a": "xx"}',
    ),
    (
        "an upper limit sinks", told(a=Annotated[str, Field(max_length=2)]), told(a=Annotated[str, Field(max_length=1)]),
        "`a` has maxLength 1 instead of 2: newer", '{"a": "xx"}',
    ),
    ("a format is demanded", told(a=str), told(a=UUID), "`a` has format uuid instead of None: newer", '{"a": "x"}'),
    ("a format changes", told(a=date), told(a=UUID), "`a` has format uuid instead of date", '{"a": "2026-01-01"}'),
    ("a list gets a limit", told(a=list[int]), told(a=Annotated[list[int], Field(max_length=1)]), "`a` has maxItems 1", '{"a": [1, 2]}'),
    ("elements are narrowed", told(a=list[float]), told(a=list[int]), "`a[]` has type integer instead of number: newer", '{"a": [1.5]}'),
    ("a tuple's element changes", told(a=tuple[int, int]), told(a=tuple[int, bool]), "`a[1]` has type boolean", '{"a": [5, 5]}'),
    ("a tuple grows", told(a=tuple[int, int]), told(a=tuple[int, int, int]), "`a` has minItems 3 instead of 2", '{"a": [5, 5]}'),
    ("values of a map are narrowed", told(a=dict[str, float]), told(a=dict[str, int]), "`a.*` has type integer", '{"a": {"x": 1.5}}'),
    ("values of a map get a type", told(a=dict[str, Any]), told(a=dict[str, int]), "`a.*` has type integer", '{"a": {"x": "y"}}'),
    ("a nested field is demanded", told(a=Line), told(a=LineWithMore), "`a.count` is new and has no default", '{"a": {"item": "x"}}'),
    ("a field of a list's rows", told(a=list[Line]), told(a=list[LineWithMore]), "`a[].count` is new", '{"a": [{"item": "x"}]}'),
    ("a field of an alternative", told(a=Line | None), told(a=LineWithMore | None), "`a.count` is new", '{"a": {"item": "x"}}'),
    ("a type that holds itself", Tree, TreeOfNumbers, "`name` has type integer instead of string", '{"name": "x"}'),
    ("a typed text gets a rule", told(a=str), told(a=AccountId), "`a` has x-rule AccountId instead of None: newer", '{"a": "x"}'),
    ("a typed text gets another rule", told(a=AccountId), told(a=CustomerNumber), "`a` has x-rule CustomerNumber", '{"a": "abcdef"}'),
    ("unknown fields are refused", Loose, Strict, "`the message` refuses unknown fields now", '{"a": 1, "b": 2}'),
    ("a field that older ones refuse", Strict, StrictWithMore, "`b` is new, and older consumers refuse", '{"a": 1, "b": 2}'),
    ("a field inside a seal", told(a=Sealed[Inner]), told(a=Sealed[InnerWithMore]), "`a.box.age` is new and has no default", None),
    ("a field is sealed", told(a=Line), told(a=Sealed[Inner]), "`a.item` is gone", '{"a": {"item": "x"}}'),
    ("another answer", Ask, AskForAnother, "`the message` has x-answered-by x.told.v2 instead of x.told.v1", None),
]  # fmt: skip

ALLOWED = [
    ("nothing changed", told(a=int, b=date), told(a=int, b=date)),
    ("a new field with a default", told(a=int), told(a=int, b=(int | None, None))),
    ("a new list with a default", told(a=int), told(a=int, b=(list[Line], []))),
    ("a new field with a default in a row of a list", told(a=list[Line]), told(a=list[LineWithDefault])),
    ("a new field with a default in an alternative", told(a=Line | None), told(a=LineWithDefault | None)),
    ("fields in another order", told(a=int, b=datetime), told(b=datetime, a=int)),
    ("alternatives in another order", told(a=int | None), told(a=None | int)),
    ("a class is renamed", told(a=TwoStates), told(a=Literal["open", "shut"])),
    ("a new value where older consumers have a fallback", told(a=Forgiving), told(a=ForgivingTwo)),
    ("an enum gets a fallback", told(a=TwoStates), told(a=ForgivingTwo)),
    ("unknown fields are refused no more", Strict, Loose),
    ("prose", told(a=int), told(a=Annotated[int, Field(description="how many", examples=[1])])),
    ("a type that holds itself", Tree, Tree),
]


def verdict(old: type[BaseModel], new: type[BaseModel]) -> list[str]:
    return breaking_changes("x.said.v1", schema_of(old), schema_of(new))


@pytest.mark.parametrize(
    ("old", "new", "words", "witness"), [case[1:] for case in BREAKING], ids=[case[0] for case in BREAKING]
)
def test_a_breaking_change_is_refused(
    old: type[BaseModel], new: type[BaseModel], words: str, witness: str | None
) -> None:
    """The sentence names type, field, direction and way out; and the models themselves disagree about a
    message.
    """
    found = verdict(old, new)
    assert any(words in each for each in found), found
    assert all(
        each.startswith("x.said.v1: ") and each.endswith("write x.said.v2 beside it") for each in found
    )
    assert witness is None or _takes(old, witness) != _takes(new, witness)


def _takes(model: type[BaseModel], message: str) -> bool:
    try:
        model.model_validate_json(message)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(("old", "new"), [case[1:] for case in ALLOWED], ids=[case[0] for case in ALLOWED])
def test_a_change_that_everybody_bears_is_allowed(old: type[BaseModel], new: type[BaseModel]) -> None:
    """What is allowed is not made hard."""
    assert verdict(old, new) == []


def test_a_keyword_that_the_comparer_does_not_know_is_refused() -> None:
    """What nobody thought of is looked at by a person."""
    assert breaking_changes("x.said.v1", {"type": "string"}, {"type": "string", "contentEncoding": "base64"})


def test_a_name_without_a_version_gets_another_name() -> None:
    """Signed statements are called by what they say."""
    (found,) = breaking_changes(
        "identity.session_assertion", schema_of(told(a=int)), schema_of(told(a=int, b=int))
    )
    assert found.startswith("identity.session_assertion: `b` is new")
    assert found.endswith("write another name beside it")
