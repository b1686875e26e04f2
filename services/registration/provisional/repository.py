"""The SQL of provisional accounts. Text that a rule accepted once is not judged again when it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from chassis.database.batches import BATCH, affected
from chassis.database.db import Row, Transaction
from messages.mail_failure import MailFailure
from messages.registration import ACTIVATION_WINDOW, SENDING_TIME, ProvisionalState
from messages.values import AccountId, CustomerNumber, EmailAddress, Nickname
from services.registration.provisional.domain import ProvisionalAccount

_COLUMNS = """
    p.registration_key, p.contract_key, p.customer_number, p.account_id_as_typed, p.password_hash,
    p.email_address, p.nickname, p.state, p.registered_at, p.mail_sent_at, p.activated_at, p.completed_at,
    p.ended_at, p.login_ticket_hash, p.wrong_passwords, p.wrong_password_wait_until, p.redrives,
    p.mail_orders, p.mail_failure
"""


@dataclass(frozen=True)
class NewRegistration:
    """What is stored when somebody registers provisionally."""

    registration_key: UUID
    contract_key: UUID
    customer_number: CustomerNumber
    account_id: AccountId = field(repr=False)
    password_hash: str = field(repr=False)
    email_address: EmailAddress
    nickname: Nickname = field(repr=False)
    activation_token_hash: str
    content_name: str
    proof_name: str
    revision: int


async def lock_contract(tx: Transaction, contract_key: UUID) -> None:
    """Until the transaction ends nobody else registers for this contract."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"contract:{contract_key}")


async def lock_rivals(tx: Transaction, contract_key: UUID, claim_owner: UUID) -> list[ProvisionalAccount]:
    """The contract's live and lasting registrations and the claim's owner, locked in the order of their keys,
    so nobody deadlocks.
    """
    statement = f"""
        SELECT {_COLUMNS} FROM provisional_accounts AS p
        WHERE (contract_key = $1 AND state IN ('registered', 'mail_sent', 'activated', 'completed'))
           OR registration_key = $2
        ORDER BY registration_key FOR UPDATE
    """  # noqa: S608 - column names
    return [_account(row) for row in await tx.fetch(statement, contract_key, claim_owner)]


async def add(tx: Transaction, new: NewRegistration) -> datetime | None:
    """Stores it and returns `registered_at`; None if the contract's number has passed on to another holder.
    The contract has no other live or lasting one, or the unique index objects.
    """
    statement = """
        WITH added AS (
            INSERT INTO provisional_accounts (
                registration_key, contract_key, customer_number, account_id_as_typed, password_hash,
                email_address, nickname, activation_token_hash
            )
            SELECT $1, $2, $3, $4, $5, $6, $7, $8
            WHERE NOT EXISTS (SELECT FROM replaced_contracts WHERE contract_key = $2)
            RETURNING registration_key, registered_at
        ), form AS (
            INSERT INTO registered_forms (registration_key, content_name, proof_name, revision)
            SELECT registration_key, $9, $10, $11 FROM added
        )
        SELECT registered_at FROM added
    """
    person = (new.customer_number, new.account_id, new.password_hash, new.email_address, new.nickname)
    form = (new.activation_token_hash, new.content_name, new.proof_name, new.revision)
    registered_at: datetime | None = await tx.fetchval(
        statement, new.registration_key, new.contract_key, *person, *form
    )
    return registered_at


async def find(tx: Transaction, registration_key: UUID) -> ProvisionalAccount | None:
    """The registration with that key."""
    statement = f"""
        SELECT {_COLUMNS} FROM provisional_accounts AS p WHERE registration_key = $1
    """  # noqa: S608 - column names
    return _account_or_none(await tx.fetchrow(statement, registration_key))


async def lock(tx: Transaction, registration_key: UUID) -> ProvisionalAccount | None:
    """The same; nobody else changes it until the transaction ends."""
    statement = f"""
        SELECT {_COLUMNS} FROM provisional_accounts AS p WHERE registration_key = $1 FOR UPDATE
    """  # noqa: S608 - column names
    return _account_or_none(await tx.fetchrow(statement, registration_key))


async def find_by_token(tx: Transaction, activation_token_hash: str) -> ProvisionalAccount | None:
    """The registration of which a mail held that token."""
    statement = f"""
        SELECT {_COLUMNS} FROM provisional_accounts AS p
        WHERE activation_token_hash = $1 OR registration_key = (
            SELECT registration_key FROM further_activation_tokens WHERE activation_token_hash = $1
        )
    """  # noqa: S608 - column names
    return _account_or_none(await tx.fetchrow(statement, activation_token_hash))


async def find_by_account_id(tx: Transaction, account_id: AccountId) -> ProvisionalAccount | None:
    """The registration behind the claim on that ID, whether it still holds it or not."""
    statement = f"""
        SELECT {_COLUMNS} FROM account_id_claims JOIN provisional_accounts AS p USING (registration_key)
        WHERE account_id_folded = $1
    """  # noqa: S608 - column names
    return _account_or_none(await tx.fetchrow(statement, account_id.folded))


async def save(tx: Transaction, account: ProvisionalAccount) -> None:
    """Writes everything that may change of a registration that the caller has locked."""
    statement = """
        UPDATE provisional_accounts SET
            state = $2, account_id_as_typed = $3, password_hash = $4, email_address = $5, nickname = $6,
            mail_sent_at = $7, activated_at = $8, completed_at = $9, ended_at = $10,
            login_ticket_hash = $11, wrong_passwords = $12, wrong_password_wait_until = $13,
            mail_failure = $14
        WHERE registration_key = $1
    """
    person = (account.account_id, account.password_hash, account.email_address, account.nickname)
    moments = (account.mail_sent_at, account.activated_at, account.completed_at, account.ended_at)
    passwords = (account.login_ticket_hash, account.wrong_passwords, account.wrong_password_wait_until)
    values = (account.registration_key, account.state, *person, *moments, *passwords, account.mail_failure)
    await tx.execute(statement, *values)


async def redrive_in(tx: Transaction, registration_key: UUID, delay: timedelta, *, redrives: int) -> None:
    """Identity is told again after `delay`, unless it answers first. It was told again `redrives` times."""
    statement = """
        UPDATE provisional_accounts SET redrive_at = now() + $2::interval, redrives = $3
        WHERE registration_key = $1
    """
    await tx.execute(statement, registration_key, delay, redrives)


async def lock_overdue(tx: Transaction, *, at_most: int) -> list[ProvisionalAccount]:
    """Live registrations that are past their deadline, without those that somebody else has in hand."""
    statement = f"""
        SELECT {_COLUMNS} FROM provisional_accounts AS p
        WHERE state IN ('registered', 'mail_sent')
          AND now() > coalesce(mail_sent_at, registered_at + $1::interval) + $2::interval
        ORDER BY registered_at LIMIT $3 FOR UPDATE SKIP LOCKED
    """  # noqa: S608 - column names
    return [_account(row) for row in await tx.fetch(statement, SENDING_TIME, ACTIVATION_WINDOW, at_most)]


async def lock_unanswered(tx: Transaction, *, at_most: int) -> list[ProvisionalAccount]:
    """Activated registrations of which identity should have told by now, without those that somebody else has
    in hand.
    """
    statement = f"""
        SELECT {_COLUMNS} FROM provisional_accounts AS p WHERE state = 'activated' AND redrive_at <= now()
        ORDER BY redrive_at LIMIT $1 FOR UPDATE SKIP LOCKED
    """  # noqa: S608 - column names
    return [_account(row) for row in await tx.fetch(statement, at_most)]


async def lock_live(tx: Transaction, contract_key: UUID) -> ProvisionalAccount | None:
    """The contract's registration that waits for its 本登録; nobody else changes it until the transaction
    ends.
    """
    statement = f"""
        SELECT {_COLUMNS} FROM provisional_accounts AS p
        WHERE contract_key = $1 AND state IN ('registered', 'mail_sent') FOR UPDATE
    """  # noqa: S608 - column names
    return _account_or_none(await tx.fetchrow(statement, contract_key))


async def lock_without_mail(tx: Transaction, *, at_most: int) -> list[ProvisionalAccount]:
    """Registrations of whose mail notification should have told by now, without those that somebody else has
    in hand.
    """
    statement = f"""
        SELECT {_COLUMNS} FROM provisional_accounts AS p
        WHERE state = 'registered' AND next_mail_order_at <= now()
        ORDER BY next_mail_order_at LIMIT $1 FOR UPDATE SKIP LOCKED
    """  # noqa: S608 - column names
    return [_account(row) for row in await tx.fetch(statement, at_most)]


async def forget(tx: Transaction, registration_key: UUID) -> None:
    """Deletes the registration; the caller has dropped its claim."""
    await tx.execute("DELETE FROM provisional_accounts WHERE registration_key = $1", registration_key)


async def forget_ended(tx: Transaction, *, older_than: timedelta) -> int:
    """Deletes a batch of what ended so long ago that nobody opens its link any more; one whose claim still
    stands waits for the sweep. Returns how many.
    """
    statement = """
        DELETE FROM provisional_accounts WHERE registration_key IN (
            SELECT registration_key FROM provisional_accounts AS p
            WHERE ended_at < now() - $1::interval AND NOT EXISTS (
                SELECT FROM account_id_claims AS claim WHERE claim.registration_key = p.registration_key
            ) LIMIT $2 FOR UPDATE SKIP LOCKED
        )
    """
    return affected(await tx.execute(statement, older_than, BATCH))


def _account_or_none(row: Row | None) -> ProvisionalAccount | None:
    return None if row is None else _account(row)


def _account(row: Row) -> ProvisionalAccount:
    account_id, email_address, nickname = row["account_id_as_typed"], row["email_address"], row["nickname"]
    return ProvisionalAccount(
        registration_key=row["registration_key"],
        contract_key=row["contract_key"],
        customer_number=CustomerNumber.stored(row["customer_number"]),
        account_id=None if account_id is None else AccountId.stored(account_id),
        password_hash=row["password_hash"],
        email_address=None if email_address is None else EmailAddress.stored(email_address),
        nickname=None if nickname is None else Nickname.stored(nickname),
        state=ProvisionalState(row["state"]),
        registered_at=row["registered_at"],
        mail_sent_at=row["mail_sent_at"],
        activated_at=row["activated_at"],
        completed_at=row["completed_at"],
        ended_at=row["ended_at"],
        login_ticket_hash=row["login_ticket_hash"],
        wrong_passwords=row["wrong_passwords"],
        wrong_password_wait_until=row["wrong_password_wait_until"],
        redrives=row["redrives"],
        mail_orders=row["mail_orders"],
        mail_failure=None if row["mail_failure"] is None else MailFailure(row["mail_failure"]),
    )
