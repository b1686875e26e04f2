"""What a registration keeps in the browser."""

from __future__ import annotations

import secrets

from aiohttp import web

from chassis.process.clock import SystemClock
from chassis.security.sealing import Sealer
from chassis.security.tokens import new_key, new_token
from chassis.web.sealed_cookies import CookieBox
from gateway.registration.drafts import DRAFT, REGISTERED, Details, Draft, Proven
from messages.registration import ChosenPassword
from messages.values import (
    AccountId,
    CustomerNumber,
    EmailAddress,
    HolderKana,
    Nickname,
    Password,
    PhoneNumber,
)
from mypage.local.key_ring import KeyRing


def test_the_largest_draft_fits_into_a_browsers_4096_bytes() -> None:
    """Longest values, incompressible proof, and the attributes beside it."""
    key = new_key()
    password = ChosenPassword(password=Password("aB3" * 21))
    details = Details(
        registration_key=key,
        account_id=AccountId("".join(secrets.choice("!#$%&abcXYZ019") for _ in range(30))),
        password=Sealer(KeyRing.generate().sealing_public).seal(password, to="registration", bound_to=key),
        email_address=EmailAddress(
            f"{secrets.token_hex(32)}@{secrets.token_hex(30)}.{secrets.token_hex(30)}.{secrets.token_hex(25)}.jp"
        ),
        nickname=Nickname(
            "".join(
                chr(secrets.choice(range(0x20000, 0x2A000))) + "\u0301\u0302\u0303" * 3 for _ in range(20)
            )
        ),
    )
    proven = Proven(
        browser_token=new_token(),
        verification_proof=secrets.token_urlsafe(500),
        customer_number=CustomerNumber("9876543210"),
        phone_number=PhoneNumber("08012345678"),
        holder_kana=HolderKana("".join(chr(secrets.choice(range(0x30A1, 0x30F0))) for _ in range(100))),
    )
    response = web.Response()
    box = CookieBox(secrets.token_bytes(32), SystemClock(), label=b"test", https=True)
    box.keep(response, DRAFT, Draft(failures=9, proven=proven, details=details))
    assert len(response.cookies["__Host-draft"].OutputString()) < 4096


def test_a_registration_is_remembered_as_long_as_its_link_can_live() -> None:
    """Q13: 8 h for the mail to leave, and 24 h from then on."""
    assert REGISTERED.lifetime == 32 * 3600
