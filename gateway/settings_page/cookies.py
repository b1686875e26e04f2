"""What 設定 remembers between two pages: contents of sealed cookies."""

from __future__ import annotations

from chassis.web.sealed_cookies import CookieContent, Purpose
from messages.values import EmailAddress, SecondFactorCode, Stored


class AskedAddress(CookieContent):
    """Where the mail went whose link is waited for: shown in full, so that a slip of the finger is seen."""

    email_address: Stored[EmailAddress]


class LinkOfMail(CookieContent):
    """The token of a link, taken out of its address (S5-1)."""

    token: str


class PasskeyOffer(CookieContent):
    """What a passkey that is added has to sign."""

    challenge: str


class NewRecoveryCodes(CookieContent):
    """On their way to the one page that shows them."""

    codes: tuple[Stored[SecondFactorCode], ...]


ASKED_ADDRESS = Purpose("asked-address", AskedAddress, 30 * 60)
ADDRESS_LINK = Purpose("address-link", LinkOfMail, 30 * 60)
UNDO_LINK = Purpose("undo-link", LinkOfMail, 30 * 60)
PASSKEY_OFFER = Purpose("passkey-offer", PasskeyOffer, 10 * 60)
NEW_RECOVERY_CODES = Purpose("recovery-codes", NewRecoveryCodes, 5 * 60)
