"""Registration with a real database and real keys, and everything that a test says to it or hears of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from chassis.database.db import Database
from chassis.messaging.message import Event, Message
from chassis.messaging.outbox import Outbox
from chassis.process.runner import DeliveryInfo
from chassis.security.hashing import PasswordHasher
from chassis.security.pseudonyms import Pseudonyms
from chassis.security.sealing import Sealer, Unsealer
from chassis.security.signing import Signer, Verifier
from chassis.security.tokens import new_key, new_token, token_hash
from messages.identity import VerificationProof
from messages.registration import (
    Activate,
    Activated,
    ActivationShown,
    CheckAccountId,
    CheckProvisionalPassword,
    ChosenPassword,
    MailOrder,
    PersonalDetails,
    ProvisionalAccountShown,
    ProvisionallyRegistered,
    ProvisionalPasswordChecked,
    RegisterProvisionally,
    ShowActivation,
    ShowProvisionalAccount,
    TypedPassword,
)
from messages.values import AccountId, CustomerNumber, EmailAddress, Nickname, Password, PasswordPolicy
from mypage.local.key_ring import KeyRing
from services.registration.account_ids.check_account_id import check_account_id
from services.registration.activation.activate import activate
from services.registration.activation.show_activation import show_activation
from services.registration.app import HANDLERS
from services.registration.provisional.check_provisional_password import check_provisional_password
from services.registration.provisional.register_provisionally import register_provisionally
from services.registration.provisional.show_provisional_account import show_provisional_account
from services.registration.service import Registration

PASSWORD = "Abcdef12"
KEYS = KeyRing.generate()
HASHER = PasswordHasher(memory_kib=8, passes=1)

Said = TypeVar("Said", bound=Event)


def received(message_id: UUID | None = None) -> DeliveryInfo:
    """A first delivery, unless the id was seen before."""
    return DeliveryInfo(message_id=str(message_id or new_key()), attempt=1)


@dataclass(frozen=True)
class Registered:
    """What a customer has in hand after [仮登録する]."""

    registration_key: UUID
    token: str

    @property
    def token_hash(self) -> str:
        return token_hash(self.token)


class Harness:
    """A database of registration's, and the service on it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sealer = Sealer(KEYS.sealing_public)
        self.identity_signer = Signer(KEYS.signing_private["identity"])
        self.service = Registration(
            words_of_the_company=frozenset({"aicom"}),
            database=database,
            outbox=Outbox(database),
            sealer=self.sealer,
            unsealer=Unsealer([KEYS.sealing_private["registration"]]),
            signer=Signer(KEYS.signing_private["registration"]),
            verifier=Verifier(KEYS.signing_public),
            hasher=HASHER,
            buckets=Pseudonyms(KEYS.signing_private["registration"]),
            password_policy=PasswordPolicy.MANUAL,
        )

    def under_policy(self, policy: PasswordPolicy) -> Harness:
        """The same database under another password rule."""
        other = Harness(self.database)
        other.service = replace(self.service, password_policy=policy)
        return other

    async def run(self, statement: str, *values: Any) -> list[Any]:
        """A statement in a transaction of its own."""
        async with self.database.transaction() as tx:
            return list(await tx.fetch(statement, *values))

    async def row(self, registration_key: UUID) -> Any:
        """The stored registration."""
        (row,) = await self.run(
            "SELECT * FROM provisional_accounts WHERE registration_key = $1", registration_key
        )
        return row

    async def states(self) -> list[str]:
        """The states of all registrations, oldest first."""
        return [
            row["state"]
            for row in await self.run("SELECT state FROM provisional_accounts ORDER BY registration_key")
        ]

    async def said(self, kind: type[Said]) -> list[Said]:
        """The events of that type in the outbox, oldest first."""
        rows = await self.run("SELECT body FROM outbox WHERE type = $1 ORDER BY id", kind.type_name)
        return [kind.model_validate_json(row["body"]) for row in rows]

    async def let_pass(self, time: timedelta) -> None:
        """So much later, as far as the stored moments are concerned."""
        await self.run(
            """
            UPDATE provisional_accounts SET
                registered_at = registered_at - $1::interval, mail_sent_at = mail_sent_at - $1::interval,
                activated_at = activated_at - $1::interval, completed_at = completed_at - $1::interval,
                ended_at = ended_at - $1::interval,
                redrive_at = redrive_at - $1::interval,
                next_mail_order_at = next_mail_order_at - $1::interval,
                wrong_password_wait_until = wrong_password_wait_until - $1::interval
            """,
            time,
        )
        await self.run("UPDATE throttle_hits SET hit_at = hit_at - $1::interval", time)
        await self.run("UPDATE registered_forms SET registered_at = registered_at - $1::interval", time)

    async def hear(self, event: Message, message_id: UUID | None = None) -> None:
        """Delivers an event."""
        await HANDLERS[type(event)](self.service, event, received(message_id))

    def proof(
        self,
        contract_key: UUID,
        browser_token: str,
        *,
        expires_in: timedelta = timedelta(minutes=30),
        by: Signer | None = None,
    ) -> str:
        """Identity's word for that browser."""
        statement = VerificationProof(
            expires_at=datetime.now(UTC) + expires_in,
            contract_key=contract_key,
            customer_number=CustomerNumber("102030"),
            browser_token_hash=token_hash(browser_token),
        )
        return (by or self.identity_signer).sign(statement)

    def registering(
        self,
        *,
        contract_key: UUID | None = None,
        account_id: str = "Taro-01",
        password: str = PASSWORD,
        mail: str = "taro@example.jp",
        nickname: str = "たろう",
        registration_key: UUID | None = None,
        proof: str | None = None,
        browser_token: str = "browser",
    ) -> RegisterProvisionally:
        """[仮登録する], of a contract of its own unless one is given."""
        key = registration_key or new_key()
        if proof is None and browser_token == "browser":
            browser_token = new_token()  # each proof is another browser's, or another step 1 in the same one
            proof = self.proof(contract_key or new_key(), browser_token)
        personal = PersonalDetails(
            email_address=EmailAddress(mail), nickname=Nickname(nickname), browser_token=browser_token
        )
        return RegisterProvisionally(
            registration_key=key,
            verification_proof=proof or self.proof(contract_key or new_key(), "browser"),
            account_id=AccountId(account_id),
            password=self.sealer.seal(
                ChosenPassword(password=Password(password)), to="registration", bound_to=key
            ),
            personal=self.sealer.seal(personal, to="registration", bound_to=key),
        )

    async def register(self, **details: Any) -> Registered:
        """Registers provisionally and reads the mail order as notification would."""
        command = self.registering(**details)
        await register_provisionally(self.service, command, received())
        order = await self.mail_order(command.registration_key)
        return Registered(command.registration_key, order.activation_token)

    async def mail_order(self, registration_key: UUID) -> MailOrder:
        """The one order of a mail for that registration, opened with notification's key."""
        (event,) = [
            event
            for event in await self.said(ProvisionallyRegistered)
            if event.registration_key == registration_key
        ]
        unsealer = Unsealer([KEYS.sealing_private["notification"]])
        return unsealer.open(event.mail_order, MailOrder, bound_to=registration_key)

    async def activate(
        self, registered: Registered, password: str = PASSWORD, *, ticket: str | None = None
    ) -> Activated:
        """[本登録する], in a browser of its own unless its ticket is given."""
        typed = TypedPassword(password=password)
        sealed = self.sealer.seal(typed, to="registration", bound_to=registered.token_hash)
        hashed = token_hash(ticket or new_token())
        command = Activate(
            activation_token_hash=registered.token_hash, login_ticket_hash=hashed, password=sealed
        )
        return await activate(self.service, command, received())

    async def open_link(self, registered: Registered) -> ActivationShown:
        """Opens the 本登録手続きURL."""
        return await show_activation(
            self.service, ShowActivation(activation_token_hash=registered.token_hash), received()
        )

    async def show(self, registration_key: UUID) -> ProvisionalAccountShown:
        """The page 仮登録が完了しました。 asks how far it is."""
        return await show_provisional_account(
            self.service, ShowProvisionalAccount(registration_key=registration_key), received()
        )

    async def is_available(
        self, account_id: str, *, contract_key: UUID | None = None, proof: str | None = None
    ) -> bool:
        """[IDチェック]."""
        query = CheckAccountId(
            account_id=AccountId(account_id),
            verification_proof=proof or self.proof(contract_key or new_key(), "browser"),
        )
        return (await check_account_id(self.service, query, received())).available

    async def is_provisional(self, account_id: str, password: str) -> bool:
        """A login failed: is only 本登録 missing? (Q18)"""
        return (await self.check_password(account_id, password)).right

    async def check_password(self, account_id: str, password: str) -> ProvisionalPasswordChecked:
        """All that registration says of an ID and a password that identity does not know."""
        nonce = new_key()
        sealed = self.sealer.seal(TypedPassword(password=password), to="registration", bound_to=nonce)
        query = CheckProvisionalPassword(nonce=nonce, account_id=AccountId(account_id), password=sealed)
        return await check_provisional_password(self.service, query, received())
