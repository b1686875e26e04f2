"""What registration answers: ID check, 仮登録, the activation link, 本登録."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.database.db import Database, Transaction
from chassis.database.throttle import Limit, hit, seconds_to_wait
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.outbox import Outbox
from chassis.messaging.refusal import Refusal
from chassis.security.hashing import PasswordHasher
from chassis.security.sealing import Sealer, Unsealer
from chassis.security.signing import InvalidClaims, Signer, Verifier
from chassis.security.tokens import new_token, token_hash
from messages.identity import VerificationProof
from messages.registration import (
    AccountActivated,
    AccountIdChecked,
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
    ProvisionalRegistrationAccepted,
    RefusalCode,
    RegisterProvisionally,
    ShowActivation,
    ShowProvisionalAccount,
    TypedPassword,
)
from messages.values import InvalidValue, Password, PasswordPolicy, check_password
from services.registration import domain, repository
from services.registration.domain import ProvisionalAccount
from services.registration.repository import NewRegistration

ID_CHECKS = (Limit(10, timedelta(minutes=1)), Limit(60, timedelta(hours=1)))  # X7, per contract
REGISTRATIONS = (Limit(5, timedelta(hours=24)),)  # Q10, per contract
MAILS_TO_ONE_MAILBOX = (Limit(3, timedelta(hours=1)), Limit(6, timedelta(hours=24)))  # X24


@dataclass(frozen=True)
class Registration:
    """What the handlers work with."""

    database: Database
    outbox: Outbox
    sealer: Sealer
    unsealer: Unsealer
    signer: Signer
    verifier: Verifier
    hasher: PasswordHasher
    password_policy: PasswordPolicy


async def check_account_id(
    service: Registration, query: CheckAccountId, received: DeliveryInfo
) -> AccountIdChecked:
    """Whether 仮登録 with that ID would succeed at this moment; reserves nothing (Q9). Refusals:
    PROOF_EXPIRED, TOO_MANY_ID_CHECKS.
    """
    async with service.database.transaction() as tx:
        now = await repository.now(tx)
        proof = _proved(service, query.verification_proof, now)
        await _count(tx, f"id_check:{proof.contract_key}", ID_CHECKS, RefusalCode.TOO_MANY_ID_CHECKS)
        holder = await repository.find_by_account_id(tx, query.account_id)
    is_free = holder is None or holder.leaves_account_id_to(proof.contract_key, now)
    return AccountIdChecked(available=is_free and not query.account_id.is_reserved)


async def register_provisionally(
    service: Registration, command: RegisterProvisionally, received: DeliveryInfo
) -> ProvisionalRegistrationAccepted:
    """The row, the claim on the account ID and the mail order, in one transaction (T17); the same key again
    changes nothing (K2).

    Refusals: PROOF_EXPIRED, PASSWORD_NOT_ACCEPTED, ACCOUNT_ID_TAKEN, CONTRACT_ALREADY_REGISTERED,
    TOO_MANY_REGISTRATIONS.
    """
    personal = service.unsealer.open(command.personal, PersonalDetails, bound_to=command.registration_key)
    async with service.database.transaction() as tx:
        now = await repository.now(tx)
    proof = _proved(service, command.verification_proof, now)
    if not hmac.compare_digest(token_hash(personal.browser_token), proof.browser_token_hash):
        raise Refusal(RefusalCode.PROOF_EXPIRED)
    password = _accepted_password(service, command, personal, proof)
    if command.account_id.is_reserved:
        raise Refusal(RefusalCode.ACCOUNT_ID_TAKEN)
    token = new_token()
    new = NewRegistration(
        registration_key=command.registration_key,
        contract_key=proof.contract_key,
        customer_number=proof.customer_number,
        account_id=command.account_id,
        password_hash=await service.hasher.hash(password),
        email_address=personal.email_address,
        nickname=personal.nickname,
        activation_token_hash=token_hash(token),
    )
    async with service.database.transaction() as tx:
        await repository.lock_contract(tx, new.contract_key)
        if not await _is_stored(tx, new):
            registered_at = await _store(tx, new)
            await service.outbox.add(tx, _provisionally_registered(service, new, registered_at, token))
    return ProvisionalRegistrationAccepted(registration_key=command.registration_key)


async def show_provisional_account(
    service: Registration, query: ShowProvisionalAccount, received: DeliveryInfo
) -> ProvisionalAccountShown:
    """How far it is (Q22). Refusal: ACTIVATION_UNKNOWN."""
    async with service.database.transaction() as tx:
        account = _known(await repository.find(tx, query.registration_key))
        now = await repository.now(tx)
    return ProvisionalAccountShown(
        state=account.state_at(now), activation_deadline=account.activation_deadline
    )


async def show_activation(
    service: Registration, query: ShowActivation, received: DeliveryInfo
) -> ActivationShown:
    """Whether the link is alive; changes nothing, so scanners may open it (T20, X21). Refusals: those of a
    dead link.
    """
    async with service.database.transaction() as tx:
        account = _known(await repository.find_by_token(tx, query.activation_token_hash))
        now = await repository.now(tx)
    account.require_link(now)
    return ActivationShown(activation_deadline=account.activation_deadline)


async def activate(service: Registration, command: Activate, received: DeliveryInfo) -> Activated:
    """本登録. The password is compared outside of transactions; then one locked row decides, so of twenty at
    once one succeeds (X19).

    Refusals: those of a dead link, ALREADY_ACTIVATED, PASSWORD_MISMATCH, TOO_MANY_PASSWORDS.
    """
    typed = service.unsealer.open(command.password, TypedPassword, bound_to=command.activation_token_hash)
    async with service.database.transaction() as tx:
        account = _known(await repository.find_by_token(tx, command.activation_token_hash))
        now = await repository.now(tx)
    if account.was_activated_with(command.login_ticket_hash, now):
        return _activated(service, account)
    account.require_password_turn(now)
    is_right = await service.hasher.matches(typed.password, account.password_hash)
    async with service.database.transaction() as tx:
        account = _known(await repository.lock(tx, account.registration_key))
        now = await repository.now(tx)
        if account.was_activated_with(command.login_ticket_hash, now):  # a double click: its twin was quicker
            return _activated(service, account)
        if is_right:
            account = account.activate(now, command.login_ticket_hash)
            await repository.redrive_in(tx, account.registration_key, domain.FIRST_REDRIVE, redrives=0)
            await service.outbox.add(tx, account_activated(service, account))
        else:
            account = account.with_wrong_password(now)
        await repository.save(tx, account)
    if not is_right:
        account.require_password_turn(now)
        raise Refusal(RefusalCode.PASSWORD_MISMATCH)
    return _activated(service, account)


async def check_provisional_password(
    service: Registration, query: CheckProvisionalPassword, received: DeliveryInfo
) -> ProvisionalPasswordChecked:
    """Whether 本登録 is all that keeps this ID and password from logging in (Q18). The work is the same
    whatever the answer.
    """
    typed = service.unsealer.open(query.password, TypedPassword, bound_to=query.nonce)
    async with service.database.transaction() as tx:
        account = await repository.find_by_account_id(tx, query.account_id)
        now = await repository.now(tx)
    stored_hash = account.password_hash if account is not None and account.is_live(now) else None
    return ProvisionalPasswordChecked(right=await service.hasher.matches(typed.password, stored_hash))


def account_activated(service: Registration, account: ProvisionalAccount) -> AccountActivated:
    """What identity is told of an activated registration, the first time and again."""
    return AccountActivated(
        registration_key=account.registration_key,
        contract_key=account.contract_key,
        customer_number=account.customer_number,
        account_id=account.kept_account_id(),
        activated_at=account.kept_activated_at(),
        account=service.sealer.seal(account.new_account(), to="identity", bound_to=account.registration_key),
    )


def _proved(service: Registration, text: str, now: datetime) -> VerificationProof:
    try:
        return service.verifier.verify(text, VerificationProof, said_by="identity", now=now)
    except InvalidClaims:
        raise Refusal(RefusalCode.PROOF_EXPIRED) from None


def _accepted_password(
    service: Registration, command: RegisterProvisionally, personal: PersonalDetails, proof: VerificationProof
) -> Password:
    chosen = service.unsealer.open(command.password, ChosenPassword, bound_to=command.registration_key)
    related = domain.words_of_the_customer(command.account_id, personal, proof)
    try:
        return check_password(chosen.password, service.password_policy, related=related)
    except InvalidValue:
        raise Refusal(RefusalCode.PASSWORD_NOT_ACCEPTED) from None


async def _count(tx: Transaction, bucket: str, limits: Sequence[Limit], refused_with: RefusalCode) -> None:
    """One more in the bucket, or a refusal that says when there is room again."""
    waits = [await seconds_to_wait(tx, bucket, limit) for limit in limits]
    longest = max(seconds or 0 for seconds in waits)
    if longest:
        raise Refusal(refused_with, retry_after_seconds=longest)
    await hit(tx, bucket)


async def _is_stored(tx: Transaction, new: NewRegistration) -> bool:
    stored = await repository.find(tx, new.registration_key)
    if stored is not None and stored.contract_key != new.contract_key:
        raise Refusal(
            RefusalCode.PROOF_EXPIRED
        )  # somebody else's key: this browser did not get it from our page
    return stored is not None


async def _store(tx: Transaction, new: NewRegistration) -> datetime:
    """Refused or complete: limits, claim, rivals, row. Always in this order, so that no two of them deadlock.
    """
    await _count(tx, f"registration:{new.contract_key}", REGISTRATIONS, RefusalCode.TOO_MANY_REGISTRATIONS)
    mailbox = domain.mailbox_hash(new.email_address)
    await _count(tx, f"mailbox:{mailbox}", MAILS_TO_ONE_MAILBOX, RefusalCode.TOO_MANY_REGISTRATIONS)
    owner = await repository.claim_account_id(tx, new.account_id, new.registration_key)
    rivals = await repository.lock_rivals(tx, new.contract_key, owner)
    for account in domain.resolve_conflicts(new.contract_key, rivals, await repository.now(tx)):
        await repository.save(tx, account)
    registered_at = await repository.add(tx, new)
    await repository.hand_claim_to(tx, new.account_id, new.registration_key)
    return registered_at


def _provisionally_registered(
    service: Registration, new: NewRegistration, registered_at: datetime, token: str
) -> ProvisionallyRegistered:
    order = MailOrder(email_address=new.email_address, activation_token=token)
    sealed = service.sealer.seal(order, to="notification", bound_to=new.registration_key)
    return ProvisionallyRegistered(
        registration_key=new.registration_key, registered_at=registered_at, mail_order=sealed
    )


def _known(account: ProvisionalAccount | None) -> ProvisionalAccount:
    if account is None:
        raise Refusal(RefusalCode.ACTIVATION_UNKNOWN)
    return account


def _activated(service: Registration, account: ProvisionalAccount) -> Activated:
    return Activated(
        account_id=account.kept_account_id(), login_proof=service.signer.sign(account.login_proof())
    )
