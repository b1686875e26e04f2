"""[パスワードを変更する] behind the link of a mail."""

from __future__ import annotations

from datetime import datetime

from chassis.database import throttle
from chassis.database.db import Transaction
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from messages.account_notices import AccountChange
from messages.recovery import NewPassword, PasswordWasReset, RefusalCode, ResetPassword
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import account_changed
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.recovery import repository
from services.identity.recovery.domain import PasswordReset, Recoverable, require_known
from services.identity.service import Identity


async def reset_password(
    service: Identity, command: ResetPassword, received: DeliveryInfo
) -> PasswordWasReset:
    """The new password, and the end of whatever the old one had opened: sessions, the ticket of 本登録, every
    link, the wait after wrong passwords. One locked row decides, so of twenty at once one succeeds (X19).

    Refusals: those of a dead link, TOO_MANY_LINKS, PASSWORD_NOT_ACCEPTED.
    """
    typed = service.unsealer.open(command.password, NewPassword, bound_to=command.reset_token_hash).password
    network, token_hash = command.client_network, command.reset_token_hash
    found = await service.find_by_link(network, token_hash, repository.find_reset)
    now, reset = require_known(found)
    if reset.was_used_by(command.browser_token_hash, now):
        return await _answered_again(service, reset, typed)
    account = reset.require_live(now, service.name_of_address)
    code = RefusalCode.PASSWORD_NOT_ACCEPTED
    password_hash = await service.hasher.hash(service.accepted(typed, account.own_words, refused_as=code))
    async with service.database.transaction() as tx:
        await repository.lock_account_of(tx, token_hash)
        now, reset = require_known(await repository.find_reset(tx, token_hash))
        is_twin = reset.was_used_by(command.browser_token_hash, now)
        if not is_twin:
            account = reset.require_live(now, service.name_of_address)
            await _change(service, tx, account, password_hash, command)
            await _tell(service, tx, account, command, now)
    if is_twin:  # a double click: the other press was quicker
        return await _answered_again(service, reset, typed)
    return PasswordWasReset(account_id=account.account_id)


async def _answered_again(service: Identity, reset: PasswordReset, typed: str) -> PasswordWasReset:
    """To a repeated press. One that says another password is told that the link was used, as that password
    opens nothing.
    """
    account = reset.account
    if account is None or not await service.hasher.matches(typed, account.password_hash):
        raise Refusal(RefusalCode.RESET_USED)
    return PasswordWasReset(account_id=account.account_id)


async def _change(
    service: Identity, tx: Transaction, account: Recoverable, password_hash: str, command: ResetPassword
) -> None:
    token, browser = command.reset_token_hash, command.browser_token_hash
    await repository.use_reset(tx, account.account_key, reset_token_hash=token, used_by=browser)
    await accounts.change_password(tx, account.account_key, password_hash)
    await throttle.clear(tx, service.log_ins_of(account.account_id.folded))


async def _tell(
    service: Identity, tx: Transaction, account: Recoverable, command: ResetPassword, now: datetime
) -> None:
    """The audit, and the account's holder: a link that somebody else opened in his mailbox is no secret."""
    done = AuditEntry(AuditKind.PASSWORD_RESET, account.account_key, client_network=command.client_network)
    await audit.add(tx, done)
    said = account_changed(service, account, AccountChange.PASSWORD_RESET, happened_at=now)
    await service.outbox.add(tx, said)
