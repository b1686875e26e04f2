"""The QR code that an authenticator application reads, as a picture inside the page."""

from __future__ import annotations

from urllib.parse import quote

import segno

_DARK, _LIGHT = "#000000", "#ffffff"  # also in a browser's dark colours: cameras want it so
_QUIET_ZONE = 4  # modules (ISO/IEC 18004)


def address_for_application(secret: str, *, issuer: str, account_id: str) -> str:
    """What the picture says: the key, and under which name the application keeps it (Key URI Format)."""
    label = f"{quote(issuer, safe='')}:{quote(account_id, safe='')}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}"


def qr_picture(text: str) -> str:
    """A `data:` address of an SVG, without script and style, which no server is asked for."""
    made = segno.make(text, error="m", micro=False)
    return str(made.svg_data_uri(border=_QUIET_ZONE, dark=_DARK, light=_LIGHT, omitsize=True, nl=False))
