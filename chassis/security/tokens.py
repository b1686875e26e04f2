"""Random bearer tokens. Only their hash is ever stored or sent (X17, X18)."""

from __future__ import annotations

import hashlib
import os
import secrets
import uuid

from chassis.process.clock import SystemClock


def new_token() -> str:
    """256 random bits, URL-safe, 43 characters."""
    return secrets.token_urlsafe(32)


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
