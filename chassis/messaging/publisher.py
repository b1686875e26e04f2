"""Who said a message first: it stays on the message for ever, through retries, dead letters and redrives."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.messaging.message import context_of
from chassis.messaging.topology import OPERATOR

PUBLISHER = "x-publisher"  # on a copy: who published the original


def publisher_of(
    type_name: str, sender: str | None, headers: Mapping[str, str | int], *, owner: str
) -> str | None:
    """The component that said it, as far as it can be known. `sender` is the user whom the broker verified,
    `owner` the component whose work queue the message is for.

    Only two are believed when they name another: the owner, who verified it when it first heard the message
    and keeps its own copies, and the operator, who puts those back. Their copies of the release before name
    nobody, and were of the right one, or say that they were not (`x-error-type`).
    """
    if sender not in (owner, OPERATOR):
        return sender
    named = headers.get(PUBLISHER, context_of(type_name))
    return named if isinstance(named, str) else None


def may_say(type_name: str, publisher: str | None) -> bool:
    """Whether that component says such things."""
    return publisher == context_of(type_name)
