"""[メールを再送する] on registration's harness."""

from __future__ import annotations

from uuid import UUID

from messages.registration import CorrectedAddress, ProvisionallyRegistered, ResendActivationMail
from messages.values import EmailAddress
from services.registration.resending.resend_activation_mail import resend_activation_mail
from support.registration_harness import Harness, Registered, received


async def press_resend(harness: Harness, registration_key: UUID, corrected: str | None = None) -> UUID:
    """To the same address or a corrected one; the key that the page is answered with."""
    sealed = corrected and harness.sealer.seal(
        CorrectedAddress(email_address=EmailAddress(corrected)),
        to="registration",
        bound_to=registration_key,
    )
    command = ResendActivationMail(registration_key=registration_key, corrected=sealed or None)
    return (await resend_activation_mail(harness.service, command, received())).registration_key


async def resend(harness: Harness, registration_key: UUID, corrected: str | None = None) -> Registered:
    """The same, and what the customer has in hand then."""
    await press_resend(harness, registration_key, corrected)
    order = (await harness.said(ProvisionallyRegistered))[-1]
    mail = await harness.mail_order(order.registration_key)
    return Registered(order.registration_key, mail.activation_token)
