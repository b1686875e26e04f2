"""docs/asyncapi.json is what the topology and the models say, and holds together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from support.base_release import ROOT
from typer.testing import CliRunner

from chassis.messaging.key_proofs import STATED
from chassis.messaging.message import Event, Reply, Request, context_of, registered_messages
from chassis.messaging.rabbit.definitions import definitions
from chassis.messaging.shared_messages import SHARED
from messages.topology import TOPOLOGY
from mypage.cli import app
from mypage.schemas.asyncapi.document import FAULT, LATE, asyncapi
from mypage.schemas.snapshots import REFUSAL, wire_models

TEXT = (ROOT / "docs" / "asyncapi.json").read_text(encoding="utf-8")
DOCUMENT: dict[str, Any] = json.loads(TEXT)
CHANNELS, OPERATIONS, MESSAGES = (
    DOCUMENT["channels"],
    DOCUMENT["operations"],
    DOCUMENT["components"]["messages"],
)
OURS = {
    name: model for name, model in registered_messages().items() if model.__module__.startswith("messages.")
}


def test_the_committed_document_is_what_is_generated() -> None:
    """`make check` compares it too."""
    assert asyncapi(TOPOLOGY, wire_models()) == DOCUMENT, "run `make asyncapi`"
    assert CliRunner().invoke(app, ["broker", "asyncapi"]).stdout == TEXT


def test_it_has_the_parts_that_asyncapi_3_demands() -> None:
    """Version, title, and of each operation its action, channel and messages."""
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert DOCUMENT["info"].keys() >= {"title", "version"}
    assert all(each["action"] in ("send", "receive") and each["messages"] for each in OPERATIONS.values())
    assert all(re.fullmatch(r"[\w.\-]+", key) for part in DOCUMENT["components"].values() for key in part)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (value["$ref"],) if "$ref" in value else ()
        for inside in value.values():
            yield from _references(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _references(inside)


def test_every_reference_leads_somewhere() -> None:
    """Each $ref is a pointer into the document itself."""
    found = set(_references(DOCUMENT))
    assert len(found) > len(MESSAGES)
    for reference in found:
        here: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            assert step in here, f"{reference} leads nowhere"
            here = here[step]


def test_every_message_is_described_once_and_travels() -> None:
    """Each type of the registry, the refusal, the fault, the late and the shared one; none is left out of all
    channels.
    """
    assert MESSAGES.keys() == OURS.keys() | {REFUSAL, FAULT, LATE, SHARED, STATED}
    assert {name for channel in CHANNELS.values() for name in channel["messages"]} == MESSAGES.keys()
    assert all(
        each["name"] == name == each["bindings"]["amqp"]["messageType"] for name, each in MESSAGES.items()
    )


def test_an_operation_uses_messages_of_its_own_channel() -> None:
    """And so does its reply."""
    for name, operation in OPERATIONS.items():
        for end in (operation, operation.get("reply", operation)):
            inside = f"{end['channel']['$ref']}/messages/"
            assert all(each["$ref"].startswith(inside) for each in end["messages"]), name


def _said(operation: dict[str, Any]) -> set[str]:
    return {each["$ref"].rpartition("/")[2] for each in operation["messages"]}


def _component(operation: dict[str, Any]) -> str:
    return str(operation["tags"][0]["name"])


def test_every_request_has_one_who_asks_and_one_who_answers() -> None:
    """The reply is the type that the class statement names, a refusal or a fault, in the queue that reply_to
    names.
    """
    for name, model in OURS.items():
        if issubclass(model, Request):
            (asks,) = [
                each for each in OPERATIONS.values() if each["action"] == "send" and name in _said(each)
            ]
            (answers,) = [
                each for each in OPERATIONS.values() if each["action"] == "receive" and name in _said(each)
            ]
            assert (_component(asks), _component(answers)) == ("gateway", context_of(name))
            assert asks["reply"] == answers["reply"]
            assert _said(asks["reply"]) == {model.answer_type().type_name, REFUSAL, FAULT, LATE}
            assert CHANNELS["gateway.reply"]["address"] is None
            assert asks["channel"]["$ref"] == f"#/channels/{context_of(name)}.{model.lane}"


def test_every_event_is_sent_by_its_context_to_all_who_hear_it() -> None:
    """The document and the subscriptions tell the same."""
    for name, model in OURS.items():
        if issubclass(model, Event) and not model.broadcast:
            living = [
                each
                for each in OPERATIONS.values()
                if name in _said(each) and not each["channel"]["$ref"].endswith(".dead")
            ]
            assert {_component(each) for each in living if each["action"] == "send"} == {context_of(name)}
            hearing = {_component(each) for each in living if each["action"] == "receive"}
            assert hearing == {service for service, heard in TOPOLOGY.subscriptions.items() if model in heard}
    assert _said(OPERATIONS["gateway.hears"]) == {
        name for name, model in OURS.items() if issubclass(model, Event) and model.broadcast
    }


def test_every_durable_queue_of_the_broker_is_a_channel() -> None:
    """All but the waiting rooms, which no component reads."""
    queues = {
        each["name"]
        for each in definitions(TOPOLOGY, passwords={})["queues"]
        if ".retry." not in each["name"]
    }
    assert queues == {name for name in CHANNELS if re.search(r"\.events(\.dead)?$", name)}


def test_every_header_of_the_chassis_is_described() -> None:
    """Each x-… of a message that the code sends or reads; and none that it does not."""
    others = ("rabbit", "web")  # arguments of queues, headers of HTTP
    places = (path for path in (ROOT / "chassis").rglob("*.py") if path.parent.name not in others)
    used = {
        header for path in places for header in re.findall(r'"(x-[a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    schemas = DOCUMENT["components"]["schemas"]
    described = {
        header
        for name, each in schemas.items()
        if name.startswith("headers.")
        for header in each["properties"]
    }
    assert described == used


def test_sealed_fields_are_marked() -> None:
    """Whoever reads the page sees what a broker's operator cannot read."""
    marked = {name: each["x-sealed-fields"] for name, each in MESSAGES.items() if "x-sealed-fields" in each}
    assert marked["registration.register_provisionally.v1"] == ["password", "personal"]
    assert marked["identity.offer_passkey.v1"] == ["password", "code"]  # which need not be there
    page = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    table = {
        name: re.findall("`([a-z_]+)`", row)
        for name, row in re.findall(r"^\| `([a-z._]+\.v[0-9]+)` \|(.*)$", page, re.MULTILINE)
    }
    replies = {name for name in marked if issubclass(OURS[name], Reply)}
    assert replies == {
        "identity.contract_shown.v1",
        "identity.data_exported.v1",
        "identity.own_account_shown.v1",
        "identity.passkeys_shown.v1",
        "identity.recovery_codes_made.v1",
        "identity.second_factor_setup_shown.v1",
    }
    assert {name: fields for name, fields in marked.items() if name not in replies} == {
        name: fields for name, fields in table.items() if fields
    }


def test_nothing_secret_is_in_it() -> None:
    """It may be shown to anybody: the server is a variable, and no sample or password stands there."""
    assert DOCUMENT["servers"]["broker"]["host"] == "{broker}"
    assert not re.search(r"amqps?://|[\w.]+@[\w.]+|localhost|\b[0-9]{1,3}(\.[0-9]{1,3}){3}\b", TEXT)
