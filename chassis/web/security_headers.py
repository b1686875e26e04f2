"""The headers of every answer, pages and files alike (docs/requirements.md)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
_UNUSED_FEATURES = (
    "accelerometer",
    "ambient-light-sensor",
    "attribution-reporting",
    "autoplay",
    "battery",
    "bluetooth",
    "browsing-topics",
    "camera",
    "captured-surface-control",
    "compute-pressure",
    "cross-origin-isolated",
    "deferred-fetch",
    "deferred-fetch-minimal",
    "digital-credentials-get",
    "display-capture",
    "encrypted-media",
    "execution-while-not-rendered",
    "execution-while-out-of-viewport",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "keyboard-map",
    "language-detector",
    "language-model",
    "local-fonts",
    "local-network-access",
    "magnetometer",
    "mediasession",
    "microphone",
    "midi",
    "navigation-override",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "private-state-token-issuance",
    "private-state-token-redemption",
    "rewriter",
    "screen-wake-lock",
    "serial",
    "speaker-selection",
    "storage-access",
    "summarizer",
    "sync-xhr",
    "translator",
    "unload",
    "usb",
    "web-share",
    "window-management",
    "writer",
    "xr-spatial-tracking",
)
_OWN_FEATURES = ("publickey-credentials-create", "publickey-credentials-get")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(
        [f"{feature}=()" for feature in _UNUSED_FEATURES] + [f"{feature}=(self)" for feature in _OWN_FEATURES]
    ),
}
# Not no-referrer: it makes browsers send `Origin: null` with our own forms, and those without Sec-Fetch-Site
# would be locked out. Other sites learn nothing either way; a page whose address holds a token answers with
# no-referrer.
_USUAL_REFERRER_POLICY = "same-origin"
_TWO_YEARS = 63_072_000  # seconds


def security_headers(
    *, https: bool, server: str
) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """For `on_response_prepare`: adds the headers. A page's own Referrer-Policy and Cache-Control stay;
    `server` stands instead of the library's name and version.
    """

    async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(_HEADERS)
        response.headers["Server"] = server
        response.headers.setdefault("Referrer-Policy", _USUAL_REFERRER_POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Content-Security-Policy"] = f"{_CSP}; upgrade-insecure-requests" if https else _CSP
        if https:
            response.headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}; includeSubDomains"

    return add_headers
