"""From what kind of device somebody comes, as its browser names itself: to be shown to its owner, and trusted
by nobody.
"""

from __future__ import annotations

from aiohttp import web

from messages.values import Device

_SYSTEMS = (
    ("iPhone", "iphone"),
    ("iPod", "iphone"),
    ("iPad", "ipad"),
    ("Android", "android"),
    ("CrOS", "chromebook"),
    ("Windows", "windows"),
    ("Macintosh", "mac"),
    ("Linux", "linux"),
)
"""The first that is found counts: a device on Android names Linux, too."""

_BROWSERS = (
    (" Line/", "line"),
    ("YJApp", "yahoo"),
    (" GSA/", "google"),
    ("SamsungBrowser/", "samsung"),
    ("Edg/", "edge"),
    ("EdgA/", "edge"),
    ("EdgiOS/", "edge"),
    ("OPR/", "opera"),
    ("OPT/", "opera"),
    ("Firefox/", "firefox"),
    ("FxiOS/", "firefox"),
    ("CriOS/", "chrome"),
    ("Chrome/", "chrome"),
    ("Safari/", "safari"),
)
"""The same: almost every browser calls itself Chrome or Safari as well."""


def device_of(request: web.Request) -> Device:
    """Of any text that a browser may send, and of none."""
    return _device(request.headers.get("User-Agent", ""))


def _device(user_agent: str) -> Device:
    return Device.of(_first(_SYSTEMS, user_agent), _first(_BROWSERS, user_agent))


def _first(signs: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for sign, name in signs if sign in text), "")
