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
from messages.recovery import RefusalCode as Recovery
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import account_changed
from services.identity.accounts.domain import Account
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.contracts import repository as contracts
from services.identity.enrolment import repository as codes
from services.identity.enrolment.domain import code_hash
from services.identity.own_account import repository as own_account
from services.identity.passkeys import repository as passkeys
from services.identity.second_factor import repository as second_factor
from services.identity.service import Identity


async def renew_access(service: Identity, command: RenewAccess, received: DeliveryInfo) -> AccessRenewed:
    """Password and mail address are as typed; whatever the former ones had opened or asked for is over, the
    lock is gone, passkeys and second factor are off, and the former address is told. One refusal, after the
    same statements and one hash, whatever is wrong: a right name alone is worth nothing here, nor is a right
    code. A second press of the same gets the answer of the first; with another password or address typed it
    is refused, as those are worth nothing.

    Refusals: TOO_MANY_ENROLMENTS, TOO_MANY_LINKS, ENROLMENT_REFUSED; where all is right but the new password,
    PASSWORD_NOT_ACCEPTED, and the code stays good.
    """
    asked = service.unsealer.open(command.asked, RenewedAccess, bound_to=command.form_key)
    account_key = await _proved(service, command, asked)
    password_hash = await service.hasher.hash(asked.password)
    async with service.database.transaction() as tx:
        account = await accounts.lock_account(tx, account_key or new_key())
        spent = await codes.spend(tx, account_key or new_key(), code_hash(asked.code), command.form_key)
        if account is None or account.is_frozen or spent is None:
            kind, account = AuditKind.ENROLMENT_CODE_FAILED, None
        else:
            kind = AuditKind.ENROLMENT_CODE_USED
        if spent is not False:
            await audit.add(tx, _entry(kind, account_key, command))
        if account and spent:
            await _renew(service, tx, account, asked, password_hash, command)
    if account is None or not (spent or await _is_as_typed(service, account, asked)):
        raise Refusal(RefusalCode.ENROLMENT_REFUSED)
    return AccessRenewed(account_id=account.account_id)


async def _is_as_typed(service: Identity, account: Account, asked: RenewedAccess) -> bool:
    is_right = await service.hasher.matches(asked.password, account.password_hash)
    return is_right and account.email_address == asked.email_address


async def _proved(service: Identity, command: RenewAccess, asked: RenewedAccess) -> UUID | None:
    """The account of the contract that was proved. A try counts before it is judged, whoever's it is. Raises
    TOO_MANY_ENROLMENTS, TOO_MANY_LINKS: a code that nobody has counts like a link of nobody's.
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
    await service.find_by_link(command.client_network, code_hash(asked.code), codes.find_account_of)
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
    numbers = await own_account.list_numbers(tx, account.account_key)
    words = {*account.words_with(numbers), asked.email_address.rpartition("@")[0]}
    service.accepted(asked.password, words, refused_as=Recovery.PASSWORD_NOT_ACCEPTED)
    await accounts.change_password(tx, account.account_key, password_hash)
    await codes.renew_address(tx, account.account_key, asked.email_address)
    await throttle.clear(tx, service.log_ins_of(account.account_id.folded))
    if await passkeys.remove_all(tx, account.account_key):
        await audit.add(tx, _entry(AuditKind.PASSKEY_REMOVED, account.account_key, command))
    changes = [AccountChange.ACCESS_RENEWED]
    if await second_factor.turn_off(tx, account.account_key):
        await audit.add(tx, _entry(AuditKind.SECOND_FACTOR_REMOVED, account.account_key, command))
        changes.append(AccountChange.SECOND_FACTOR_REMOVED)
    for change in changes:
        told = account_changed(service, account, change, happened_at=await now(tx), device=command.device)
        await service.outbox.add(tx, told)


def _entry(kind: AuditKind, account_key: UUID | None, command: RenewAccess) -> AuditEntry:
    return AuditEntry(kind, account_key, client_network=command.client_network, device=command.device)
