"""The body of a request as it was meant, whatever it was packed in. It is not the library that unpacks it: to
that a body that breaks off is a whole one, and one in a coding that it does not know a plain one.
"""

from __future__ import annotations

import zlib

from aiohttp import web

BODY = web.RequestKey("body", bytes)
"""The whole body, unpacked."""

_GZIP, _ZLIB, _RAW_DEFLATE = 31, 15, -15  # zlib's `wbits`


def unpacked(body: bytes, coding: str, *, at_most: int) -> bytes:
    """The body that was packed by `coding` (a Content-Encoding). Raises HTTPUnsupportedMediaType for a coding
    that is not known, HTTPRequestEntityTooLarge beyond `at_most` bytes, and HTTPBadRequest for a body that is
    not what its coding says.
    """
    name = coding.strip().lower()
    if name in ("", "identity") or (name in ("gzip", "deflate") and not body):
        return body
    if name == "gzip":
        return _inflated(body, _GZIP, at_most)
    if name == "deflate":  # with or without the frame that it should have
        return _inflated(body, _ZLIB if body[0] & 0x0F == 8 else _RAW_DEFLATE, at_most)
    raise web.HTTPUnsupportedMediaType


def _inflated(body: bytes, window: int, at_most: int) -> bytes:
    inflating = zlib.decompressobj(window)
    try:
        plain = inflating.decompress(body, at_most + 1)
    except zlib.error:
        raise web.HTTPBadRequest from None
    if len(plain) > at_most:
        raise web.HTTPRequestEntityTooLarge(max_size=at_most, actual_size=len(plain))
    if not inflating.eof or inflating.unused_data:
        raise web.HTTPBadRequest
    return plain
