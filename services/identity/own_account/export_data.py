"""[ダウンロードする] of データのダウンロード."""

from __future__ import annotations

from uuid import uuid5

from chassis.database import db
from chassis.database.db import Transaction
from chassis.database.throttle import Bucket, refuse_while_full
from chassis.messaging.refusal import Refusal
from chassis.process.runner import DeliveryInfo
from chassis.security.sealing import seal_answer
from messages.account_notices import AccountChange
from messages.account_settings import RefusalCode, TypedPassword
from messages.data_export import DataExported, ExportData, KeptContract, KeptData, KeptPasskey, KeptSession
from messages.identity import RefusalCode as IdentityCode
from messages.login_history import HistoryKind, HistoryLine
from services.identity.accounts.account_change import account_changed
from services.identity.accounts.domain import Account
from services.identity.audit import repository as audit
from services.identity.audit.domain import AuditEntry, AuditKind
from services.identity.own_account import repository
from services.identity.own_account.password_again import account_with_password
from services.identity.service import Identity
from services.identity.sessions import repository as sessions
from services.identity.sessions.domain import Holder


async def export_data(service: Identity, command: ExportData, received: DeliveryInfo) -> DataExported:
    """Everything that is kept of the customer, for his asker alone. That it was handed out is told in the
    audit and by mail, in the transaction that reads it.

    Refusals: SESSION_ENDED, WRONG_PASSWORD, TOO_MANY_PASSWORDS, TOO_MANY_EXPORTS.
    """
    session_hash, network = command.session_token_hash, command.client_network
    typed = service.unsealer.open(command.password, TypedPassword, bound_to=session_hash)
    account = await account_with_password(service, session_hash, typed.password)
    exports = Bucket(
        service.buckets.of("export", str(account.account_key)), service.limits.exports_of_an_account
    )
    async with service.database.transaction() as tx:
        await refuse_while_full(tx, RefusalCode.TOO_MANY_EXPORTS, exports, counting=[exports.name])
        holder = await sessions.find_holder(tx, session_hash)
        if holder is None:
            raise Refusal(IdentityCode.SESSION_ENDED)
        entry = AuditEntry(AuditKind.DATA_EXPORTED, account.account_key, client_network=network)
        await audit.add(tx, entry)
        data, now = await _kept(tx, account, holder, session_hash), await db.now(tx)
        told = account_changed(
            service,
            account,
            AccountChange.DATA_EXPORTED,
            happened_at=now,
            notice_key=uuid5(command.form_key, session_hash),
        )
        await service.outbox.add(tx, told)
    sealed = seal_answer(data, command.answer_key, bound_to=session_hash)
    return DataExported(data=sealed, exported_at=now)


async def _kept(tx: Transaction, account: Account, holder: Holder, session_hash: str) -> KeptData:
    kept = await repository.find_kept(tx, account.account_key)
    if kept is None:
        raise Refusal(IdentityCode.SESSION_ENDED)
    living = await repository.list_open_sessions(tx, account.account_key, asked_by=session_hash)
    history = await audit.list_kept_history(tx, account.account_key)
    passkeys = await repository.list_kept_passkeys(tx, account.account_key)
    return KeptData(
        account_id=account.account_id,
        nickname=account.nickname,
        email_address=account.email_address,
        created_at=kept.created_at,
        last_login_at=kept.last_login_at,
        mail_bounced_at=kept.mail_bounced_at,
        contract=KeptContract(
            customer_number=holder.customer_number,
            holder_kana=holder.shown_kana,
            phone_numbers=kept.phone_numbers,
            began_on=kept.began_on,
            closed_on=kept.closed_on,
            held_since=kept.held_since,
            held_until=kept.held_until,
        ),
        sessions=tuple(
            KeptSession(
                began_at=each.began_at,
                last_seen_at=each.last_seen_at,
                device=each.device,
                is_this_one=each.is_askers,
            )
            for each in living
        ),
        history=tuple(
            HistoryLine(happened_at=e.happened_at, kind=HistoryKind(e.kind), device=e.device) for e in history
        ),
        passkeys=tuple(
            KeptPasskey(name=each.name, made_at=each.made_at, last_used_at=each.last_used_at)
            for each in passkeys
        ),
    )
