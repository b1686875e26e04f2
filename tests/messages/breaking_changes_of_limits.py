"""Changes of limits, elements, nested models and seals that one side would not bear; columns as in
breaking_changes_of_fields.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from schema_change_models import (
    Ask,
    AskForAnother,
    Inner,
    InnerWithMore,
    Line,
    LineWithMore,
    Loose,
    Strict,
    StrictWithMore,
    Tree,
    TreeOfNumbers,
    told,
)

from chassis.security.sealing import Sealed
from messages.values import AccountId, CustomerNumber

CHANGES_OF_LIMITS = [
    (
        "a lower limit appears",
        told(a=int),
        told(a=Annotated[int, Field(ge=5)]),
        "`a` has minimum 5 instead of None: newer",
        '{"a": 4}',
    ),
    (
        "a lower limit rises",
        told(a=Annotated[int, Field(gt=5)]),
        told(a=Annotated[int, Field(gt=6)]),
        "`a` has exclusiveMinimum 6 instead of 5: newer",
        '{"a": 6}',
    ),
    (
        "a lower limit sinks",
        told(a=Annotated[int, Field(ge=5)]),
        told(a=Annotated[int, Field(ge=4)]),
        "`a` has minimum 4 instead of 5: older",
        '{"a": 4}',
    ),
    (
        "an upper limit rises",
        told(a=Annotated[str, Field(max_length=1)]),
        told(a=Annotated[str, Field(max_length=2)]),
        "`a` has maxLength 2 instead of 1: older",
        '{"a": "xx"}',
    ),
    (
        "an upper limit sinks",
        told(a=Annotated[str, Field(max_length=2)]),
        told(a=Annotated[str, Field(max_length=1)]),
        "`a` has maxLength 1 instead of 2: newer",
        '{"a": "xx"}',
    ),
    (
        "a format is demanded",
        told(a=str),
        told(a=UUID),
        "`a` has format uuid instead of None: newer",
        '{"a": "x"}',
    ),
    (
        "a format changes",
        told(a=date),
        told(a=UUID),
        "`a` has format uuid instead of date",
        '{"a": "2026-01-01"}',
    ),
    (
        "a list gets a limit",
        told(a=list[int]),
        told(a=Annotated[list[int], Field(max_length=1)]),
        "`a` has maxItems 1",
        '{"a": [1, 2]}',
    ),
    (
        "elements are narrowed",
        told(a=list[float]),
        told(a=list[int]),
        "`a[]` has type integer instead of number: newer",
        '{"a": [1.5]}',
    ),
    (
        "a tuple's element changes",
        told(a=tuple[int, int]),
        told(a=tuple[int, bool]),
        "`a[1]` has type boolean",
        '{"a": [5, 5]}',
    ),
    (
        "a tuple grows",
        told(a=tuple[int, int]),
        told(a=tuple[int, int, int]),
        "`a` has minItems 3 instead of 2",
        '{"a": [5, 5]}',
    ),
    (
        "values of a map are narrowed",
        told(a=dict[str, float]),
        told(a=dict[str, int]),
        "`a.*` has type integer",
        '{"a": {"x": 1.5}}',
    ),
    (
        "values of a map get a type",
        told(a=dict[str, Any]),
        told(a=dict[str, int]),
        "`a.*` has type integer",
        '{"a": {"x": "y"}}',
    ),
    (
        "a nested field is demanded",
        told(a=Line),
        told(a=LineWithMore),
        "`a.count` is new and has no default",
        '{"a": {"item": "x"}}',
    ),
    (
        "a field of a list's rows",
        told(a=list[Line]),
        told(a=list[LineWithMore]),
        "`a[].count` is new",
        '{"a": [{"item": "x"}]}',
    ),
    (
        "a field of an alternative",
        told(a=Line | None),
        told(a=LineWithMore | None),
        "`a.count` is new",
        '{"a": {"item": "x"}}',
    ),
    (
        "a type that holds itself",
        Tree,
        TreeOfNumbers,
        "`name` has type integer instead of string",
        '{"name": "x"}',
    ),
    (
        "a typed text gets a rule",
        told(a=str),
        told(a=AccountId),
        "`a` has x-rule AccountId instead of None: newer",
        '{"a": "x"}',
    ),
    (
        "a typed text gets another rule",
        told(a=AccountId),
        told(a=CustomerNumber),
        "`a` has x-rule CustomerNumber",
        '{"a": "abcdef"}',
    ),
    (
        "unknown fields are refused",
        Loose,
        Strict,
        "`the message` refuses unknown fields now",
        '{"a": 1, "b": 2}',
    ),
    (
        "a field that older ones refuse",
        Strict,
        StrictWithMore,
        "`b` is new, and older consumers refuse",
        '{"a": 1, "b": 2}',
    ),
    (
        "a field inside a seal",
        told(a=Sealed[Inner]),
        told(a=Sealed[InnerWithMore]),
        "`a.box.age` is new and has no default",
        None,
    ),
    ("a field is sealed", told(a=Line), told(a=Sealed[Inner]), "`a.item` is gone", '{"a": {"item": "x"}}'),
    (
        "another answer",
        Ask,
        AskForAnother,
        "`the message` has x-answered-by x.told.v2 instead of x.told.v1",
        None,
    ),
]
