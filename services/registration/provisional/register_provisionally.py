"""[仮登録する] (T11, T17): the row, the claim on the account ID and the order of the mail."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from chassis.database.db import Transaction
from chassis.database.throttle import Limit, refuse_while_full
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_token, token_hash
from messages.identity import VerificationProof
from messages.registration import (
    ChosenPassword,
    PersonalDetails,
    ProvisionalRegistrationAccepted,
    RefusalCode,
    RegisterProvisionally,
)
from messages.values import InvalidValue, Password, check_password
from services.registration.account_ids import repository as account_ids
from services.registration.account_ids.domain import resolve_conflicts
from services.registration.provisional import repository
from services.registration.provisional.domain import mailbox_of, words_of_the_customer
from services.registration.provisional.repository import NewRegistration
from services.registration.service import Registration

REGISTRATIONS = (Limit(5, timedelta(hours=24)),)  # Q10, per contract
MAILS_TO_ONE_MAILBOX = (Limit(3, timedelta(hours=1)), Limit(6, timedelta(hours=24)))  # X24


async def register_provisionally(
    service: Registration, command: RegisterProvisionally, received: DeliveryInfo
) -> ProvisionalRegistrationAccepted:
    """The row, the claim on the account ID and the mail order, in one transaction (T17); the same key again
    changes nothing (K2).

    Refusals: PROOF_EXPIRED, PASSWORD_NOT_ACCEPTED, ACCOUNT_ID_TAKEN, CONTRACT_ALREADY_REGISTERED,
    TOO_MANY_REGISTRATIONS.
    """
    token = new_token()
    new = await _new_registration(service, command, token_hash(token))
    async with service.database.transaction() as tx:
        await repository.lock_contract(tx, new.contract_key)
        if not await _is_stored(tx, new):
            registered_at = await _store(service, tx, new)
            order = service.provisionally_registered(
                new.registration_key, registered_at, new.email_address, token
            )
            await service.outbox.add(tx, order)
    return ProvisionalRegistrationAccepted(registration_key=command.registration_key)


async def _new_registration(
    service: Registration, command: RegisterProvisionally, activation_token_hash: str
) -> NewRegistration:
    """What is to be stored, if the proof is this browser's and the password is good enough. The password is
    hashed here, while no transaction is open.
    """
    personal = service.unsealer.open(command.personal, PersonalDetails, bound_to=command.registration_key)
    now = await service.database.now()
    proof = service.verification_proof(command.verification_proof, now)
    if not hmac.compare_digest(token_hash(personal.browser_token), proof.browser_token_hash):
        raise Refusal(RefusalCode.PROOF_EXPIRED)
    password = _accepted_password(service, command, personal, proof)
    if command.account_id.is_reserved:
        raise Refusal(RefusalCode.ACCOUNT_ID_TAKEN)
    return NewRegistration(
        registration_key=command.registration_key,
        contract_key=proof.contract_key,
        customer_number=proof.customer_number,
        account_id=command.account_id,
        password_hash=await service.hasher.hash(password),
        email_address=personal.email_address,
        nickname=personal.nickname,
        activation_token_hash=activation_token_hash,
    )


def _accepted_password(
    service: Registration, command: RegisterProvisionally, personal: PersonalDetails, proof: VerificationProof
) -> Password:
    chosen = service.unsealer.open(command.password, ChosenPassword, bound_to=command.registration_key)
    related = words_of_the_customer(command.account_id, personal, proof)
    try:
        return check_password(chosen.password, service.password_policy, related=related)
    except InvalidValue:
        raise Refusal(RefusalCode.PASSWORD_NOT_ACCEPTED) from None


async def _is_stored(tx: Transaction, new: NewRegistration) -> bool:
    stored = await repository.find(tx, new.registration_key)
    if stored is not None and stored.contract_key != new.contract_key:
        # Somebody else's key: this browser did not get it from our page.
        raise Refusal(RefusalCode.PROOF_EXPIRED)
    return stored is not None


async def _store(service: Registration, tx: Transaction, new: NewRegistration) -> datetime:
    """Refused or complete: limits, claim, rivals, row. Always in this order, so that no two deadlock."""
    now = await _count(service, tx, new)
    owner = await account_ids.claim_account_id(tx, new.account_id, new.registration_key)
    rivals = await repository.lock_rivals(tx, new.contract_key, owner)
    for ended in resolve_conflicts(new.contract_key, rivals, now):
        await repository.save(tx, ended)
    registered_at = await repository.add(tx, new)
    if registered_at is None:
        raise Refusal(RefusalCode.PROOF_EXPIRED)  # the proof is a former holder's
    await account_ids.hand_claim_to(tx, new.account_id, new.registration_key)
    return registered_at


async def _count(service: Registration, tx: Transaction, new: NewRegistration) -> datetime:
    """One more for contract and mailbox, and this instant; or TOO_MANY_REGISTRATIONS, which says when there
    is room again.
    """
    contract = f"registration:{new.contract_key}"
    mailbox = service.buckets.of("mailbox", mailbox_of(new.email_address))
    limits = [(contract, limit) for limit in REGISTRATIONS]
    limits += [(mailbox, limit) for limit in MAILS_TO_ONE_MAILBOX]
    code = RefusalCode.TOO_MANY_REGISTRATIONS
    return await refuse_while_full(tx, code, *limits, counting=[contract, mailbox])
