"""[仮登録する] (T11, T17): the row, the claim on the account ID and the order of the mail."""

from __future__ import annotations

import hmac
import json
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.database.db import Transaction
from chassis.database.throttle import Bucket, refuse_while_full
from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key, new_token, token_hash
from messages.identity import VerificationProof
from messages.registration import (
    ChosenPassword,
    PersonalDetails,
    ProvisionalRegistrationAccepted,
    RefusalCode,
    RegisterProvisionally,
)
from messages.values import InvalidValue, Password, check_password, words_of_a_customer
from services.registration.account_ids import repository as account_ids
from services.registration.account_ids.domain import resolve_conflicts
from services.registration.forms import repository as forms
from services.registration.forms.domain import PressedForm, stored_outcome
from services.registration.provisional import repository
from services.registration.provisional.repository import NewRegistration
from services.registration.service import Registration


async def register_provisionally(
    service: Registration, command: RegisterProvisionally, received: DeliveryInfo
) -> ProvisionalRegistrationAccepted:
    """The row, the claim on the account ID and the mail order, in one transaction (T17). The same form again
    changes nothing (K2); a corrected one, of whose first sending nobody heard, supersedes it.

    Refusals: PROOF_EXPIRED, PASSWORD_NOT_ACCEPTED, ACCOUNT_ID_TAKEN, CONTRACT_ALREADY_REGISTERED,
    TOO_MANY_REGISTRATIONS.
    """
    personal = service.unsealer.open(command.personal, PersonalDetails, bound_to=command.registration_key)
    chosen = service.unsealer.open(command.password, ChosenPassword, bound_to=command.registration_key)
    proof = await _proof(service, command, personal)
    pressed = _pressed(service, command, personal, chosen, proof)
    async with service.database.autocommit() as tx:
        key = stored_outcome(pressed, proof.contract_key, await forms.find_forms(tx, pressed))
        if key is None:
            await _count_press(service, tx, proof)
    if key is None:
        password = _accepted_password(service, command, personal, chosen, proof)
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
            content_name=pressed.content_name,
            proof_name=pressed.proof_name,
            revision=pressed.revision,
        )
        key = await _registered(service, new, pressed, token)
    return ProvisionalRegistrationAccepted(registration_key=key)


async def _proof(
    service: Registration, command: RegisterProvisionally, personal: PersonalDetails
) -> VerificationProof:
    proof = service.verification_proof(command.verification_proof, await service.database.now())
    if not hmac.compare_digest(token_hash(personal.browser_token), proof.browser_token_hash):
        raise Refusal(RefusalCode.PROOF_EXPIRED)
    return proof


def _pressed(
    service: Registration,
    command: RegisterProvisionally,
    personal: PersonalDetails,
    chosen: ChosenPassword,
    proof: VerificationProof,
) -> PressedForm:
    content = (command.account_id, personal.email_address, personal.nickname, chosen.password)
    return PressedForm(
        registration_key=command.registration_key,
        content_name=service.buckets.of("form", json.dumps(content)),
        proof_name=service.buckets.of("proof", proof.browser_token_hash),
        revision=command.revision,
    )


async def _count_press(service: Registration, tx: Transaction, proof: VerificationProof) -> None:
    """Before the hash, and whatever comes of it: a refusal costs us as much as a registration."""
    bucket = service.buckets.of("press", str(proof.contract_key))
    asked = Bucket(bucket, service.limits.presses_in_a_while), Bucket(bucket, service.limits.presses_an_hour)
    await refuse_while_full(tx, RefusalCode.TOO_MANY_REGISTRATIONS, *asked, counting=[bucket])


def _accepted_password(
    service: Registration,
    command: RegisterProvisionally,
    personal: PersonalDetails,
    chosen: ChosenPassword,
    proof: VerificationProof,
) -> Password:
    own = words_of_a_customer(
        account_id=command.account_id,
        nickname=personal.nickname,
        email_address=personal.email_address,
        numbers=[proof.customer_number],
    )
    try:
        password = check_password(
            chosen.password, service.password_policy, related=own | service.words_of_the_company
        )
    except InvalidValue:
        raise Refusal(RefusalCode.PASSWORD_NOT_ACCEPTED) from None
    if command.account_id.is_reserved(service.words_of_the_company):
        raise Refusal(RefusalCode.ACCOUNT_ID_TAKEN)
    return password


async def _registered(service: Registration, new: NewRegistration, pressed: PressedForm, token: str) -> UUID:
    """The key of the registration: of this one, or of its twin that was quicker. A corrected form, whose
    key was used, gets another.
    """
    async with service.database.transaction() as tx:
        await repository.lock_contract(tx, new.contract_key)
        known = await forms.find_forms(tx, pressed)
        if key := stored_outcome(pressed, new.contract_key, known):
            return key
        if any(form.registration_key == new.registration_key for form in known):
            new = replace(new, registration_key=new_key())
        registered_at = await _store(service, tx, new)
        order = service.provisionally_registered(
            new.registration_key, registered_at, new.email_address, token
        )
        await service.outbox.add(tx, order)
    return new.registration_key


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
    if owner != new.registration_key:
        await account_ids.hand_claim_to(tx, new.account_id, new.registration_key)
    return registered_at


async def _count(service: Registration, tx: Transaction, new: NewRegistration) -> datetime:
    """One more for contract and mail, and this instant; or TOO_MANY_REGISTRATIONS, which says when there is
    room again.
    """
    contract = service.buckets.of("registration", str(new.contract_key))
    asked = Bucket(contract, service.limits.registrations_a_day), *service.of_a_mail_to(new.email_address)
    counted = [each.name for each in asked]
    return await refuse_while_full(tx, RefusalCode.TOO_MANY_REGISTRATIONS, *asked, counting=counted)
