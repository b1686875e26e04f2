"""A customer who lost mailbox and password sets both anew, with the proof of his contract and a code of the
desk.
"""

from __future__ import annotations

from uuid import UUID

from chassis.database import throttle
from chassis.database.db import Transaction, now
from chassis.database.throttle import Bucket
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from chassis.security.tokens import new_key
from messages.account_notices import AccountChange
from messages.enrolment import AccessRenewed, RefusalCode, RenewAccess, RenewedAccess
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import account_changed
from services.identity.accounts.domain import Account
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.contracts import repository as contracts
from services.identity.enrolment import repository as codes
from services.identity.enrolment.domain import code_hash
from services.identity.passkeys import repository as passkeys
from services.identity.service import Identity


async def renew_access(service: Identity, command: RenewAccess, received: DeliveryInfo) -> AccessRenewed:
    """Password and mail address are as typed, all sessions and passkeys are gone, and the lock, and the
    former address is told. One refusal, after the same statements and one hash, whatever is wrong: a right
    name alone is worth nothing here, nor is a right code. A second press gets the answer of the first.
    """
    asked = service.unsealer.open(command.asked, RenewedAccess, bound_to=command.form_key)
    account_key = await _proved(service, command, asked)
    password_hash = await service.hasher.hash(asked.password)
    async with service.database.transaction() as tx:
        spent = await codes.spend(tx, account_key or new_key(), code_hash(asked.code), command.form_key)
        account = await accounts.find_account(tx, account_key or new_key())
        if account is None or account.is_frozen or spent is None:
            kind, account = AuditKind.ENROLMENT_CODE_FAILED, None
        else:
            kind = AuditKind.ENROLMENT_CODE_USED
        if spent is not False:
            await audit.add(tx, _entry(kind, account_key, command))
        if account and spent:
            await _renew(service, tx, account, asked, password_hash, command)
    if account is None:
        raise Refusal(RefusalCode.ENROLMENT_REFUSED)
    return AccessRenewed(account_id=account.account_id)


async def _proved(service: Identity, command: RenewAccess, asked: RenewedAccess) -> UUID | None:
    """The account of the contract that was proved. A try counts before it is judged, whoever's it is. Raises
    TOO_MANY_ENROLMENTS.
    """
    number = service.buckets.of("enrolment.number", asked.holder.customer_number)
    network = service.buckets.of("enrolment.network", command.client_network)
    limits = (
        Bucket(number, service.limits.enrolments_of_a_number),
        Bucket(network, service.limits.enrolments_of_a_network, number),
    )
    async with service.database.autocommit() as tx:
        _, contract = await contracts.find_contract(tx, asked.holder.customer_number)
        code = RefusalCode.TOO_MANY_ENROLMENTS
        await throttle.refuse_while_full(tx, code, *limits, counting=[number, network])
    is_proved = contract is not None and contract.is_proved_by(asked.holder)
    return contract.account_key if contract and is_proved else None


async def _renew(
    service: Identity,
    tx: Transaction,
    account: Account,
    asked: RenewedAccess,
    password_hash: str,
    command: RenewAccess,
) -> None:
    await codes.renew_access(
        tx, account.account_key, password_hash=password_hash, email_address=asked.email_address
    )
    await throttle.clear(tx, service.log_ins_of(account.account_id.folded))
    await accounts.end_sessions_of(tx, [account.account_key])
    if await passkeys.remove_all(tx, account.account_key):
        await audit.add(tx, _entry(AuditKind.PASSKEY_REMOVED, account.account_key, command))
    change = AccountChange.ACCESS_RENEWED
    told = account_changed(service, account, change, happened_at=await now(tx), device=command.device)
    await service.outbox.add(tx, told)


def _entry(kind: AuditKind, account_key: UUID | None, command: RenewAccess) -> AuditEntry:
    return AuditEntry(kind, account_key, client_network=command.client_network, device=command.device)
