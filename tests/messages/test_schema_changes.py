"""The comparer refuses each kind of change that an older or a newer process would not bear, and no other."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import pytest
from breaking_changes_of_fields import CHANGES_OF_FIELDS
from breaking_changes_of_limits import CHANGES_OF_LIMITS
from pydantic import BaseModel, Field, ValidationError
from schema_change_models import (
    Forgiving,
    ForgivingTwo,
    Line,
    LineWithDefault,
    Loose,
    Strict,
    Tree,
    TwoStates,
    told,
)

from mypage.schemas.comparer import breaking_changes
from mypage.schemas.snapshots import schema_of

BREAKING = [*CHANGES_OF_FIELDS, *CHANGES_OF_LIMITS]

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
