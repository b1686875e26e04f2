"""Today's processes and those of the base release understand each other while one replaces the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.base_release import ROOT, export_base_release

from chassis.messaging.message import Message, message_type
from mypage.schemas.comparer import breaking_changes
from mypage.schemas.snapshots import schema_of, wire_models

SAMPLES = {path.stem: path for path in sorted((ROOT / "messages" / "samples").glob("*.json"))}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The messages and the chassis of the base release."""
    folder = tmp_path_factory.mktemp("base-release")
    export_base_release(folder, "messages", "chassis")
    return folder


@pytest.fixture(scope="module")
def then(base: Path) -> dict[str, Any]:
    """What the base release makes of all that today's publishers write: each sample, with every field that
    has a default.
    """
    written = {
        name: _model(name).model_validate_json(path.read_bytes()).model_dump_json()
        for name, path in SAMPLES.items()
    }
    script = Path(__file__).with_name("as_of_then.py")
    answer = subprocess.run(
        [sys.executable, "-P", str(script), str(ROOT / "mypage")],
        cwd=base,
        env={**os.environ, "PYTHONPATH": str(base)},
        input=json.dumps(written),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    said: dict[str, Any] = json.loads(answer.stdout)
    assert Path(said["code"]).resolve() == base.resolve(), "the subprocess imported today's messages"
    return said


def _model(name: str) -> type[Message]:
    model = message_type(name)
    assert model is not None, (
        f"{name} is the sample of no message; a type is kept until its dead letters are gone"
    )
    return model


def test_a_sample_of_the_base_release_is_byte_for_byte_the_same(base: Path) -> None:
    """What was published once is never rewritten, so today's tests read what that release wrote."""
    samples = sorted((base / "messages" / "samples").glob("*.json"))
    assert len(samples) >= 34
    edited = [
        path.name
        for path in samples
        if path.stem not in SAMPLES or path.read_bytes() != SAMPLES[path.stem].read_bytes()
    ]
    assert not edited, f"put these samples back as they were, and write a new type beside each: {edited}"


def test_the_base_release_reads_what_is_published_today(then: dict[str, Any]) -> None:
    """An old consumer takes the message of a new publisher, for every type that it knows."""
    assert len(then["verdicts"]) >= 34
    refused = {name: errors for name, errors in then["verdicts"].items() if errors}
    assert not refused, (
        f"an old process would dead-letter these; give what is new a type of its own: {refused}"
    )


def test_no_type_of_the_base_release_has_changed_in_a_breaking_way(then: dict[str, Any]) -> None:
    """Its models and today's are compared themselves: a snapshot that was deleted or edited hides nothing."""
    models = wire_models()
    assert then["schemas"].keys() <= models.keys(), "a type is kept until its dead letters are gone"
    broken = [
        each
        for name, schema in then["schemas"].items()
        for each in breaking_changes(name, schema, schema_of(models[name]))
    ]
    assert not broken, "\n".join(broken)
