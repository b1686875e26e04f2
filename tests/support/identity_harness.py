"""Identity with a real database and real keys, and everything that a test says to it or hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from chassis.database.db import Database
from chassis.messaging.message import Event, message_type
from chassis.messaging.outbox import Outbox
from chassis.process.runner import DeliveryInfo
from chassis.security.hashing import PasswordHasher
from chassis.security.pseudonyms import Pseudonyms
from chassis.security.sealing import Sealer, Unsealer, new_sealing_keys
from chassis.security.signing import Signer, Verifier
from chassis.security.tokens import new_key, new_token, token_hash
from messages.contract_shown import ContractShown, HolderShown, ShowContract
from messages.identity import (
    ContractVerified,
    Credentials,
    HolderDetails,
    LogIn,
    LoginTicket,
    LogInWithProof,
    NewAccount,
    SessionShown,
    ShowSession,
    VerifyContract,
)
from messages.registration import AccountActivated, LoginProof
from messages.values import (
    AccountId,
    CustomerNumber,
    Device,
    EmailAddress,
    HolderKana,
    Nickname,
    PhoneNumber,
)
from mypage.local.key_ring import KeyRing
from services.identity.accounts.open_account import open_account
from services.identity.app import PERIODIC
from services.identity.contracts.show_contract import show_contract
from services.identity.contracts.verify_contract import verify_contract
from services.identity.service import Identity
from services.identity.sessions.log_in import log_in
from services.identity.sessions.log_in_with_proof import log_in_with_proof
from services.identity.sessions.show_session import show_session

PASSWORD = "Abcdef12"
NUMBER, PHONE, KANA = "102030", "0748660739", "アイコム　タロウ"
KEYS = KeyRing.generate()
HASHER = PasswordHasher(memory_kib=8, passes=1)

Said = TypeVar("Said", bound=Event)


def received(message_id: UUID | None = None) -> DeliveryInfo:
    """A first delivery, unless the id was seen before."""
    return DeliveryInfo(message_id=str(message_id or new_key()), attempt=1)


def identity_on(database: Database) -> Identity:
    """The service as its composition root builds it, but with a cheap hash."""
    return Identity(
        database=database,
        outbox=Outbox(database),
        sealer=Sealer(KEYS.sealing_public),
        unsealer=Unsealer([KEYS.sealing_private["identity"]]),
        signer=Signer(KEYS.signing_private["identity"]),
        verifier=Verifier(KEYS.signing_public),
        hasher=HASHER,
        buckets=Pseudonyms(KEYS.signing_private["identity"]),
    )


async def sweep(service: Identity) -> None:
    """Everything that identity does by itself, once, in the order of its table."""
    for _, run in PERIODIC.values():
        await run(service)


class Harness:
    """A database of identity's, and the service on it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.service = identity_on(database)
        self._sealer = Sealer(KEYS.sealing_public)

    def with_settings(self, **changes: Any) -> Harness:
        """The same database under other settings."""
        other = Harness(self.database)
        other.service = replace(self.service, **changes)
        return other

    async def run(self, statement: str, *values: Any) -> list[Any]:
        """A statement in a transaction of its own."""
        async with self.database.transaction() as tx:
            return list(await tx.fetch(statement, *values))

    async def now(self) -> datetime:
        """The database's clock."""
        now: datetime = (await self.run("SELECT now()"))[0][0]
        return now

    async def given_contract(
        self, number: str = NUMBER, *, closed_on: date | None = None, began_on: date = date(2019, 4, 1)
    ) -> UUID:
        """A contract of アイコム　タロウ, as an import brings it."""
        statement = """
            INSERT INTO contracts
                (customer_number, holder_kind, holder_kana_key, phone_numbers, state, began_on, closed_on,
                holder_kana)
            VALUES ($1, 'person', $2, $3, $4, $5, $6, $7) RETURNING contract_key
        """
        state = "closed" if closed_on else "active"
        kana = HolderKana(KANA)
        values = (number, kana.key, [PHONE, "09000000001"], state, began_on, closed_on, kana)
        rows = await self.run(statement, *values)
        return UUID(str(rows[0][0]))

    async def given_account(
        self, account_id: str = "Taro-01", *, number: str = NUMBER, contract_key: UUID | None = None
    ) -> UUID:
        """An account with PASSWORD, of a new contract unless one is given; returns its registration_key."""
        contract_key = contract_key or await self.given_contract(number)
        event = await self.activation(account_id, contract_key=contract_key, number=number)
        await open_account(self.service, event, received())
        await self.run("DELETE FROM outbox")
        return event.registration_key

    async def activation(
        self, account_id: str, *, contract_key: UUID, number: str = NUMBER
    ) -> AccountActivated:
        """What registration tells after 本登録."""
        registration_key = new_key()
        hashed = await HASHER.hash(PASSWORD)
        account = NewAccount(
            password_hash=hashed, email_address=EmailAddress("taro@example.jp"), nickname=Nickname("たろう")
        )
        return AccountActivated(
            registration_key=registration_key,
            contract_key=contract_key,
            customer_number=CustomerNumber(number),
            account_id=AccountId(account_id),
            activated_at=datetime.now(UTC),
            account=self._sealer.seal(account, to="identity", bound_to=registration_key),
        )

    async def prove(
        self,
        number: str = NUMBER,
        phone: str = PHONE,
        kana: str = KANA,
        *,
        network: str = "network",
        browser: str | None = None,
    ) -> ContractVerified:
        """[認証]; `browser` is the hash of the browser's token."""
        browser = browser or token_hash(new_token())
        holder = HolderDetails(
            customer_number=CustomerNumber(number),
            phone_number=PhoneNumber(phone),
            holder_kana=HolderKana(kana),
        )
        sealed = self._sealer.seal(holder, to="identity", bound_to=browser)
        command = VerifyContract(browser_token_hash=browser, client_network=network, holder=sealed)
        return await verify_contract(self.service, command, received())

    async def log_in(
        self,
        account_id: str = "Taro-01",
        password: str = PASSWORD,
        *,
        network: str = "network",
        session: str | None = None,
        device: str | None = None,
        **more: Any,
    ) -> SessionShown:
        """[ログイン]; `session` is the hash of the gateway's token, `more` as the command names it."""
        session = session or token_hash(new_token())
        credentials = Credentials(account_id=account_id, password=password)
        sealed = self._sealer.seal(credentials, to="identity", bound_to=session)
        command = LogIn(
            session_token_hash=session,
            client_network=network,
            credentials=sealed,
            device=Device(device) if device else None,
            **more,
        )
        return await log_in(self.service, command, received())

    async def log_in_with_proof(
        self,
        registration_key: UUID,
        *,
        proved: str = "ticket",
        shown: str = "ticket",
        signer: str = "registration",
        minutes: int = 10,
        session: str | None = None,
        device: str = "",
    ) -> SessionShown:
        """[そのままログイン] with a proof for the ticket `proved`, by who has the ticket `shown`."""
        session = session or token_hash(new_token())
        expires_at = datetime.now(UTC) + timedelta(minutes=minutes)
        proof = LoginProof(
            expires_at=expires_at, registration_key=registration_key, login_ticket_hash=token_hash(proved)
        )
        signed = Signer(KEYS.signing_private[signer]).sign(proof)
        sealed = self._sealer.seal(LoginTicket(ticket=shown), to="identity", bound_to=session)
        command = LogInWithProof(
            session_token_hash=session, login_proof=signed, ticket=sealed, device_token_hash=device
        )
        return await log_in_with_proof(self.service, command, received())

    async def show_contract(self, session: str = "session") -> tuple[ContractShown, HolderShown]:
        """ご契約内容 of that session: the reply, and what its asker finds in it."""
        private, public = new_sealing_keys()
        query = ShowContract(session_token_hash=session, answer_key=public)
        shown = await show_contract(self.service, query, received())
        opened = Unsealer([private]).open(shown.holder, HolderShown, bound_to=query.session_token_hash)
        return shown, opened

    async def show_session(self, session: str) -> SessionShown:
        """What a page behind the login asks."""
        return await show_session(self.service, ShowSession(session_token_hash=session), received())

    async def said(self, kind: type[Said]) -> list[Said]:
        """The events of that type in the outbox, oldest first."""
        rows = await self.run("SELECT type, body FROM outbox WHERE type = $1 ORDER BY id", kind.type_name)
        assert message_type(kind.type_name) is kind
        return [kind.model_validate_json(row["body"]) for row in rows]

    async def pretend_ago(self, table: str, column: str, ago: timedelta) -> None:
        """Moves an instant of every row of a table so far back that it is `ago` from now."""
        await self.run(f"UPDATE {table} SET {column} = now() - $1::interval", ago)

    async def let_pass(self, time: timedelta) -> None:
        """As far as limits know: every hit becomes that much older."""
        await self.run("UPDATE throttle_hits SET hit_at = hit_at - $1::interval", time)

    def opened_by_notification(self, event: Any, kind: Any) -> Any:
        """The recipient of a mail, as notification reads it."""
        opener = Unsealer([KEYS.sealing_private["notification"]])
        return opener.open(event.recipient, kind, bound_to=event.account_key)
