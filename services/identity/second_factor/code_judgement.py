"""Whether a code of the second factor is taken: the step before a log-in ends and before a change is made."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from chassis.database import db, throttle
from chassis.database.db import Transaction
from chassis.database.throttle import Bucket
from chassis.messaging.refusal import Refusal
from chassis.security.sealing import Sealed
from messages.account_notices import AccountChange
from messages.second_factor import OneTimeSecret, RefusalCode
from messages.values import Device, SecondFactorCode
from services.identity.accounts import repository as accounts
from services.identity.accounts.account_change import account_changed
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.second_factor import repository
from services.identity.second_factor.domain import SecondFactor
from services.identity.service import Identity


async def take_code(
    service: Identity,
    tx: Transaction,
    account_key: UUID,
    code: SecondFactorCode,
    *,
    client_network: str,
    device: Device | None,
) -> SecondFactor | None:
    """The factor once the code was taken, which it never is again. None for a wrong one, which counts: the
    caller commits, and then refuses. The account is locked by the caller, so that of many at once each sees
    what those before it took. The holder is told of a recovery code.

    Refusals, before anything is judged: TOO_MANY_CODES, SECOND_FACTOR_IS_OFF.
    """
    bucket = service.buckets.of("second_factor", str(account_key))
    limit = Bucket(bucket, service.limits.wrong_codes_of_an_account)
    now = await throttle.refuse_while_full(tx, RefusalCode.TOO_MANY_CODES, limit)
    factor = await repository.find_second_factor(tx, account_key)
    if factor is None:
        raise Refusal(RefusalCode.SECOND_FACTOR_IS_OFF)
    after = factor.after(code, now, partial(opened, service, account_key, factor.secret))
    entry = partial(AuditEntry, account_key=account_key, client_network=client_network, device=device)
    if after is None:
        await throttle.hit(tx, bucket)
        await audit.add(tx, entry(AuditKind.SECOND_FACTOR_FAILED))
        return None
    await throttle.clear(tx, bucket)
    await repository.keep_second_factor(tx, account_key, after)
    if code.is_recovery_code:
        await audit.add(tx, entry(AuditKind.RECOVERY_CODE_USED))
        await tell_holder(service, tx, account_key, AccountChange.RECOVERY_CODE_USED, device)
    return after


async def tell_holder(
    service: Identity, tx: Transaction, account_key: UUID, change: AccountChange, device: Device | None
) -> None:
    """By mail, of what the same transaction does."""
    account = await accounts.find_account(tx, account_key)
    if account is not None:
        now = await db.now(tx)
        told = account_changed(service, account, change, happened_at=now, device=device)
        await service.outbox.add(tx, told)


def opened(service: Identity, account_key: UUID, secret: Sealed[OneTimeSecret]) -> str:
    """The secret in its box."""
    return service.unsealer.open(secret, OneTimeSecret, bound_to=account_key).secret
