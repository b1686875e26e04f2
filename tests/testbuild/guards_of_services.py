"""The guards of the four services, taken out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from testbuild.patching import Rewritten, replace_in


def mail_lease(module: Any) -> None:
    """A mail that somebody is sending is taken all the same."""
    original = module.claim_one

    async def claim_any(tx: Any, **_: Any) -> Any:
        return await original(Rewritten(tx, "lease_until <= now()", "true"))

    module.claim_one = claim_any


def end_retry(module: Any) -> None:
    """A mail's end is stored at the first try, or not at all."""

    async def once(service: Any, mail: Any, change: Any) -> None:
        async with service.database.transaction() as tx:
            await change(tx)

    replace_in(module, "_stored", once)


def side_by_side(module: Any) -> None:
    """Mails leave one after the other."""
    replace_in(module, "AT_ONCE", 1)


def send_slots(module: Any) -> None:
    """All mails in hand may be at the final dot at once."""

    @asynccontextmanager
    async def at_once(self: Any) -> AsyncIterator[Any]:
        yield SimpleNamespace(keep=lambda: None)

    replace_in(module.SendSlots, "acquire", at_once)


def kept_slot(module: Any) -> None:
    """A turn at the final dot ends by time, whether or not the mail's end is stored."""
    replace_in(module.SendSlot, "keep", lambda self: None)


def clamp(module: Any) -> None:
    """Registration believes any clock: the mail was sent when notification says so."""
    original = module.ProvisionalAccount.with_mail_sent

    def believes(self: Any, sent_at: Any, now: Any) -> Any:
        changed = original(self, sent_at, now)
        return changed if changed is self else replace(changed, mail_sent_at=sent_at)

    module.ProvisionalAccount.with_mail_sent = believes


def redriver(module: Any) -> None:
    """Identity is told of an activation once and never again."""

    async def rests(service: Any) -> None:
        return None

    replace_in(module, "redrive", rests)


def repeated_orders(module: Any) -> None:
    """A mail is ordered once and never again."""

    async def rests(service: Any) -> None:
        return None

    replace_in(module, "order_mails_again", rests)


def row_lock(module: Any) -> None:
    """A registration's row is read without locking it, and two registrations of one contract do not wait for
    each other.
    """
    original = module.lock

    async def lock(tx: Any, registration_key: Any) -> Any:
        return await original(Rewritten(tx, " FOR UPDATE", ""), registration_key)

    async def lock_contract(tx: Any, contract_key: Any) -> None:
        return None

    replace_in(module, "lock", lock)
    replace_in(module, "lock_contract", lock_contract)


def account_lock(module: Any) -> None:
    """Several changes of one account are made at once."""

    async def lock_account_of(tx: Any, session_token_hash: str) -> None:
        return None

    replace_in(module, "lock_account_of", lock_account_of)


def ended_sessions(module: Any) -> None:
    """What was open stays open."""
    original = module.change_password

    async def change_password(tx: Any, *values: Any) -> None:
        await original(
            Rewritten(tx, "DELETE FROM sessions WHERE", "DELETE FROM sessions WHERE false AND"), *values
        )

    async def end_sessions_of(tx: Any, account_keys: Any) -> list[str]:
        return []

    replace_in(module, "end_sessions_of", end_sessions_of)
    replace_in(module, "change_password", change_password)


def used_codes(module: Any) -> None:
    """A code of the desk is good as long as its time is."""
    original = module.spend

    async def spend(tx: Any, *values: Any) -> Any:
        return await original(Rewritten(tx, "AND used_at IS NULL", ""), *values)

    replace_in(module, "spend", spend)
