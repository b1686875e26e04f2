"""[退会する]."""

from __future__ import annotations

from chassis.database import db
from chassis.process.runner import DeliveryInfo
from messages.account_notices import AccountChange
from messages.account_settings import AccountLeft, LeaveAccount, TypedPassword
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import account_changed
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.own_account.password_again import account_with_password, locked_as_judged
from services.identity.service import Identity


async def leave_account(service: Identity, command: LeaveAccount, received: DeliveryInfo) -> AccountLeft:
    """The account can be used no more: with the freeze its sessions end, and thirty days later it is closed
    and wiped. Until then its ID and its contract are taken, and the desk can give it back.

    Refusals: SESSION_ENDED, WRONG_PASSWORD, TOO_MANY_PASSWORDS.
    """
    typed = service.unsealer.open(command.password, TypedPassword, bound_to=command.session_token_hash)
    judged = await account_with_password(service, command.session_token_hash, typed.password)
    async with service.database.transaction() as tx:
        account = await locked_as_judged(tx, judged)
        if not account.has_left:
            await accounts.freeze_as_left(tx, account.account_key)
            network = command.client_network
            entry = AuditEntry(AuditKind.ACCOUNT_LEFT, account.account_key, client_network=network)
            await audit.add(tx, entry)
            now = await db.now(tx)
            told = account_changed(service, account, AccountChange.ACCOUNT_LEFT, happened_at=now)
            await service.outbox.add(tx, told)
    return AccountLeft()
