"""[変更する] of パスワードの変更."""

from __future__ import annotations

from chassis.database import db, throttle
from chassis.process.runner import DeliveryInfo
from messages.account_notices import AccountChange
from messages.account_settings import ChangePassword, PasswordChange, PasswordChanged, RefusalCode
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import account_changed
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.own_account import repository
from services.identity.own_account.password_again import account_with_password, locked_as_judged
from services.identity.service import Identity


async def change_password(
    service: Identity, command: ChangePassword, received: DeliveryInfo
) -> PasswordChanged:
    """The new password, and the end of whatever the old one had opened or asked for (X33). The holder is told
    by mail.

    Refusals: SESSION_ENDED, WRONG_PASSWORD, TOO_MANY_PASSWORDS, NEW_PASSWORD_NOT_ACCEPTED.
    """
    passwords = service.unsealer.open(command.passwords, PasswordChange, bound_to=command.session_token_hash)
    judged = await account_with_password(service, command.session_token_hash, passwords.password)
    async with service.database.autocommit() as tx:
        numbers = await repository.list_numbers(tx, judged.account_key)
    code = RefusalCode.NEW_PASSWORD_NOT_ACCEPTED
    new = service.accepted(passwords.new_password, judged.words_with(numbers), refused_as=code)
    new_hash, network = await service.hasher.hash(new), command.client_network
    async with service.database.transaction() as tx:
        account = await locked_as_judged(tx, judged)
        key = account.account_key
        await accounts.change_password(tx, key, new_hash)
        await throttle.clear(tx, service.log_ins_of(account.account_id.folded))
        await audit.add(tx, AuditEntry(AuditKind.PASSWORD_CHANGED, key, client_network=network))
        now = await db.now(tx)
        told = account_changed(service, account, AccountChange.PASSWORD_CHANGED, happened_at=now)
        await service.outbox.add(tx, told)
    return PasswordChanged()
