"""Values for tests, built by name: a test says only what matters to it."""

from __future__ import annotations

from mypage.keys import KeyRing

__all__ = ["KeyRing"]
