"""What an operator is shown of a registration that waits (K12, K17)."""

from __future__ import annotations

from dataclasses import fields

from services.registration.saga.domain import StuckRegistration


def test_a_stuck_registration_names_nobody() -> None:
    """Printed on a screen: the key, where it stands and for how long, and nothing personal."""
    shown = {field.name for field in fields(StuckRegistration)}
    assert shown == {"registration_key", "state", "since", "seconds", "tries"}
