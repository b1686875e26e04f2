"""May a published type change like this? Old and new releases talk to each other, so both directions must
hold.

An old publisher meets a new consumer: what the consumer demands may not grow. A new publisher meets an old
consumer: what the publisher guaranteed may not vanish. A consumer ignores fields that it does not know, so a
new optional field with a default is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_TIGHTER = "newer consumers refuse what older publishers may send"
_LOOSER = "older consumers refuse what newer publishers may send"
_OTHER = "older and newer releases refuse each other's"

_PROSE = frozenset({"title", "description", "examples", "deprecated", "discriminator", "$defs"})
_WALKED = frozenset(
    {
        "properties",
        "required",
        "enum",
        "const",
        "x-fallback",
        "items",
        "prefixItems",
        "additionalProperties",
        "x-sealed",
    }
)
_AT_LEAST = frozenset({"minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties"})
_AT_MOST = frozenset({"maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties"})


def breaking_changes(name: str, old: Schema, new: Schema) -> list[str]:
    """A sentence for each change of the type `name` that a process of another release would not bear; empty
    if all are allowed.

    Each names the type, the field and the way out.
    """
    stem, _, number = name.rpartition(".v")
    beside = f"{stem}.v{int(number) + 1}" if number.isdigit() else "another name"
    return [
        f"{name}: {each}; leave it as it was and write {beside} beside it"
        for each in _Comparison(old, new).differences(old, new)
    ]


class _Comparison:
    """Walks two schemas at once, and tells each difference that breaks one direction."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old = old
        self._new = new
        self._under_way: set[tuple[str, str]] = set()

    def differences(self, old: Schema, new: Schema, field: str = "") -> Iterator[str]:
        references = (old.get("$ref", ""), new.get("$ref", ""))
        if references in self._under_way:
            return  # a type that holds itself
        if any(references):
            self._under_way.add(references)
        old, new = _resolved(self._old, old), _resolved(self._new, new)
        before, after = _choices(old), _choices(new)
        if len(before) > 1 or len(after) > 1:
            yield from self._alternatives(before, after, field)
        else:
            yield from _limits(old, new, field or "the message")
            yield from _values(old, new, field)
            yield from self._fields(old, new, field)
            yield from self._insides(old, new, field)
        self._under_way.discard(references)

    def _fields(self, old: Schema, new: Schema, field: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        demanded, demands = set(old.get("required", ())), set(new.get("required", ()))
        for key in before | after:
            name = f"{field}.{key}" if field else key
            if key not in after:
                yield f"`{name}` is gone, and older consumers count on it"
            elif key not in before and key in demands:
                yield f"`{name}` is new and has no default, and older publishers do not send it"
            elif key not in before:
                if old.get("additionalProperties") is False:
                    yield f"`{name}` is new, and older consumers refuse what they do not know"
            else:
                if key in demands - demanded:
                    yield f"`{name}` is required now, and older publishers may not send it"
                if key in demanded - demands:
                    yield f"`{name}` is optional now, and older consumers demand it"
                yield from self.differences(before[key], after[key], name)

    def _insides(self, old: Schema, new: Schema, field: str) -> Iterator[str]:
        if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
            place = field or "the message"
            yield f"`{place}` refuses unknown fields now, and a newer publisher could never add one"
        for word, place in (
            ("items", f"{field}[]"),
            ("additionalProperties", f"{field}.*"),
            ("x-sealed", f"{field}.box"),
        ):
            before, after = old.get(word), new.get(word)
            if isinstance(before, Mapping) or isinstance(after, Mapping):
                yield from self.differences(_as_schema(before), _as_schema(after), place)
        for index, (before, after) in enumerate(
            zip(old.get("prefixItems", ()), new.get("prefixItems", ()), strict=False)
        ):
            # minItems and maxItems tell when one is shorter.
            yield from self.differences(before, after, f"{field}[{index}]")

    def _alternatives(self, old: list[Schema], new: list[Schema], field: str) -> Iterator[str]:
        """Those that did not change are paired; if one is left on each side, it is the same one, changed."""
        gone = [each for each in old if not any(self._same(each, other) for other in new)]
        added = [each for each in new if not any(self._same(other, each) for other in old)]
        if len(gone) == len(added) == 1:
            yield from self.differences(gone[0], added[0], field)
            return
        yield from (f"`{field}` takes {_kind(each)} no longer: {_TIGHTER}" for each in gone)
        yield from (f"`{field}` may be {_kind(each)} now: {_LOOSER}" for each in added)

    def _same(self, old: Schema, new: Schema) -> bool:
        return not list(self.differences(old, new))


def _resolved(root: Schema, schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    target = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    beside = {word: value for word, value in schema.items() if word != "$ref"}
    return _resolved(root, target | beside)


def _choices(schema: Schema) -> list[Schema]:
    return list(schema.get("anyOf") or schema.get("oneOf") or [schema])


def _as_schema(found: object) -> Schema:
    return found if isinstance(found, Mapping) else {}


def _kind(schema: Schema) -> str:
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    return str(name or schema.get("x-rule") or schema.get("format") or schema.get("type", "anything"))


def _limits(old: Schema, new: Schema, field: str) -> Iterator[str]:
    """All that stands at the value itself. A keyword that nobody taught us is compared too: any change of it
    breaks.
    """
    for word in sorted((old.keys() | new.keys()) - _PROSE - _WALKED):
        before, after = old.get(word), new.get(word)
        if before == after or (word == "default" and None in (before, after)):
            continue  # a default that comes or goes is told as optional or required
        yield f"`{field}` has {word} {after} instead of {before}: {_direction(word, before, after)}"


def _direction(word: str, before: Any, after: Any) -> str:
    if word == "default":
        return "older and newer releases take its absence for different things"
    if before is None or (word == "type" and (before, after) == ("number", "integer")):
        return _TIGHTER
    if after is None or (word == "type" and (before, after) == ("integer", "number")):
        return _LOOSER
    if word in _AT_LEAST | _AT_MOST:
        return _TIGHTER if (after > before) == (word in _AT_LEAST) else _LOOSER
    return _OTHER


def _values(old: Schema, new: Schema, field: str) -> Iterator[str]:
    """Values of an enum. An older consumer bears a new one only if its enum has a fallback."""
    before, after = _enumerated(old), _enumerated(new)
    fallen_back = bool(old.get("x-fallback"))
    if before is None and after is not None:
        yield f"`{field}` is one of listed values now: {_TIGHTER}"
    elif before is not None and after is None:
        yield f"`{field}` is any {_kind(new)} now: {_LOOSER}"
    else:
        before, after = before or [], after or []
        gone, added = (
            [each for each in before if each not in after],
            [each for each in after if each not in before],
        )
        yield from (f"`{field}` takes {value!r} no longer: {_TIGHTER}" for value in gone)
        yield from (
            f"`{field}` may be {value!r} now, and older consumers have no fallback for it"
            for value in added
            if not fallen_back
        )
    if fallen_back and not new.get("x-fallback"):
        yield f"`{field}` has lost its fallback: {_TIGHTER}"


def _enumerated(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    found: list[Any] | None = schema.get("enum")
    return found
