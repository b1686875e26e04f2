"""Names under which something personal is counted: nobody who reads the table can tell whose they are, and
nobody can try all numbers, as it takes the service's own key (X18).
"""

from __future__ import annotations

import hashlib
import hmac


class Pseudonyms:
    """Keyed hashes (HMAC-SHA-256). `secret` is a secret of the service; the key is derived from it for
    this use alone. With another secret all names are new, and what was counted is forgotten.
    """

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"names of limits", hashlib.sha256)

    def of(self, kind: str, text: str) -> str:
        """The name of `text` among those of its kind."""
        named = hmac.new(self._key, f"{kind}:{text}".encode(), hashlib.sha256)
        return f"{kind}:{named.hexdigest()}"
