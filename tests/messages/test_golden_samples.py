"""What was once published can still be read, and what we publish today is what the samples promise (ADR
0001).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

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
import messages.recovery
import messages.registration
import messages.second_factor
from chassis.messaging.message import message_type

SAMPLES = sorted((Path(messages.__file__).parent / "samples").glob("*.json"))

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)


@each_sample
def test_a_published_message_equals_its_sample(sample: Path) -> None:
    """A sample goes through today's model and comes out with the same JSON; only optional fields may have
    been added since.
    """
    model = message_type(sample.stem)
    assert model is not None, (
        f"{sample.name} is the sample of no message; a type is kept until its dead letters are gone"
    )
    assert json.loads(
        model.model_validate_json(sample.read_bytes()).model_dump_json(exclude_unset=True)
    ) == json.loads(sample.read_bytes())


@each_sample
def test_a_field_from_the_future_is_ignored(sample: Path) -> None:
    """A newer publisher may add an optional field, and today's consumer reads the message as before."""
    model = message_type(sample.stem)
    assert model is not None
    newer = {**json.loads(sample.read_bytes()), "from_the_future": True}
    assert model.model_validate_json(json.dumps(newer)) == model.model_validate_json(sample.read_bytes())


@each_sample
def test_a_message_is_printed_without_its_body(sample: Path) -> None:
    """Neither repr nor str shows more than the name of the type."""
    model = message_type(sample.stem)
    assert model is not None
    message = model.model_validate_json(sample.read_bytes())
    assert (repr(message), str(message)) == (f"<{sample.stem}>", f"<{sample.stem}>")


@pytest.mark.parametrize(
    "garbage", [b"", b"null", b"[]", b'"text"', b"{", b"\xff\xfe", b'{"registration_key": 1}'], ids=repr
)
def test_garbage_is_a_validation_error_and_nothing_else(garbage: bytes) -> None:
    """Whatever arrives in place of an event, its decoder raises the one exception that the dispatcher
    dead-letters.
    """
    model = message_type("registration.account_activated.v1")
    assert model is not None
    with pytest.raises(ValidationError):
        model.model_validate_json(garbage)
