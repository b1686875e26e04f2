"""What identity does with each message: load, decide, save, say."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.database import throttle
from chassis.database.db import Database, Transaction
from chassis.messaging import inbox
from chassis.messaging.outbox import Outbox
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from chassis.security.hashing import PasswordHasher
from chassis.security.sealing import Sealed, Sealer, Unsealer
from chassis.security.signing import InvalidClaims, Signer, Verifier
from chassis.security.tokens import new_key, token_hash
from messages.identity import (
    AccountClosed,
    AccountClosingSoon,
    AccountCreated,
    AccountMailRecipient,
    AccountRejected,
    ContractVerified,
    Credentials,
    HolderDetails,
    LoggedOut,
    LogIn,
    LoginTicket,
    LogInWithProof,
    LogOut,
    NewAccount,
    RefusalCode,
    RegisteredContractProved,
    SessionEnded,
    SessionShown,
    ShowSession,
    VerifyContract,
)
from messages.registration import AccountActivated, LoginProof
from services.identity.contracts.domain import folded_account_id
from services.identity.contracts.repository import Repository

FAILED_PROOFS_OF_A_NUMBER = throttle.Limit(5, timedelta(hours=1))  # X1
FAILED_PROOFS_OF_A_NETWORK = throttle.Limit(10, timedelta(minutes=10))  # X2
FAILED_LOGINS_OF_AN_ACCOUNT = throttle.Limit(5, timedelta(minutes=15))  # X10, L4
FAILED_LOGINS_OF_A_NETWORK = throttle.Limit(20, timedelta(minutes=15))  # X12, L4
NOTICES_TO_A_HOLDER = throttle.Limit(1, timedelta(days=1))  # Q11

_POLLS, _POLLED_EVERY = 25, 0.1  # seconds: T22 allows 3, of which the caller's deadline leaves 2.5


@dataclass(frozen=True)
class Identity:
    """What the handlers work with."""

    database: Database
    outbox: Outbox
    sealer: Sealer
    unsealer: Unsealer
    signer: Signer
    verifier: Verifier
    hasher: PasswordHasher
    closed_contracts_may_register: bool = False


def _bucket(kind: str, text: str) -> str:
    """The name of a limit's bucket: the table of limits holds no number and no ID in clear."""
    return f"{kind}:{hashlib.sha256(text.encode()).hexdigest()}"


async def _refuse_while_full(tx: Transaction, code: RefusalCode, *limits: tuple[str, throttle.Limit]) -> None:
    """Raises `code` with the longest wait. All callers lock an own bucket before a network's, so none waits
    for another in a circle.
    """
    waits = [await throttle.seconds_to_wait(tx, bucket, limit) for bucket, limit in limits]
    longest = max((seconds for seconds in waits if seconds is not None), default=None)
    if longest is not None:
        raise Refusal(code, retry_after_seconds=longest)


async def verify_contract(
    service: Identity, command: VerifyContract, received: DeliveryInfo
) -> ContractVerified:
    """[認証] (使い方 1). Every mismatch is the same refusal after the same statements (T8, X3); while blocked
    nothing is looked at.
    """
    holder = service.unsealer.open(command.holder, HolderDetails, bound_to=command.browser_token_hash)
    number, network = (
        _bucket("proof.number", holder.customer_number),
        f"proof.network:{command.client_network}",
    )
    limits = (number, FAILED_PROOFS_OF_A_NUMBER), (network, FAILED_PROOFS_OF_A_NETWORK)
    async with service.database.transaction() as tx:
        await _refuse_while_full(tx, RefusalCode.TOO_MANY_PROOFS, *limits)
        repository = Repository(tx)
        now, contract = await repository.now(), await repository.find_contract(holder.customer_number)
        if contract and not contract.admits(holder, now, even_closed=service.closed_contracts_may_register):
            contract = None
        if contract is None:
            await throttle.hit(tx, number)
            await throttle.hit(tx, network)
        elif contract.account_key:
            await _tell_holder(service, tx, contract.account_key)
    if contract is None:
        raise Refusal(RefusalCode.CONTRACT_MISMATCH)
    if contract.account_key:
        raise Refusal(RefusalCode.CONTRACT_ALREADY_REGISTERED)
    return ContractVerified(
        verification_proof=service.signer.sign(contract.proof(now, command.browser_token_hash))
    )


async def _tell_holder(service: Identity, tx: Transaction, account_key: UUID) -> None:
    """A mail to the registered address, at most once a day (Q11); none for a frozen account, whose address
    may be a former holder's.
    """
    bucket = f"proved.account:{account_key}"
    account = await Repository(tx).find_account(account_key)
    if (
        account is None
        or account.is_frozen
        or await throttle.seconds_to_wait(tx, bucket, NOTICES_TO_A_HOLDER)
    ):
        return
    await throttle.hit(tx, bucket)
    recipient = _sealed(service, account_key, account.recipient)
    await service.outbox.add(
        tx, RegisteredContractProved(notice_key=new_key(), account_key=account_key, recipient=recipient)
    )


def _sealed(
    service: Identity, account_key: UUID, recipient: AccountMailRecipient
) -> Sealed[AccountMailRecipient]:
    return service.sealer.seal(recipient, to="notification", bound_to=account_key)


async def log_in(service: Identity, command: LogIn, received: DeliveryInfo) -> SessionShown:
    """[ログイン]. One hash on every path (L2, X15). An attempt counts before it is tried: simultaneous
    guesses see each other (X10).
    """
    credentials = service.unsealer.open(command.credentials, Credentials, bound_to=command.session_token_hash)
    account_id = folded_account_id(credentials.account_id)
    own, network = _bucket("login.account", account_id), f"login.network:{command.client_network}"
    limits = (own, FAILED_LOGINS_OF_AN_ACCOUNT), (network, FAILED_LOGINS_OF_A_NETWORK)
    async with service.database.transaction() as tx:
        await _refuse_while_full(tx, RefusalCode.TOO_MANY_LOGINS, *limits)
        await throttle.hit(tx, own)
        account = await Repository(tx).find_account_by_id(account_id)
    right = await service.hasher.matches(credentials.password, account.password_hash if account else None)
    async with service.database.transaction() as tx:
        if account is None or not right:
            await throttle.hit(tx, network)
            session = None
        else:
            await throttle.clear(tx, own)
            await Repository(tx).open_session(command.session_token_hash, account.account_key)
            session = await _shown(service, tx, command.session_token_hash)
    if not right:
        raise Refusal(RefusalCode.WRONG_CREDENTIALS)
    if session is None:
        raise Refusal(RefusalCode.ACCOUNT_FROZEN)
    return session


async def _shown(service: Identity, tx: Transaction, session_token_hash: str) -> SessionShown | None:
    """None if there is no such session, or its account is frozen or closed."""
    repository = Repository(tx)
    session = await repository.keep_alive(session_token_hash)
    if session is None:
        return None
    return SessionShown(
        session_assertion=service.signer.sign(session.assertion(await repository.now())),
        nickname=session.nickname,
        previous_login_at=session.previous_login_at,
        ends_at=session.ends_at,
    )


async def log_in_with_proof(
    service: Identity, command: LogInWithProof, received: DeliveryInfo
) -> SessionShown:
    """[そのままログイン] (使い方 6): once, in the browser that has the ticket, within 10 minutes (T22, Q17).

    Waits a little for the account. If it does not come, nothing is spent and the customer may press again.
    Delivered a second time it shows the session that it opened.
    """
    ticket = service.unsealer.open(command.ticket, LoginTicket, bound_to=command.session_token_hash).ticket
    async with service.database.transaction() as tx:
        now = await Repository(tx).now()
    try:
        proof = service.verifier.verify(command.login_proof, LoginProof, said_by="registration", now=now)
    except InvalidClaims:
        raise Refusal(RefusalCode.LOGIN_PROOF_SPENT) from None
    if token_hash(ticket) != proof.login_ticket_hash:
        raise Refusal(RefusalCode.LOGIN_PROOF_SPENT)
    account_key = await _wait_for_account(service, proof.registration_key)
    async with service.database.transaction() as tx:
        if is_unspent := await Repository(tx).spend_login_proof(proof.registration_key):
            await Repository(tx).open_session(command.session_token_hash, account_key)
        session = await _shown(service, tx, command.session_token_hash)
    if session is None:
        raise Refusal(RefusalCode.ACCOUNT_FROZEN if is_unspent else RefusalCode.LOGIN_PROOF_SPENT)
    return session


async def _wait_for_account(service: Identity, registration_key: UUID) -> UUID:
    """Raises ACCOUNT_NOT_READY when the account does not come in time. No transaction is open while it waits.
    """
    for _ in range(_POLLS):
        async with service.database.transaction() as tx:
            account_key = await Repository(tx).find_account_key(registration_key)
        if account_key:
            return account_key
        await asyncio.sleep(_POLLED_EVERY)
    raise Refusal(RefusalCode.ACCOUNT_NOT_READY)


async def show_session(service: Identity, query: ShowSession, received: DeliveryInfo) -> SessionShown:
    """Whose session is this? Asking keeps it alive (G18)."""
    async with service.database.transaction() as tx:
        session = await _shown(service, tx, query.session_token_hash)
    if session is None:
        raise Refusal(RefusalCode.SESSION_ENDED)
    return session


async def log_out(service: Identity, command: LogOut, received: DeliveryInfo) -> LoggedOut:
    """[ログアウト]. Every gateway hears of it; a second time nothing happens."""
    async with service.database.transaction() as tx:
        if await Repository(tx).end_session(command.session_token_hash):
            await service.outbox.add(tx, SessionEnded(session_token_hash=command.session_token_hash))
    return LoggedOut()


async def on_account_activated(service: Identity, event: AccountActivated, received: DeliveryInfo) -> None:
    """本登録: opens the account. The database decides whether it may; the same registration told again gets
    the same answer.
    """
    new = service.unsealer.open(event.account, NewAccount, bound_to=event.registration_key)
    async with service.database.transaction() as tx:
        if not await inbox.is_first_delivery(tx, consumer="identity", message_id=received.message_id):
            return
        repository = Repository(tx)
        await repository.add_account(new_key(), event, new)
        account_key = await repository.find_account_key(event.registration_key)
        if account_key is None:
            await service.outbox.add(tx, AccountRejected(registration_key=event.registration_key))
            return
        recipient = AccountMailRecipient(
            email_address=new.email_address, nickname=new.nickname, account_id=event.account_id
        )
        sealed = _sealed(service, account_key, recipient)
        await service.outbox.add(
            tx,
            AccountCreated(
                registration_key=event.registration_key, account_key=account_key, recipient=sealed
            ),
        )


async def sweep(service: Identity) -> None:
    """Hourly: announces and closes accounts of ended contracts (Q24), deletes what nobody needs. Replicas may
    do it at the same time.
    """
    async with service.database.transaction() as tx:
        for closing in await Repository(tx).give_closing_notices():
            key = closing.account.account_key
            recipient = _sealed(service, key, closing.account.recipient)
            await service.outbox.add(
                tx, AccountClosingSoon(account_key=key, closes_at=closing.closes_at, recipient=recipient)
            )
    async with service.database.transaction() as tx:
        closed = await Repository(tx).close_accounts()
        for ended in await Repository(tx).end_sessions_of([account_key for account_key, _ in closed]):
            await service.outbox.add(tx, SessionEnded(session_token_hash=ended))
        for account_key, registration_key in closed:
            await service.outbox.add(
                tx, AccountClosed(account_key=account_key, registration_key=registration_key)
            )
    async with service.database.transaction() as tx:
        await Repository(tx).forget_dead_sessions()
        await Repository(tx).forget_spent_login_proofs()
        await throttle.forget_old(tx)
        await inbox.forget_old(tx)
