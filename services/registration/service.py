"""What the use cases of registration work with, and the steps that several of them take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from chassis.database import db
from chassis.database.db import Database, Transaction
from chassis.database.throttle import Bucket, look_up
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.inbox import is_first_delivery
from chassis.messaging.outbox import Outbox
from chassis.messaging.refusal import Refusal
from chassis.security.hashing import PasswordHasher
from chassis.security.pseudonyms import Pseudonyms
from chassis.security.sealing import Sealer, Unsealer
from chassis.security.signing import InvalidClaims, Signer, Verifier
from messages.identity import NewAccount, VerificationProof
from messages.registration import AccountActivated, MailOrder, ProvisionallyRegistered, RefusalCode
from messages.values import EmailAddress, PasswordPolicy
from services.registration.provisional import repository
from services.registration.provisional.domain import ProvisionalAccount, require_known
from services.registration.settings import Limits

MAILS_TO_ALL = "mails.all"


@dataclass(frozen=True)
class Registration:
    """Database, outbox, keys and hasher, and what the operator decided. `buckets` names what is limited;
    the company's words are no ID and no password.
    """

    database: Database
    outbox: Outbox
    sealer: Sealer
    unsealer: Unsealer
    signer: Signer
    verifier: Verifier
    hasher: PasswordHasher
    buckets: Pseudonyms
    password_policy: PasswordPolicy
    words_of_the_company: frozenset[str]
    limits: Limits = field(default_factory=Limits)

    def verification_proof(self, text: str, now: datetime) -> VerificationProof:
        """Whose contract it is, on identity's signed word. Raises PROOF_EXPIRED unless that is fresh and
        identity's own.
        """
        try:
            return self.verifier.verify(text, VerificationProof, said_by="identity", now=now)
        except InvalidClaims:
            raise Refusal(RefusalCode.PROOF_EXPIRED) from None

    def of_a_mail_to(self, address: EmailAddress) -> tuple[Bucket, ...]:
        """What has to have room before a mail is ordered, and counts it: the mailbox, and the breaker of all
        (X24). Whoever orders one asks these last, as they are shared.
        """
        mailbox = self.buckets.of("mailbox", address.mailbox)
        return (
            Bucket(mailbox, self.limits.mails_to_a_mailbox_an_hour),
            Bucket(mailbox, self.limits.mails_to_a_mailbox_a_day),
            Bucket(MAILS_TO_ALL, self.limits.mails_to_all, everybody=True),
            Bucket(MAILS_TO_ALL, self.limits.alarm_mails_to_all, alarm="alarm_mails_to_all"),
        )

    async def find_by_link(
        self, tx: Transaction, activation_token_hash: str, client_network: str
    ) -> tuple[ProvisionalAccount, datetime]:
        """The registration of which a mail held that token, and this instant. A network that brings too many
        tokens of nobody's has to wait, also with a right one (X17). `tx` commits each statement. Refusals:
        ACTIVATION_UNKNOWN, TOO_MANY_LINKS.
        """
        network, link = self.buckets.of("link.network", client_network), activation_token_hash
        guesses = Bucket(
            network, self.limits.unknown_links_of_a_network, subject=self.buckets.of("link", link)
        )
        find = partial(repository.find_by_token, tx, activation_token_hash)
        account, now = await look_up(tx, RefusalCode.TOO_MANY_LINKS, guesses, find)
        return require_known(account), now

    def provisionally_registered(
        self,
        registration_key: UUID,
        registered_at: datetime,
        address: EmailAddress,
        token: str,
        *,
        supersedes: UUID | None = None,
    ) -> ProvisionallyRegistered:
        """The order of the mail, the first time and again; its link holds `token`. `supersedes`: whose mail
        need not leave any more.
        """
        order = MailOrder(email_address=address, activation_token=token)
        sealed = self.sealer.seal(order, to="notification", bound_to=registration_key)
        return ProvisionallyRegistered(
            registration_key=registration_key,
            registered_at=registered_at,
            mail_order=sealed,
            supersedes=supersedes,
        )

    def account_activated(self, account: ProvisionalAccount) -> AccountActivated:
        """What identity is told of an activated registration, the first time and again. ValueError once it is
        wiped.
        """
        chosen = account.new_account()
        new = NewAccount(
            password_hash=chosen.password_hash, email_address=chosen.email_address, nickname=chosen.nickname
        )
        return AccountActivated(
            registration_key=account.registration_key,
            contract_key=account.contract_key,
            customer_number=account.customer_number,
            account_id=account.kept_account_id(),
            activated_at=account.kept_activated_at(),
            account=self.sealer.seal(new, to="identity", bound_to=account.registration_key),
        )

    async def change_once(
        self,
        registration_key: UUID,
        received: DeliveryInfo,
        change: Callable[[ProvisionalAccount, datetime], ProvisionalAccount],
    ) -> None:
        """Saves what `change` makes of the registration at the transaction's instant, once per message. A
        registration that is not known any more needs no change.
        """
        async with self.database.transaction() as tx:
            if not await is_first_delivery(tx, consumer="registration", message_id=received.message_id):
                return
            account = await repository.lock(tx, registration_key)
            if account is None:
                return
            now = await db.now(tx)
            await repository.save(tx, change(account, now))
