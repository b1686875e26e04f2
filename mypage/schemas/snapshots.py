"""The wire as JSON Schema, made from the models: what a consumer demands, and what a publisher guarantees.

One schema says both, because a publisher builds the same model and writes every field of it: what it
guarantees are all `properties` under the validation rules; what a consumer demands are those that are
`required`. Three things that JSON Schema has no word for are added: `x-rule` (the rule of a typed text),
`x-sealed` (what lies inside a seal) and `x-fallback` (an enum that takes values it does not know).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

import messages.account_notices
import messages.account_settings
import messages.billing
import messages.contract_shown
import messages.data_export
import messages.enrolment
import messages.identity
import messages.login_history
import messages.notification
import messages.own_sessions
import messages.passkeys
import messages.registration
import messages.second_factor
import messages.subscriptions  # noqa: F401 - importing a context registers its messages
from chassis.messaging.message import Request, registered_messages
from chassis.messaging.refusal import RefusalData
from chassis.security.sealing import Sealed, SealedContent
from chassis.security.signing import SignedClaims
from messages.values.text_value import Text
from mypage.schemas.comparer import breaking_changes

REFUSAL = "refusal"


def wire_models() -> dict[str, type[BaseModel]]:
    """Whatever crosses a process boundary, by its name there: messages, signed claims, and the refusal."""
    spoken = {**registered_messages(), **{kind.signed_as: kind for kind in SignedClaims.__subclasses__()}}
    ours = {name: model for name, model in spoken.items() if model.__module__.startswith("messages.")}
    return {**ours, REFUSAL: RefusalData}


def sealed_fields(model: type[BaseModel]) -> list[str]:
    """Those that one service alone can read, in the model's order; also of what need not be there."""
    fields = model.model_fields.items()
    return [name for name, field in fields if _may_be_sealed(field.annotation)]


def _may_be_sealed(annotation: object) -> bool:
    kinds = (annotation, *get_args(annotation))
    return any(isinstance(kind, type) and issubclass(kind, Sealed) for kind in kinds)


class WireSchema(GenerateJsonSchema):
    """pydantic's generator, with what it cannot know of our values, seals and requests."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        model = schema["cls"]
        found = super().model_schema(schema)
        if "description" in found:
            found["description"] = " ".join(
                found["description"].split()
            )  # a docstring's lines are the editor's
        if issubclass(model, Sealed):
            content = model.__pydantic_generic_metadata__["args"][0]
            found["description"] = f"Ciphertext of {content.__name__}, readable by its recipient alone."
            found["x-sealed"] = self.generate_inner(content.__pydantic_core_schema__)
        if issubclass(model, SealedContent):
            found["x-sealed-as"] = model.sealed_as
        if issubclass(model, Request):
            found["x-answered-by"] = model.answer_type().type_name
        return found

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> JsonSchemaValue:
        found, function = super().function_after_schema(schema), schema["function"]["function"]
        rule = getattr(function, "__self__", function)  # the value's class, or its way to read a stored value
        return (
            {**found, "x-rule": rule.__name__} if isinstance(rule, type) and issubclass(rule, Text) else found
        )

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        found, takes_others = super().enum_schema(schema), "_missing_" in vars(schema["cls"])
        return {**found, "x-fallback": True} if takes_others else found


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of one model as a snapshot holds it: without prose, as a docstring may be bettered without
    touching the wire.
    """
    found = model.model_json_schema(schema_generator=WireSchema)
    definitions = {name: _without_prose(each) for name, each in found.get("$defs", {}).items()}
    return ({"$defs": definitions} if definitions else {}) | {
        word: each for word, each in _without_prose(found).items() if word != "$defs"
    }


def _without_prose(found: dict[str, Any]) -> dict[str, Any]:
    return {word: each for word, each in found.items() if word not in ("title", "description")}


def snapshot_text(schema: dict[str, Any]) -> str:
    """The schema as a file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_snapshots(folder: Path) -> list[str]:
    """Adds a snapshot for each new type and renews those that changed in an allowed way.

    Returns a sentence for each breaking change; the snapshots of those types are left as they were.
    """
    folder.mkdir(parents=True, exist_ok=True)
    broken: list[str] = []
    for name, model in sorted(wire_models().items()):
        path, today = folder / f"{name}.json", schema_of(model)
        changes = (
            breaking_changes(name, json.loads(path.read_text(encoding="utf-8")), today)
            if path.exists()
            else []
        )
        broken += changes
        if not changes:
            path.write_text(snapshot_text(today), encoding="utf-8")
    return broken
