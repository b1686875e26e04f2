"""The password, typed once more before what a stranger at an open screen must not do."""

from __future__ import annotations

from chassis.database import throttle
from chassis.database.db import Transaction
from chassis.database.throttle import Bucket
from chassis.messaging.refusal import Refusal
from messages.account_settings import RefusalCode
from messages.identity import RefusalCode as IdentityCode
from messages.identity import SessionEnded
from services.identity.accounts import repository as accounts
from services.identity.accounts.domain import Account
from services.identity.service import Identity
from services.identity.sessions import repository as sessions


async def account_with_password(
    service: Identity, session_token_hash: str, password: str, *, renewed_as: str | None = None
) -> Account:
    """The account of a living session, whose customer has just typed his password. One hash; simultaneous
    guesses see each other, and keep nobody from logging in. The session may have its next token already, the
    one with the hash `renewed_as`, by a press of the same form before.

    Refusals: SESSION_ENDED, WRONG_PASSWORD, TOO_MANY_PASSWORDS.
    """
    async with service.database.autocommit() as tx:
        session = await sessions.keep_alive(tx, session_token_hash)
        if session is None and renewed_as is not None:
            session = await sessions.keep_alive(tx, renewed_as)
        account = await accounts.find_account(tx, session.account_key) if session else None
        if account is None:
            raise Refusal(IdentityCode.SESSION_ENDED)
        bucket = service.buckets.of("password_again", str(account.account_key))
        limit = Bucket(bucket, service.limits.wrong_passwords_again)
        trial = await throttle.begin_trial(tx, RefusalCode.TOO_MANY_PASSWORDS, limit)
    is_right = await service.hasher.matches(password, account.password_hash)
    async with service.database.autocommit() as tx:
        if not is_right:
            await throttle.judge_wrong(tx, trial)
            raise Refusal(RefusalCode.WRONG_PASSWORD)
        await throttle.judge_right(tx, trial)
    return account


async def renew_session(
    service: Identity, tx: Transaction, session_token_hash: str, renewed_as: str | None
) -> bool:
    """What was done for the password comes with another token for the session: whoever has the old one has
    nothing any more, at any gateway (ADR 0065). Of a locked account. A gateway of the release before names no
    next token, and the session keeps its own: False.

    Refusal: SESSION_ENDED, for a session that ended while its password was judged.
    """
    if renewed_as is None:
        return False
    if not await sessions.rotate(tx, session_token_hash, renewed_as):
        raise Refusal(IdentityCode.SESSION_ENDED)
    if session_token_hash != renewed_as:
        await service.outbox.add(tx, SessionEnded(session_token_hash=session_token_hash))
    return True


async def locked_as_judged(tx: Transaction, judged: Account) -> Account:
    """The account as it is now, before it is changed: another of its owner's changes may have come in
    between, and a password that was right a moment ago is worth nothing once there is another one (X33).

    Refusals: SESSION_ENDED, WRONG_PASSWORD.
    """
    account = await accounts.lock_account(tx, judged.account_key)
    if account is None:
        raise Refusal(IdentityCode.SESSION_ENDED)
    if account.password_hash != judged.password_hash:
        raise Refusal(RefusalCode.WRONG_PASSWORD)
    return account
