"""X34: whose charges are shown, the session alone says."""

from __future__ import annotations

import pytest
from support.scripted_services import Browser, Services
from unit.gateway.conftest import browser, logged_in, services, start_portal

from gateway.behind_login import is_behind_login
from gateway.routes import ROUTES
from messages.billing import RefusalCode, ShowStatement
from messages.identity import ShowSession

__all__ = ["browser", "logged_in", "services", "start_portal"]

GUARDED = sorted(
    {route.path.replace("{month}", "2026-08") for route in ROUTES if is_behind_login(route.handler)}
)
OTHERS = (
    "contract=4050607&customer_number=4050607&contract_key=4050607&account=4050607&session_assertion=4050607"
)


@pytest.mark.parametrize("path", GUARDED)
async def test_nothing_behind_the_login_is_shown_to_a_stranger(
    browser: Browser, services: Services, path: str
) -> None:
    """He is led to the log-in, and no service is asked."""
    answer = await browser.get(path)
    assert (answer.status, answer.headers.get("Location")) in (
        (303, "/login"),
        (303, "/charges"),
        (405, None),
    )
    assert services.asked == []


@pytest.mark.parametrize("path", GUARDED)
async def test_no_address_asks_for_another_contract(
    logged_in: Browser, services: Services, path: str
) -> None:
    """Neither by its query nor by a header or a cookie: each question carries the session's own assertion."""
    services.asked.clear()
    headers = {"X-User-ID": "4050607", "X-Contract": "4050607", "Authorization": "Bearer 4050607"}
    logged_in.client.session.cookie_jar.update_cookies(
        {"contract": "4050607"}, logged_in.client.make_url("/")
    )
    await logged_in.get(f"{path}?{OTHERS}", **headers)
    for asked in services.asked:
        assert "4050607" not in asked.model_dump_json()
        assert isinstance(asked, ShowSession) or getattr(asked, "session_assertion", "signed") == "signed"


@pytest.mark.parametrize("path", ["/charges/2026-08", "/charges/2019-12", "/charges/2026-13", "/charges/x"])
async def test_a_month_of_others_is_as_if_it_were_not_there(
    logged_in: Browser, services: Services, path: str
) -> None:
    """One page for another's, a missing one, one out of the window, one before 2020-07, and nonsense."""
    services.refuse(ShowStatement, RefusalCode.STATEMENT_NOT_FOUND)
    reference = await logged_in.get("/charges/2026-07")
    page = await logged_in.get(path)
    assert (page.status, reference.status) == (404, 404)
