"""What notification tells: the fate of the 仮登録受付完了 mail, and whose mails come back. No requests."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chassis.messaging.message import Event
from messages.mail_failure import MailFailure


class MailSent(Event, type="notification.mail_sent.v1"):
    """The SMTP relay accepted the activation mail at `sent_at`: from here the 24 hours run (Q13)."""

    registration_key: UUID
    sent_at: datetime


class MailAbandoned(Event, type="notification.mail_abandoned.v1"):
    """The activation mail will never leave: the relay refused it for good, or every retry was used up.

    `possibly_sent_at`: so late the relay may have taken it all the same, and its answer was lost. `reason` is
    for the customer, who waits for the mail; None where a release of before says it.
    """

    registration_key: UUID
    possibly_sent_at: datetime | None = None
    reason: MailFailure | None = None


class ActivationMailBounced(Event, type="notification.activation_mail_bounced.v1"):
    """The activation mail came back after the relay had taken it. `for_good`: no mail will ever reach that
    address, as if the relay had refused it; else only this one did not arrive.
    """

    registration_key: UUID
    reason: MailFailure
    for_good: bool


class MailBounced(Event, type="notification.mail_bounced.v1"):
    """A mail about that account came back: no mail will reach its address (T9 of the mails). `left_at`: when
    the relay had taken it; None where nobody heard it say so.
    """

    account_key: UUID
    left_at: datetime | None = None
