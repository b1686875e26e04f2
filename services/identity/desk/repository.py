"""All SQL of the desk, one function per statement. Times are the database's; every function works inside the
caller's transaction.
"""

from __future__ import annotations

from uuid import UUID

from chassis.database.db import Transaction
from messages.japan import JAPAN_IN_SQL
from messages.values import AccountId, CustomerNumber, EmailAddress
from services.identity.desk.domain import SEEN_LATELY, AccountAtDesk


async def show_at_desk(tx: Transaction, account_key: UUID) -> AccountAtDesk | None:
    """What the desk may see of an account."""
    statement = """
        SELECT a.*, c.customer_number, c.replaced_at AS passed_on_at,
            (SELECT count(*) FROM sessions s WHERE s.account_key = a.account_key
                AND s.last_seen_at > now() - $2::interval) AS sessions,
            (SELECT count(*) FROM passkeys p WHERE p.account_key = a.account_key) AS passkeys
        FROM accounts a JOIN contracts c USING (contract_key) WHERE a.account_key = $1
    """
    row = await tx.fetchrow(statement, account_key, SEEN_LATELY)
    if row is None:
        return None
    return AccountAtDesk(
        account_id=AccountId.stored(row["account_id_as_typed"]),
        customer_number=CustomerNumber.stored(row["customer_number"]),
        email_address=EmailAddress.stored(row["email_address"]),
        created_at=row["created_at"],
        last_login_at=row["last_login_at"],
        frozen_at=row["frozen_at"],
        passed_on_at=row["passed_on_at"],
        left_at=row["left_at"],
        mail_bounced_at=row["mail_bounced_at"],
        second_factor_since=row["second_factor_since"],
        sessions=row["sessions"],
        passkeys=row["passkeys"],
    )


async def freeze(tx: Transaction, account_key: UUID) -> None:
    """Nobody logs in to it until the desk says so."""
    statement = "UPDATE accounts SET frozen_at = coalesce(frozen_at, now()) WHERE account_key = $1"
    await tx.execute(statement, account_key)


async def pass_contract_on(tx: Transaction, account_key: UUID) -> UUID | None:
    """The contract of a living account is somebody else's from today on, in Japan: another key, under which
    he may register. The former one's key, or None where it had passed on already.
    """
    retired = """
        UPDATE contracts c SET replaced_at = now(), held_until = (now() AT TIME ZONE $2::text)::date
        FROM accounts a WHERE a.account_key = $1 AND a.closed_at IS NULL
            AND c.contract_key = a.contract_key AND c.replaced_at IS NULL
        RETURNING c.contract_key
    """
    former: UUID | None = await tx.fetchval(retired, account_key, JAPAN_IN_SQL)
    followed = """
        INSERT INTO contracts (customer_number, holder_kind, holder_kana_key, holder_kana, phone_numbers,
            state, began_on, closed_on, held_since)
        SELECT customer_number, holder_kind, holder_kana_key, holder_kana, phone_numbers,
            state, began_on, closed_on, held_until
        FROM contracts WHERE contract_key = $1
    """
    await tx.execute(followed, former)
    return former
