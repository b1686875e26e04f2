"""Every screen of the portal in every state, by name. A new screen is one function with `@screen` in one of
these modules; a route that no visit asks for is found by `tests/pages/test_catalogue.py`.
"""

from pages.catalogue import (
    activation,
    charges,
    customers,
    enrolment,
    errors,
    own_account,
    passkeys,
    recovery,
    registration,
    second_factor,
    settings,
    strangers,
)
from pages.catalogue.entries import SCREENS, Entry

__all__ = [
    "SCREENS",
    "Entry",
    "activation",
    "charges",
    "customers",
    "enrolment",
    "errors",
    "own_account",
    "passkeys",
    "recovery",
    "registration",
    "second_factor",
    "settings",
    "strangers",
]
