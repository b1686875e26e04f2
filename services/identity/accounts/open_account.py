"""本登録 becomes an account."""

from __future__ import annotations

from chassis.database import throttle
from chassis.messaging import inbox
from chassis.process.runner import DeliveryInfo
from chassis.security.tokens import new_key
from messages.identity import AccountCreated, AccountRejected, NewAccount
from messages.registration import AccountActivated
from services.identity.accounts import repository as accounts
from services.identity.accounts.domain import Account
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.service import Identity


async def open_account(service: Identity, event: AccountActivated, received: DeliveryInfo) -> None:
    """本登録: opens the account. The database decides whether it may; the same registration told again gets
    the same answer.
    """
    new = service.unsealer.open(event.account, NewAccount, bound_to=event.registration_key)
    account = Account(
        account_key=new_key(),
        account_id=event.account_id,
        password_hash=new.password_hash,
        email_address=new.email_address,
        nickname=new.nickname,
    )
    async with service.database.transaction() as tx:
        if not await inbox.is_first_delivery(tx, consumer="identity", message_id=received.message_id):
            return
        is_new = await accounts.add_account(
            tx, account, registration_key=event.registration_key, contract_key=event.contract_key
        )
        if is_new:
            await audit.add(tx, AuditEntry(AuditKind.ACCOUNT_OPENED, account.account_key))
            # What was typed while there was no account was no wrong password of it.
            await throttle.clear(tx, service.log_ins_of(account.account_id.folded))
        account_key = await accounts.find_account_key(tx, event.registration_key)
        if account_key is None:
            await service.outbox.add(tx, AccountRejected(registration_key=event.registration_key))
            return
        recipient = service.seal_recipient(
            account_key,
            email_address=account.email_address,
            nickname=account.nickname,
            account_id=account.account_id,
        )
        created = AccountCreated(
            registration_key=event.registration_key, account_key=account_key, recipient=recipient
        )
        await service.outbox.add(tx, created)
