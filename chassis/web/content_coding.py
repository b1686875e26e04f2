"""Which content coding an answer leaves in, as its reader asks by Accept-Encoding (RFC 9110, 12.5.3)."""

from __future__ import annotations

import re
from collections.abc import Sequence

IDENTITY, GZIP = "identity", "gzip"

_WEIGHT = re.compile(r"q=(0(?:[.][0-9]{0,3})?|1(?:[.]0{0,3})?)")  # 12.4.2
_SAME_AS = {"x-gzip": GZIP}  # 8.4.1.3
# Less than any weight that can be written: identity is acceptable, and all that is named comes before it.
_UNASKED = 0.0001


def preferred_coding(accept_encoding: str, available: Sequence[str]) -> str | None:
    """The coding of `available` that is liked best; of equals the first. None: the reader takes none of them.

    A reader without the header says "", which is answered with identity: he may take any coding, but those
    who never heard of one send the same.
    """
    weights = _weights(accept_encoding)
    of_others = weights.get("*")

    def weight(coding: str) -> float:
        unnamed = (_UNASKED if coding == IDENTITY else 0.0) if of_others is None else of_others
        return weights.get(coding, unnamed)

    best = max(available, key=weight)
    return best if weight(best) else None


def _weights(accept_encoding: str) -> dict[str, float]:
    """By coding, as the header names it first. A member that is not written by the grammar says nothing."""
    weights: dict[str, float] = {}
    for member in accept_encoding.lower().split(","):
        coding, *parameters = (part.strip(" \t") for part in member.split(";"))
        written = [_WEIGHT.fullmatch(parameter) for parameter in parameters or ["q=1"]]
        if coding and len(written) == 1 and written[0]:
            weights.setdefault(_SAME_AS.get(coding, coding), float(written[0][1]))
    return weights
