"""[認証]: a customer proves that he holds a contract (使い方 1)."""

from __future__ import annotations

from datetime import timedelta

from chassis.database import throttle
from chassis.database.db import Transaction
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
from services.identity.contracts import repository as contracts
from services.identity.contracts.domain import PROOF_LIFETIME
from services.identity.service import Identity

FAILED_PROOFS_OF_A_NUMBER = throttle.Limit(5, timedelta(hours=1))  # X1
FAILED_PROOFS_OF_A_NETWORK = throttle.Limit(10, timedelta(minutes=10))  # X2
NOTICES_TO_A_HOLDER = throttle.Limit(1, timedelta(days=1))  # Q11


async def verify_contract(
    service: Identity, command: VerifyContract, received: DeliveryInfo
) -> ContractVerified:
    """[認証] (使い方 1). Every answer comes after the same two statements (T8, X3). The second refuses while
    the limits are full, and else counts a failure, in one: no lock is held from one round trip to the next,
    so that one who floods keeps nobody else waiting, and of many at once as many are judged as may be (X1,
    X2).
    """
    holder = service.unsealer.open(command.holder, HolderDetails, bound_to=command.browser_token_hash)
    number = service.buckets.of("proof.number", holder.customer_number)
    network = f"proof.network:{command.client_network}"
    limits = (number, FAILED_PROOFS_OF_A_NUMBER), (network, FAILED_PROOFS_OF_A_NETWORK)
    async with service.database.autocommit() as tx:
        now, contract = await contracts.find_contract(tx, holder.customer_number)
        if contract and not contract.admits(holder, now, even_closed=service.closed_contracts_may_register):
            contract = None
        failed = [] if contract else [number, network]
        await throttle.refuse_while_full(tx, RefusalCode.TOO_MANY_PROOFS, *limits, counting=failed)
    if contract is None:
        raise Refusal(RefusalCode.CONTRACT_MISMATCH)
    if contract.account_key:
        async with service.database.transaction() as tx:
            account = await accounts.find_account(tx, contract.account_key)
            if account and not account.is_frozen:  # whose address may be a former holder's
                await _tell_holder(service, tx, account)
        has_left = account is not None and account.has_left
        raise Refusal(SettingsCode.ACCOUNT_LEFT if has_left else RefusalCode.CONTRACT_ALREADY_REGISTERED)
    proof = VerificationProof(
        expires_at=now + PROOF_LIFETIME,
        contract_key=contract.contract_key,
        customer_number=contract.customer_number,
        browser_token_hash=command.browser_token_hash,
    )
    return ContractVerified(verification_proof=service.signer.sign(proof))


async def _tell_holder(service: Identity, tx: Transaction, account: Account) -> None:
    """A mail to the registered address, at most once a day (Q11)."""
    bucket = f"proved.account:{account.account_key}"
    if await throttle.seconds_to_wait(tx, bucket, NOTICES_TO_A_HOLDER):
        return
    await throttle.hit(tx, bucket)
    key = account.account_key
    recipient = service.sealer.seal(account.recipient(), to="notification", bound_to=key)
    notice = RegisteredContractProved(notice_key=new_key(), account_key=key, recipient=recipient)
    await service.outbox.add(tx, notice)
