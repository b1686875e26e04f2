"""A mail came back: what that says of the address is kept, and told."""

from __future__ import annotations

from chassis.database.db import Database
from chassis.messaging.outbox import Outbox
from messages.notification import ActivationMailBounced, MailBounced
from services.notification.bounces import repository
from services.notification.bounces.domain import Bounce, BouncedMail, Failure, Outcome, outcome_of


async def take_bounce(
    database: Database, bounce: Bounce, *, dry_run: bool = False
) -> tuple[Outcome, BouncedMail | None]:
    """Notes it beside its mail, once however often it is read; identity hears of an address that does not
    work, and registration that its mail did not arrive. A bounce that names no mail that ever began to leave
    changes nothing: the keys of mails cannot be guessed.
    """
    async with database.transaction() as tx:
        mail = await repository.find_mail(tx, bounce.mail_keys)
        if mail is None:
            return Outcome.UNKNOWN_MAIL, None
        outcome = outcome_of(bounce, mail)
        if dry_run:
            return Outcome.KNOWN if await repository.was_taken(tx, mail, bounce) else outcome, mail
        if not await repository.add_bounce(tx, mail, bounce, outcome):
            return Outcome.KNOWN, mail
        event = _told(bounce.failure, mail, outcome)
        if event is not None:
            await Outbox(database).add(tx, event)
    return outcome, mail


def _told(
    failure: Failure, mail: BouncedMail, outcome: Outcome
) -> MailBounced | ActivationMailBounced | None:
    if outcome is Outcome.MARKED and mail.account_key:
        return MailBounced(account_key=mail.account_key, left_at=mail.left_at)
    if mail.registration_key and failure.is_over:
        for_good = outcome is Outcome.REGISTRATION_TOLD
        return ActivationMailBounced(
            registration_key=mail.registration_key, reason=failure.reason, for_good=for_good
        )
    return None
