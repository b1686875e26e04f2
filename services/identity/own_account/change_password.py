"""[変更する] of パスワードの変更."""

from __future__ import annotations

from chassis.database import db, throttle
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_notices import AccountChange
from messages.account_settings import ChangePassword, PasswordChange, PasswordChanged, RefusalCode
from messages.values import InvalidValue, Password, check_password, words_of_a_customer
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import account_changed
from services.identity.accounts.domain import Account
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
    new = await _accepted(service, judged, passwords.new_password)
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


async def _accepted(service: Identity, account: Account, typed: str) -> Password:
    async with service.database.autocommit() as tx:
        numbers = await repository.list_numbers(tx, account.account_key)
    own = words_of_a_customer(
        account_id=account.account_id,
        nickname=account.nickname,
        email_address=account.email_address,
        numbers=numbers,
    )
    try:
        related = own | service.words_of_the_company
        return check_password(typed, service.password_policy, related=related)
    except InvalidValue:
        raise Refusal(RefusalCode.NEW_PASSWORD_NOT_ACCEPTED) from None
