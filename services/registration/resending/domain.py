"""The rule of a mail that is asked for again: a registration of its own takes over all but the link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.messaging.refusal import Refusal
from messages.registration import ProvisionalState, RefusalCode
from messages.values import EmailAddress
from services.registration.provisional.domain import ProvisionalAccount


@dataclass(frozen=True)
class Replacement:
    """How it goes on: the one whose link is dead from now on, and the one that waits for its mail."""

    superseded: ProvisionalAccount
    successor: ProvisionalAccount


def stored_successor(
    pressed_key: UUID, latest: ProvisionalAccount, corrected: EmailAddress | None
) -> UUID | None:
    """The registration that this press already is, as its twin was quicker or its page older; None if it is
    to be done. `latest` is the last that came of the one whose page was shown.

    Raises the refusal that a dead link deserves where the mail went to another address than was typed here.
    """
    if latest.registration_key == pressed_key:
        return None
    if corrected is not None and latest.email_address != corrected:
        raise Refusal(RefusalCode.ACTIVATION_SUPERSEDED)
    return latest.registration_key


def replacement_of(
    account: ProvisionalAccount, new_key: UUID, corrected: EmailAddress | None, now: datetime
) -> Replacement:
    """The same registration with a new link, whose 24 hours begin with its own mail. Wrong passwords stay
    counted: who guesses gains no tries. Raises the refusal that its link deserves unless it is alive.
    """
    account.require_link(now)
    successor = replace(
        account,
        registration_key=new_key,
        email_address=corrected or account.email_address,
        state=ProvisionalState.REGISTERED,
        registered_at=now,
        mail_sent_at=None,
        mail_failure=None,
        mail_orders=1,
    )
    return Replacement(account.ended(ProvisionalState.SUPERSEDED, now), successor)
