"""Names under which something personal is counted."""

from __future__ import annotations

import hashlib

from chassis.security.pseudonyms import Pseudonyms


def test_one_text_has_one_name_wherever_the_secret_is_the_same() -> None:
    """Replicas and restarts count together."""
    assert Pseudonyms("secret").of("number", "102030") == Pseudonyms("secret").of("number", "102030")


def test_texts_kinds_and_secrets_have_names_of_their_own() -> None:
    """So nothing can be joined, nor looked up in a table of all numbers."""
    names = {
        Pseudonyms(secret).of(kind, text)
        for secret in ("one", "another")
        for kind in ("number", "login")
        for text in ("102030", "102031")
    }
    assert len(names) == 8
    assert not any(hashlib.sha256(b"102030").hexdigest() in name for name in names)
