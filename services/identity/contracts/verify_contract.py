"""[認証]: a customer proves that he holds a contract (使い方 1)."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.database import throttle
from chassis.database.db import Transaction
from chassis.database.throttle import Bucket
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from chassis.security.tokens import new_key
from messages.account_settings import RefusalCode as SettingsCode
from messages.identity import (
    ContractVerified,
    HolderDetails,
    RefusalCode,
    RegisteredContractProved,
    VerificationProof,
    VerifyContract,
)
from services.identity.accounts import repository as accounts
from services.identity.accounts.domain import Account
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.contracts import repository as contracts
from services.identity.contracts.domain import PROOF_LIFETIME
from services.identity.service import Identity

PROOFS_OF_ALL = "proof.all"


async def verify_contract(
    service: Identity, command: VerifyContract, received: DeliveryInfo
) -> ContractVerified:
    """[認証] (使い方 1). Every answer comes after the same two statements (T8, X3). The second refuses while
    the limits are full, and else counts a failure, in one: no lock is held from one round trip to the next,
    so that one who floods keeps nobody else waiting, and of many at once as many are judged as may be (X1,
    X2).
    """
    holder = service.unsealer.open(command.holder, HolderDetails, bound_to=command.browser_token_hash)
    asked, welcome = _asked(service, command, holder)
    async with service.database.autocommit() as tx:
        now, contract = await contracts.find_contract(tx, holder.customer_number)
        if contract and not contract.admits(holder, now, even_closed=service.closed_contracts_may_register):
            contract = None
        counted = [welcome] if contract else [each.name for each in asked]
        await throttle.refuse_while_full(tx, RefusalCode.TOO_MANY_PROOFS, *asked, counting=counted)
    if contract is None:
        raise Refusal(RefusalCode.CONTRACT_MISMATCH)
    if contract.account_key:
        async with service.database.transaction() as tx:
            account = await accounts.find_account(tx, contract.account_key)
            if account and not account.is_frozen:  # whose address may be a former holder's
                await _tell_holder(service, tx, account, command.client_network)
        has_left = account is not None and account.has_left
        raise Refusal(SettingsCode.ACCOUNT_LEFT if has_left else RefusalCode.CONTRACT_ALREADY_REGISTERED)
    proof = VerificationProof(
        expires_at=now + PROOF_LIFETIME,
        contract_key=contract.contract_key,
        customer_number=contract.customer_number,
        browser_token_hash=command.browser_token_hash,
    )
    return ContractVerified(verification_proof=service.signer.sign(proof))


def _asked(
    service: Identity, command: VerifyContract, holder: HolderDetails
) -> tuple[Sequence[Bucket], Bucket]:
    """What has to have room, an own bucket first, and where a success is counted. An alarm looks at a bucket
    that another one counts for it.
    """
    limits = service.limits
    number = service.buckets.of("proof.number", holder.customer_number)
    network = service.buckets.of("proof.network", command.client_network)
    welcome = service.buckets.of("proof.welcome", command.client_network)
    asked = (
        Bucket(number, limits.failed_proofs_of_a_number),
        Bucket(network, limits.failed_proofs_of_a_network, number, room_from=welcome),
        Bucket(PROOFS_OF_ALL, limits.failed_proofs_of_all, number, everybody=True),
        Bucket(number, limits.alarm_proofs_of_a_number, alarm="alarm_proofs_of_a_number"),
        Bucket(PROOFS_OF_ALL, limits.alarm_proofs_of_all, alarm="alarm_proofs_of_all"),
    )
    return asked, Bucket(welcome, limits.failed_proofs_of_a_network, number)


async def _tell_holder(service: Identity, tx: Transaction, account: Account, client_network: str) -> None:
    """A mail to the registered address, at most once a day (Q11)."""
    account_key = account.account_key
    bucket = service.buckets.of("proved.account", str(account_key))
    if await throttle.seconds_to_wait(tx, bucket, service.limits.notices_to_a_holder):
        return
    await throttle.hit(tx, bucket)
    entry = AuditEntry(AuditKind.CONTRACT_PROVED_AGAIN, account_key, client_network=client_network)
    await audit.add(tx, entry)
    recipient = service.sealer.seal(account.recipient(), to="notification", bound_to=account_key)
    notice = RegisteredContractProved(notice_key=new_key(), account_key=account_key, recipient=recipient)
    await service.outbox.add(tx, notice)
