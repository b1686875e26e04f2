"""Whatever arrives, a decoder gives a message or raises ValidationError: the one exception that the
dispatcher dead-letters.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from support.base_release import ROOT

from chassis.security.sealing import SealedContent
from mypage.schemas.snapshots import REFUSAL, wire_models

SAMPLES = {
    path.stem: json.loads(path.read_bytes())
    for path in sorted((ROOT / "messages" / "samples").glob("*.json"))
}
CONTENTS = {
    each.sealed_as: each for each in SealedContent.__subclasses__() if each.__module__.startswith("messages.")
}
DECODERS: dict[str, type[BaseModel]] = {**wire_models(), **CONTENTS}

EDGES = [
    "",
    " ",
    "-",
    "2026-00",
    "0" * 400,
    "1e999",
    "@",
    "a@b.",
    "\u0000",
    "\u202e",
    "👩\u200d👩",
    "９" * 11,
    "ｶﾞ",
]
TEXTS = st.text() | st.sampled_from(EDGES)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXTS, inside, max_size=3),
    max_leaves=6,
)

quickly = settings(max_examples=20)


def decode(name: str, body: bytes) -> None:
    """Any exception but ValidationError fails the test, and so does one that shows the body: it would end in
    a log line.
    """
    complaint = ""
    try:
        DECODERS[name].model_validate_json(body)
    except ValidationError as refusal:
        complaint = str(refusal)
    assert name == REFUSAL or "input_value" not in complaint


@pytest.mark.parametrize("name", DECODERS)
@quickly
@example(body=b"[" * 100_000)
@example(body=b'{"a":' * 100_000)
@example(body=b'{"account_id": "\\ud800"}')
@given(body=st.binary(max_size=60) | VALUES.map(json.dumps).map(str.encode))
def test_any_bytes_are_refused_with_the_one_exception(name: str, body: bytes) -> None:
    """Noise, and JSON that is no message."""
    decode(name, body)


@pytest.mark.parametrize("name", DECODERS)
def test_texts_at_the_edge_are_refused_with_the_one_exception(name: str) -> None:
    """Each in every field at once: what chance might miss."""
    for text in EDGES:
        decode(name, json.dumps(dict.fromkeys(DECODERS[name].model_fields, text)).encode())


@pytest.mark.parametrize("name", DECODERS)
@quickly
@given(data=st.data())
def test_any_values_in_the_right_fields_are_refused_with_the_one_exception(
    name: str, data: st.DataObject
) -> None:
    """The rules of the values see what no form would let through."""
    fields = dict.fromkeys(DECODERS[name].model_fields, TEXTS | VALUES)
    decode(name, json.dumps(data.draw(st.fixed_dictionaries(fields))).encode())


@pytest.mark.parametrize("name", SAMPLES)
@quickly
@given(data=st.data())
def test_a_damaged_sample_is_refused_with_the_one_exception(name: str, data: st.DataObject) -> None:
    """One place of a good message is lost or holds something else."""
    damaged = copy.deepcopy(SAMPLES[name])
    holder, key = data.draw(st.sampled_from([*_places(damaged), ({}, "")]))
    if data.draw(st.booleans()):
        holder.pop(key, None) if isinstance(holder, dict) else holder.pop(key)
    else:
        holder[key] = data.draw(VALUES)
    decode(name, json.dumps(damaged).encode())


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each place in it, as its holder and the key or index there."""
    keys: list[Any] = (
        list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    )
    for key in keys:
        yield value, key
        yield from _places(value[key])
