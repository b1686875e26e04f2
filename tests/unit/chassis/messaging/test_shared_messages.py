"""Several envelopes in one message: what comes out is what went in, and nothing else is believed."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.messaging.message import Incoming, Outgoing, message_type
from chassis.messaging.parsing import MAX_BODY, DoesNotFitItsType
from chassis.messaging.shared_messages import MOST_TOGETHER, SHARED, apart, together

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def an_envelope(body: str = "{}", correlation_id: str | None = None, expires_in: float = 1.0) -> Outgoing:
    """A request to billing."""
    return Outgoing(
        exchange="billing.rpc",
        routing_key="billing.rpc",
        type="billing.list_charges.v1",
        message_id=uuid4(),
        body=body.encode(),
        headers={"x-timeout-ms": 900, "x-request-id": "r1"},
        correlation_id=correlation_id,
        reply_to="gateway.reply.1",
        expires_in=expires_in,
    )


def arrived(message: Outgoing, body: bytes | None = None) -> Incoming:
    """The message at the other end."""
    return Incoming(
        queue="billing.rpc",
        type=message.type,
        message_id=str(message.message_id),
        body=message.body if body is None else body,
        headers=message.headers,
        content_type="application/json",
        correlation_id=message.correlation_id,
        reply_to=message.reply_to,
        sender="gateway",
    )


@given(st.lists(st.tuples(texts, st.none() | texts), min_size=1, max_size=MOST_TOGETHER))
def test_each_envelope_comes_out_as_it_went_in(contents: list[tuple[str, str | None]]) -> None:
    """Whatever stands in it; the sender is the one that the broker verified for the whole message."""
    envelopes = [an_envelope(json.dumps(text, ensure_ascii=False), who) for text, who in contents]
    for envelope, part in zip(envelopes, apart(arrived(together(envelopes))), strict=True):
        assert part == arrived(envelope)


def test_the_message_lives_as_long_as_the_most_patient_of_its_envelopes() -> None:
    """The others know their own deadline."""
    assert together([an_envelope(expires_in=each) for each in (0.5, 3.0, 1.0)]).expires_in == 3.0


def test_any_other_message_holds_itself() -> None:
    """A call that comes alone leaves as it always did."""
    message = arrived(an_envelope())
    assert apart(message) == [message]


GOOD = json.loads(together([an_envelope()]).body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"{}",
        b"null",
        b"[]",
        b"[1]",
        b"[[]]",
        json.dumps([{**GOOD[0], "body": 1}]).encode(),
        json.dumps([{**GOOD[0], "headers": {"x": None}}]).encode(),
        json.dumps([{name: each for name, each in GOOD[0].items() if name != "type"}]).encode(),
        json.dumps(GOOD * (MOST_TOGETHER + 1)).encode(),
        json.dumps([{**GOOD[0], "body": "a" * MAX_BODY}]).encode(),
    ],
    ids=range(13),
)
def test_what_is_no_array_of_envelopes_is_not_taken_apart(body: bytes) -> None:
    """As a whole: half of a message would be worse than none."""
    with pytest.raises(DoesNotFitItsType):
        apart(arrived(together([an_envelope()]), body))


def test_a_release_that_knows_nothing_of_it_takes_it_for_an_unknown_type() -> None:
    """Which it answers with a fault, having done nothing."""
    assert message_type(SHARED) is None
