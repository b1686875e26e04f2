"""Somebody who lost mailbox and password uses a code of the desk."""

from __future__ import annotations

from uuid import UUID

from chassis.security.sealing import Sealer
from chassis.security.tokens import new_key
from messages.enrolment import AccessRenewed, RenewAccess, RenewedAccess
from messages.identity import HolderDetails
from messages.values import CustomerNumber, EmailAddress, EnrolmentCode, HolderKana, Password, PhoneNumber
from services.identity.enrolment.renew_access import renew_access
from support.identity_harness import KANA, KEYS, NUMBER, PHONE, Harness, received


async def renew(
    harness: Harness,
    code: str,
    *,
    number: str = NUMBER,
    kana: str = KANA,
    password: str = "Zyxwvu98",
    mail: str = "neu@example.jp",
    form_key: UUID | None = None,
    network: str = "network",
) -> AccessRenewed:
    """[設定する]."""
    form_key = form_key or new_key()
    asked = RenewedAccess(
        holder=HolderDetails(
            customer_number=CustomerNumber(number),
            phone_number=PhoneNumber(PHONE),
            holder_kana=HolderKana(kana),
        ),
        code=EnrolmentCode(code),
        email_address=EmailAddress(mail),
        password=Password(password),
    )
    sealed = Sealer(KEYS.sealing_public).seal(asked, to="identity", bound_to=form_key)
    command = RenewAccess(form_key=form_key, client_network=network, asked=sealed)
    return await renew_access(harness.service, command, received())
