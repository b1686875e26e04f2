"""[変更する] of パスワードの変更."""

from __future__ import annotations

from chassis.database import db, throttle
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_notices import AccountChange
from messages.account_settings import ChangePassword, PasswordChange, PasswordChanged, RefusalCode
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import account_changed
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.own_account import repository
from services.identity.own_account.password_again import account_with_password
from services.identity.service import Identity


async def change_password(
    service: Identity, command: ChangePassword, received: DeliveryInfo
) -> PasswordChanged:
    """The new password, and the end of whatever the old one had opened or asked for (X33). The holder is told
    by mail.

    Refusals: SESSION_ENDED, WRONG_PASSWORD, TOO_MANY_PASSWORDS, NEW_PASSWORD_NOT_ACCEPTED.
    """
    passwords = service.unsealer.open(command.passwords, PasswordChange, bound_to=command.session_token_hash)
    account = await account_with_password(service, command.session_token_hash, passwords.password)
    async with service.database.autocommit() as tx:
        numbers = await repository.list_numbers(tx, account.account_key)
    code = RefusalCode.NEW_PASSWORD_NOT_ACCEPTED
    new = service.accepted(passwords.new_password, account.words_with(numbers), refused_as=code)
    new_hash, network = await service.hasher.hash(new), command.client_network
    async with service.database.transaction() as tx:
        key, old_hash = account.account_key, account.password_hash
        if not await repository.change_password(tx, key, old_hash=old_hash, new_hash=new_hash):
            raise Refusal(RefusalCode.WRONG_PASSWORD)
        await accounts.end_sessions_of(tx, [key])
        await throttle.clear(tx, service.log_ins_of(account.account_id.folded))
        await audit.add(tx, AuditEntry(AuditKind.PASSWORD_CHANGED, key, client_network=network))
        now = await db.now(tx)
        told = account_changed(service, account, AccountChange.PASSWORD_CHANGED, happened_at=now)
        await service.outbox.add(tx, told)
    return PasswordChanged()
