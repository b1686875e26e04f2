"""What every form asks."""

from __future__ import annotations

import pytest

from gateway.forms import InvalidForm, require_filled


def test_fields_that_only_must_be_filled_are_not_judged() -> None:
    """At the login screen only the stored hash knows what is right."""
    require_filled({"password": "ｘ"}, "password")
    with pytest.raises(InvalidForm):
        require_filled({"password": ""}, "password")
