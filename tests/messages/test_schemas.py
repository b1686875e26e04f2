"""messages/schemas/ holds the form of every type as it was published; a change of it is seen in review, and
refused if it breaks anyone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from support.base_release import ROOT
from typer.testing import CliRunner

from chassis.messaging.refusal import Refusal
from mypage.cli import app
from mypage.schemas.comparer import breaking_changes
from mypage.schemas.snapshots import WireSchema, schema_of, snapshot_text, wire_models, write_snapshots

SNAPSHOTS = ROOT / "messages" / "schemas"
MODELS = wire_models()

each_type = pytest.mark.parametrize("name", sorted(MODELS))


def test_every_type_has_a_snapshot_and_every_snapshot_a_type() -> None:
    """Messages, signed statements and the refusal."""
    assert {path.stem for path in SNAPSHOTS.glob("*")} == MODELS.keys(), (
        "run `make schemas`; delete what no type has"
    )


@each_type
def test_a_published_type_changes_only_as_others_can_bear(name: str) -> None:
    """Old and new releases run side by side, in both directions."""
    broken = breaking_changes(
        name, json.loads((SNAPSHOTS / f"{name}.json").read_text(encoding="utf-8")), schema_of(MODELS[name])
    )
    assert not broken, "\n".join(broken)


@each_type
def test_a_snapshot_is_what_the_model_says_today(name: str) -> None:
    """Even an allowed change is shown to whoever reviews it."""
    assert (SNAPSHOTS / f"{name}.json").read_text(encoding="utf-8") == snapshot_text(
        schema_of(MODELS[name])
    ), "run `make schemas`"


@each_type
def test_a_publisher_writes_what_the_snapshot_lists(name: str) -> None:
    """The snapshot is made in validation mode; no field is left out of the JSON or becomes another type
    there.
    """
    written = MODELS[name].model_json_schema(mode="serialization", schema_generator=WireSchema)
    assert _fields(written) == _fields(
        MODELS[name].model_json_schema(mode="validation", schema_generator=WireSchema)
    )


def test_a_publisher_writes_fields_that_have_their_default() -> None:
    """Older consumers may count on every field that is listed, demanded or not."""
    listed = schema_of(MODELS["refusal"])["properties"].keys()
    assert (
        json.loads(Refusal("x.y").as_data().model_dump_json()).keys()
        == listed
        == {"code", "retry_after_seconds"}
    )


def _fields(schema: dict[str, Any]) -> dict[str, Any]:
    """The types of the fields by model; the rules of values are applied when an instance is made, so they are
    left out.
    """
    definitions = {"": schema, **schema.get("$defs", {})}
    return {
        model: {key: _types(field) for key, field in each.get("properties", {}).items()}
        for model, each in definitions.items()
    }


def _types(field: dict[str, Any]) -> Any:
    inside = [
        _types(each) for each in (*field.get("anyOf", ()), *([field["items"]] if "items" in field else []))
    ]
    return field.get("type"), field.get("$ref"), inside


def test_a_seal_shows_what_lies_inside() -> None:
    """A field that is added to a sealed content is a change of the message, though the box looks as before."""
    schema = schema_of(MODELS["identity.verify_contract.v1"])
    content = schema["$defs"][
        schema["$defs"]["Sealed_HolderDetails_"]["x-sealed"]["$ref"].removeprefix("#/$defs/")
    ]
    assert content["properties"]["phone_number"] == {"type": "string", "x-rule": "PhoneNumber"}
    assert content["x-sealed-as"] == "identity.holder_details"


def test_snapshots_of_new_types_are_added(tmp_path: Path) -> None:
    """The command fills an empty folder with exactly what is committed."""
    assert CliRunner().invoke(app, ["broker", "schemas", "--out", str(tmp_path)]).exit_code == 0
    assert {path.name: path.read_text() for path in tmp_path.glob("*")} == {
        path.name: path.read_text() for path in SNAPSHOTS.glob("*")
    }


def test_a_landed_snapshot_is_not_overwritten_by_a_breaking_change(tmp_path: Path) -> None:
    """The command says type, field and way out, exits 1 and leaves the file alone, but renews the others."""
    landed = tmp_path / "billing.list_charges.v1.json"
    before = schema_of(MODELS["billing.list_charges.v1"])
    before["properties"]["page"] = {"type": "integer"}  # as if today's model had lost it
    landed.write_text(snapshot_text(before), encoding="utf-8")
    run = CliRunner().invoke(app, ["broker", "schemas", "--out", str(tmp_path)])
    assert run.exit_code == 1
    assert "billing.list_charges.v1: `page` is gone" in run.stderr
    assert "billing.list_charges.v2 beside it" in run.stderr
    assert landed.read_text(encoding="utf-8") == snapshot_text(before)
    assert len(list(tmp_path.glob("*"))) == len(MODELS)


def test_a_snapshot_is_renewed_by_an_allowed_change(tmp_path: Path) -> None:
    """As if `retry_after_seconds` had just been added, which is optional and has a default."""
    landed = tmp_path / "refusal.json"
    before = schema_of(MODELS["refusal"])
    del before["properties"]["retry_after_seconds"]
    landed.write_text(snapshot_text(before), encoding="utf-8")
    assert write_snapshots(tmp_path) == []
    assert landed.read_text(encoding="utf-8") == snapshot_text(schema_of(MODELS["refusal"]))


def test_prose_is_no_part_of_a_snapshot() -> None:
    """A docstring may be bettered without touching the wire; a field may still be called `title`."""

    class Poster(BaseModel):
        """Some prose."""

        title: str

    assert schema_of(Poster) == {
        "properties": {"title": {"type": "string"}},
        "required": ["title"],
        "type": "object",
    }
