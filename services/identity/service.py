"""What the use cases of identity work with, and the steps that several of them take."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TypeVar
from uuid import UUID, uuid5

from chassis.database.db import Database, Transaction
from chassis.database.throttle import Bucket, look_up
from chassis.messaging.outbox import Outbox
from chassis.messaging.refusal import Refusal
from chassis.security.hashing import PasswordHasher
from chassis.security.pseudonyms import Pseudonyms
from chassis.security.sealing import Sealed, Sealer, Unsealer
from chassis.security.signing import Signer, Verifier
from messages.account_settings import LinkMail
from messages.identity import AccountMailRecipient, RefusalCode
from messages.recovery import RecoveryLetter, RecoveryLetterOrdered
from messages.values import (
    AccountId,
    EmailAddress,
    InvalidValue,
    Nickname,
    Password,
    PasswordPolicy,
    check_password,
)
from services.identity.settings import Limits

Found = TypeVar("Found")
_MAILS_TO_ALL = "mails.all"


@dataclass(frozen=True)
class Identity:
    """Database, outbox, keys and hasher, and what the operator decided. `buckets` names what is limited; the
    company's words are no password.
    """

    database: Database
    outbox: Outbox
    sealer: Sealer
    unsealer: Unsealer
    signer: Signer
    verifier: Verifier
    hasher: PasswordHasher
    buckets: Pseudonyms
    closed_contracts_may_register: bool = False
    password_policy: PasswordPolicy = PasswordPolicy.MANUAL
    words_of_the_company: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)
    month_of_change_is_new_holders: bool = False

    def log_ins_of(self, folded_account_id: str) -> str:
        """The bucket in which wrong passwords for that ID are counted."""
        return self.buckets.of("login.account", folded_account_id)

    def accepted(self, typed: str, own_words: Iterable[str], *, refused_as: StrEnum) -> Password:
        """A new password by the operator's rule, also of what the gateway cannot know: whatever sets one
        takes this step. Raises Refusal(`refused_as`).
        """
        try:
            related = {*own_words, *self.words_of_the_company}
            return check_password(typed, self.password_policy, related=related)
        except InvalidValue:
            raise Refusal(refused_as) from None

    def device_mark(self, account_key: UUID, password_hash: str, device_token_hash: str) -> str | None:
        """Identity's word, for itself alone, that this browser logged in to that account since the password
        was set: with another password all marks are worth nothing. None for a browser that has no token.
        """
        if not device_token_hash:
            return None
        marked = f"{account_key}:{password_hash}:{device_token_hash}"
        return self.buckets.of("device", marked).rpartition(":")[2]

    def knows_device(
        self, account_key: UUID, password_hash: str, device_token_hash: str, marks: Iterable[str]
    ) -> bool:
        """Whether one of the marks that the browser brought is this account's."""
        mark = self.device_mark(account_key, password_hash, device_token_hash)
        return mark is not None and any(each.isascii() and hmac.compare_digest(mark, each) for each in marks)

    def of_any_mail(self) -> tuple[Bucket, ...]:
        """What all mails share that a stranger can have sent where he likes, or to a customer: the breaker,
        with its alarm (X24). It counts what is asked for, so that it tells nothing of what was found (X37).
        Whoever asks names it last. Word of what was done with an account is not under it: nobody may keep
        it from its owner (X38).
        """
        return (
            Bucket(_MAILS_TO_ALL, self.limits.mails_to_all, everybody=True),
            Bucket(_MAILS_TO_ALL, self.limits.alarm_mails_to_all, alarm="alarm_mails_to_all"),
        )

    async def find_by_link(
        self,
        client_network: str | None,
        link_hash: str,
        find: Callable[[Transaction, str], Awaitable[Found | None]],
    ) -> Found | None:
        """What `find` knows of the token in a link, or of a code that is worth as much. A network that brings
        too many of nobody's has to wait, also with a right one: links of every kind count together (X17).
        Refusal: TOO_MANY_LINKS.
        """
        guesses = Bucket(
            self.buckets.of("link.network", client_network or ""),
            self.limits.unknown_links_of_a_network,
            subject=self.buckets.of("link", link_hash),
        )
        async with self.database.autocommit() as tx:
            found, _ = await look_up(tx, RefusalCode.TOO_MANY_LINKS, guesses, partial(find, tx, link_hash))
        return found

    def name_of_address(self, address: EmailAddress) -> str:
        """Under which an address is remembered where it must not be read."""
        return self.buckets.of("recovery.address", address.folded)

    def letter_key(self, form_key: UUID, *typed: str) -> UUID:
        """The same for the same form with the same words in it, sent twice: they order one mail."""
        return uuid5(form_key, self.buckets.of("recovery.form", json.dumps(typed)))

    def letter_ordered(
        self, letter_key: UUID, not_after: datetime, letter: RecoveryLetter
    ) -> RecoveryLetterOrdered:
        """The order of a letter, or word for nobody, for notification alone."""
        sealed = self.sealer.seal(letter, to="notification", bound_to=letter_key)
        return RecoveryLetterOrdered(letter_key=letter_key, not_after=not_after, letter=sealed)

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
