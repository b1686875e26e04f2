"""Random bearer tokens. Only their hash is ever stored or sent (X17, X18)."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import uuid

from chassis.process.clock import SystemClock

_TOKEN = re.compile("[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """256 random bits, URL-safe, 43 characters."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Whether it has the shape of what `new_token` makes: else nobody need be asked about it."""
    return _TOKEN.fullmatch(text) is not None


def token_hash(token: str) -> str:
    """SHA-256 of a token, hex: enough for look-ups, useless to a reader, as the token has 256 bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_key() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): sorts by time, made here so that every PostgreSQL from 15 on will do."""
    milliseconds = int(SystemClock().now().timestamp() * 1000)
    raw = bytearray(milliseconds.to_bytes(6, "big") + os.urandom(10))
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    return uuid.UUID(bytes=bytes(raw))
