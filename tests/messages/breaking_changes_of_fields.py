"""Changes of single fields that one side would not bear.

Name, old, new, words of the verdict, and a message that one release takes and the other refuses (None: both
take it, but one of them misses or mistakes something).
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from schema_change_models import (
    ForgivingTwo,
    ThreeStates,
    TwoStates,
    WithX,
    WithY,
    told,
)

CHANGES_OF_FIELDS = [
    ("a demanded field is gone", told(a=int, b=int), told(a=int), "`b` is gone", '{"a": 1}'),
    ("an optional field is gone", told(a=int, b=(int, 1)), told(a=int), "`b` is gone", None),
    (
        "a new field without a default",
        told(a=int),
        told(a=int, b=int),
        "`b` is new and has no default",
        '{"a": 1}',
    ),
    ("an optional field becomes demanded", told(b=(int, 1)), told(b=int), "`b` is required now", "{}"),
    ("a demanded field becomes optional", told(b=int), told(b=(int, 1)), "`b` is optional now", "{}"),
    ("another default", told(b=(int, 1)), told(b=(int, 2)), "`b` has default 2 instead of 1", None),
    ("another type", told(a=int), told(a=date), "`a` has type string instead of integer", '{"a": 1.0}'),
    (
        "a type is widened",
        told(a=int),
        told(a=float),
        "`a` has type number instead of integer: older",
        '{"a": 1.5}',
    ),
    (
        "a type is narrowed",
        told(a=float),
        told(a=int),
        "`a` has type integer instead of number: newer",
        '{"a": 1.5}',
    ),
    (
        "any value is accepted",
        told(a=int),
        told(a=Any),
        "`a` has type None instead of integer: older",
        '{"a": "x"}',
    ),
    ("null is allowed", told(a=int), told(a=int | None), "`a` may be null now: older", '{"a": null}'),
    (
        "null is allowed no more",
        told(a=int | None),
        told(a=int),
        "`a` takes null no longer: newer",
        '{"a": null}',
    ),
    (
        "an alternative is added",
        told(a=int | None),
        told(a=int | None | date),
        "`a` may be date now: older",
        '{"a": "2026-01-01"}',
    ),
    (
        "an alternative is narrowed",
        told(a=float | None),
        told(a=int | None),
        "instead of number: newer",
        '{"a": 1.5}',
    ),
    (
        "a value is added to an enum",
        told(a=TwoStates),
        told(a=ThreeStates),
        "`a` may be 'ajar' now",
        '{"a": "ajar"}',
    ),
    (
        "a value is taken from an enum",
        told(a=ThreeStates),
        told(a=TwoStates),
        "`a` takes 'ajar' no longer",
        '{"a": "ajar"}',
    ),
    (
        "text becomes an enum",
        told(a=str),
        told(a=TwoStates),
        "`a` is one of listed values now: newer",
        '{"a": "x"}',
    ),
    ("an enum becomes text", told(a=TwoStates), told(a=str), "`a` is any string now: older", '{"a": "x"}'),
    (
        "a constant changes",
        told(a=Literal["x"]),
        told(a=Literal["y"]),
        "`a` takes 'x' no longer",
        '{"a": "x"}',
    ),
    (
        "an enum loses its fallback",
        told(a=ForgivingTwo),
        told(a=TwoStates),
        "`a` has lost its fallback",
        '{"a": "x"}',
    ),
    (
        "a constant is added",
        told(a=TwoStates),
        told(a=Literal["open", "shut", "ajar"]),
        "`a` may be 'ajar' now",
        '{"a": "ajar"}',
    ),
    (
        "a pattern is added",
        told(a=str),
        told(a=WithX),
        "`a` has pattern ^x instead of None: newer",
        '{"a": "y"}',
    ),
    (
        "a pattern is dropped",
        told(a=WithX),
        told(a=str),
        "`a` has pattern None instead of ^x: older",
        '{"a": "y"}',
    ),
    (
        "a pattern changes",
        told(a=WithX),
        told(a=WithY),
        "`a` has pattern ^y instead of ^x: older and newer",
        '{"a": "y"}',
    ),
]
