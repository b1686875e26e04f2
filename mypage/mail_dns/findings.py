"""What the doctor tells: a line for each thing that was looked at, and what to do where it is not well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How it stands."""

    WELL = "well"
    LOOK = "look"  # mails arrive, and not everywhere or not for ever; or it could not be looked at
    ILL = "ill"  # receivers refuse mails for it, or carriers drop them


@dataclass(frozen=True)
class Finding:
    """`what` is one thing of one domain or address; `seen` says what stands there; `do` is empty if all is
    well.
    """

    what: str
    health: Health
    seen: str
    do: str = ""


def well(what: str, seen: str) -> Finding:
    """Nothing to do."""
    return Finding(what, Health.WELL, seen)


def look(what: str, seen: str, do: str) -> Finding:
    """To be improved, or to be looked at with an option more."""
    return Finding(what, Health.LOOK, seen, do)


def ill(what: str, seen: str, do: str) -> Finding:
    """To be mended before customers are written to."""
    return Finding(what, Health.ILL, seen, do)
