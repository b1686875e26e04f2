"""What the use cases of identity work with, and the steps that several of them take."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from chassis.database.db import Database
from chassis.messaging.outbox import Outbox
from chassis.security.hashing import PasswordHasher
from chassis.security.pseudonyms import Pseudonyms
from chassis.security.sealing import Sealed, Sealer, Unsealer
from chassis.security.signing import Signer, Verifier
from messages.account_settings import LinkMail
from messages.identity import AccountMailRecipient
from messages.values import AccountId, EmailAddress, Nickname


@dataclass(frozen=True)
class Identity:
    """Database, outbox, keys and hasher, and what the operator decided. `buckets` names what is limited."""

    database: Database
    outbox: Outbox
    sealer: Sealer
    unsealer: Unsealer
    signer: Signer
    verifier: Verifier
    hasher: PasswordHasher
    buckets: Pseudonyms
    closed_contracts_may_register: bool = False

    def log_ins_of(self, folded_account_id: str) -> str:
        """The bucket in which wrong passwords for that ID are counted."""
        return self.buckets.of("login.account", folded_account_id)

    def seal_recipient(
        self, account_key: UUID, *, email_address: EmailAddress, nickname: Nickname, account_id: AccountId
    ) -> Sealed[AccountMailRecipient]:
        """Whom to write to about an account: a box for notification alone, bound to `account_key`."""
        recipient = AccountMailRecipient(
            email_address=email_address, nickname=nickname, account_id=account_id
        )
        return self.sealer.seal(recipient, to="notification", bound_to=account_key)

    def seal_link_mail(
        self, change_key: UUID, recipient: AccountMailRecipient, link_token: str
    ) -> Sealed[LinkMail]:
        """A mail with a link of its own: a box for notification alone, bound to `change_key`."""
        mail = LinkMail(recipient=recipient, link_token=link_token)
        return self.sealer.seal(mail, to="notification", bound_to=change_key)
