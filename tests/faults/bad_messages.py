"""Every kind of message that nobody can handle, in the shape of good ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from chassis.messaging.message import Event
from chassis.messaging.topology import EVENTS, SHORTEST_RETRY, events_queue, retry_exchange
from chassis.security.sealing import Sealed, Sealer, new_sealing_keys
from messages.identity import AccountCreated, AccountMailRecipient, NewAccount
from messages.notification import MailSent
from messages.registration import AccountActivated, MailOrder, ProvisionallyRegistered

ONE_MEBIBYTE = 1024 * 1024
HEARD_BY = {
    AccountActivated.type_name: events_queue("identity").name,
    ProvisionallyRegistered.type_name: events_queue("notification").name,
    MailSent.type_name: events_queue("registration").name,
}
MARK = "Canary-7f3e-in-plain"  # what must not be told of a body
OTHERS = Sealer({"somebody": new_sealing_keys()[1]})


def sealed(content: type[Any]) -> Sealed[Any]:
    """A box of the right form that was sealed for somebody else."""
    return OTHERS.seal(
        content.model_construct(**dict.fromkeys(content.model_fields, MARK)),
        to="somebody",
        bound_to="nothing",
    )


def activated() -> AccountActivated:
    return AccountActivated.model_validate(
        {
            "registration_key": uuid4(),
            "contract_key": uuid4(),
            "customer_number": "900001",
            "account_id": "nobody-1",
            "activated_at": "2026-10-05T03:00:00Z",
            "account": sealed(NewAccount).model_dump(),
        }
    )


def registered() -> ProvisionallyRegistered:
    return ProvisionallyRegistered.model_validate(
        {
            "registration_key": uuid4(),
            "registered_at": "2026-10-05T03:00:00Z",
            "mail_order": sealed(MailOrder).model_dump(),
        }
    )


def created() -> AccountCreated:
    recipient = sealed(AccountMailRecipient).model_dump()
    return AccountCreated.model_validate(
        {"registration_key": uuid4(), "account_key": uuid4(), "recipient": recipient}
    )


def sent() -> MailSent:
    return MailSent.model_validate({"registration_key": uuid4(), "sent_at": "2026-10-05T03:00:00Z"})


@dataclass(frozen=True)
class Bad:
    """One message that nobody can handle: who publishes it where, and the reason that its dead letter is to
    give.
    """

    by: str
    routing_key: str
    reason: str
    type: str
    body: bytes
    content_type: str | None = "application/json"
    message_id: str = ""
    exchange: str = EVENTS


def bad_ones(event: Event) -> list[Bad]:
    """Every kind of bad message, in the shape of a good one."""
    name = event.type_name
    by, body = name.partition(".")[0], event.model_dump_json().encode()
    liar = "billing"
    return [
        Bad(by, name, "DoesNotFitItsType", name, f'{{"registration_key": "{MARK}"'.encode()),
        Bad(by, name, "DoesNotFitItsType", name, f'{{"registration_key": "{MARK}"}}'.encode()),
        Bad(by, name, "DoesNotFitItsType", name, b"\xff\xfe" + MARK.encode("utf-16-le")),
        Bad(by, name, "UnknownType", f"{by}.never_heard_of.v1", body),
        Bad(by, name, "UnknownType", name.removesuffix("v1") + "v99", body),
        Bad(by, name, "NoEnvelope", name, b'"' + MARK.encode() + b"x" * ONE_MEBIBYTE + b'"'),
        Bad(by, name, "NoEnvelope", name, body, content_type="text/html"),
        Bad(by, name, "NoEnvelope", name, body, message_id="not one of ours"),
        # The broker takes no event of a liar; a waiting room would carry his word to the same queue.
        Bad(liar, HEARD_BY[name], "ForgedSender", name, body, exchange=retry_exchange(SHORTEST_RETRY)),
    ]


def with_a_broken_seal(event: Event) -> Bad:
    """Sealed for somebody else; everything else about it is right."""
    return Bad(
        event.type_name.partition(".")[0],
        event.type_name,
        "BrokenSeal",
        event.type_name,
        event.model_dump_json().encode(),
    )


ALL = [
    *bad_ones(activated()),
    with_a_broken_seal(activated()),  # identity hears it
    *bad_ones(registered()),
    with_a_broken_seal(registered()),  # notification does
    with_a_broken_seal(created()),  # registration and notification do: it is bad for notification alone
    *bad_ones(sent()),  # registration does
]
