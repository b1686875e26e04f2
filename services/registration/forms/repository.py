"""The SQL of forms that became registrations."""

from __future__ import annotations

from uuid import UUID

from chassis.database.batches import BATCH, affected
from chassis.database.db import Transaction
from messages.registration import ProvisionalState
from services.registration.forms.domain import FORMS_KEPT_FOR, PressedForm, RegisteredForm


async def find_forms(tx: Transaction, pressed: PressedForm) -> list[RegisteredForm]:
    """The registration of that key and those of that proof, newest first."""
    statement = """
        SELECT registration_key, p.contract_key, f.content_name, f.proof_name,
            coalesce(f.revision, 0) AS revision,
            f.told_at IS NOT NULL AS was_told, p.state
        FROM provisional_accounts AS p LEFT JOIN registered_forms AS f USING (registration_key)
        WHERE registration_key IN (
            SELECT $1::uuid UNION SELECT registration_key FROM registered_forms WHERE proof_name = $2
        )
        ORDER BY p.registered_at DESC
    """
    return [
        RegisteredForm(
            registration_key=row["registration_key"],
            contract_key=row["contract_key"],
            content_name=row["content_name"],
            proof_name=row["proof_name"],
            revision=row["revision"],
            was_told=row["was_told"],
            state=ProvisionalState(row["state"]),
        )
        for row in await tx.fetch(statement, pressed.registration_key, pressed.proof_name)
    ]


async def note_told(tx: Transaction, registration_key: UUID) -> None:
    """The customer has seen that the form became a registration."""
    statement = "UPDATE registered_forms SET told_at = coalesce(told_at, now()) WHERE registration_key = $1"
    await tx.execute(statement, registration_key)


async def forget_old(tx: Transaction) -> int:
    """Deletes a batch of forms that nobody can press again, as their proof has expired; the registrations
    stay. Returns how many.
    """
    statement = """
        DELETE FROM registered_forms WHERE registration_key IN (
            SELECT registration_key FROM registered_forms WHERE registered_at < now() - $1::interval LIMIT $2
        )
    """
    return affected(await tx.execute(statement, FORMS_KEPT_FOR, BATCH))
