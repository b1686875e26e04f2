"""How a connection to a database server is asked for."""

from __future__ import annotations

import ssl
from itertools import count

import pytest

from chassis.database.route import DIRECT

ONE, TWO = "postgresql://u:p@one:5432/db", "postgresql://u:p@one:5432,two:5433/db"


@pytest.mark.parametrize(
    "url", [ONE, TWO, f"{TWO}?target_session_attrs=primary", "postgresql:///db"], ids=count()
)
def test_a_url_of_several_hosts_is_asked_for_as_it_stands(url: str) -> None:
    """A primary and its standby; asyncpg reads the URL itself."""
    assert DIRECT.arguments(url, {})["ssl"] is None


@pytest.mark.parametrize("url", [ONE, TWO], ids=count())
def test_a_certificate_that_is_to_be_verified_is_believed_by_the_systems_authorities(url: str) -> None:
    """Unless the URL names a file of its own."""
    asked = DIRECT.arguments(f"{url}?sslmode=verify-full", {})["ssl"]
    assert isinstance(asked, ssl.SSLContext)
    assert DIRECT.arguments(f"{url}?sslmode=verify-full&sslrootcert=/x.pem", {})["ssl"] is None
