"""X5: whoever skips a step, or brings another browser's draft, is led back and registers nothing."""

from __future__ import annotations

import pytest
from support.registration_steps import DETAILS, HOLDER, up_to_step_2, up_to_step_3
from support.scripted_services import Browser, Services, StartPortal
from unit.gateway.conftest import browser, services, start_portal

from messages.identity import ContractVerified, VerifyContract
from messages.registration import CheckAccountId, RegisterProvisionally

__all__ = ["browser", "services", "start_portal"]

LATER = ("/register/account", "/register/confirm", "/register/done", "/activate", "/activate/done")


@pytest.mark.parametrize("path", LATER)
async def test_no_step_is_reached_without_the_one_before(
    browser: Browser, services: Services, path: str
) -> None:
    """By its address, and by sending its form."""
    for answer in (await browser.get(path), await browser.post(path, **DETAILS, draft="x", action="confirm")):
        assert answer.status in (303, 404, 405)
        assert answer.headers.get("Location", "/register") in ("/register", "/login")
    assert services.asked == []


async def test_nobody_checks_ids_without_a_proof(browser: Browser, services: Services) -> None:
    """X7: the check is no oracle for strangers."""
    assert (await browser.post("/api/account-id", account_id="taro-01")).status == 403
    assert services.were_asked(CheckAccountId) == []


async def test_the_draft_of_another_browser_registers_nothing(
    start_portal: StartPortal, services: Services
) -> None:
    """Neither its mark in a form of one's own, nor its cookie under another name."""
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    victim, thief = await start_portal(services.bus), await start_portal(services.bus)
    mark = await up_to_step_3(victim)
    assert (await thief.post("/register/confirm", draft=mark)).headers["Location"] == "/register"
    await up_to_step_2(thief)
    assert (await thief.post("/register/confirm", draft=mark)).headers["Location"] == "/register/account"
    thief.client.session.cookie_jar.update_cookies(
        {"registered": victim.cookies()["draft"]}, thief.client.make_url("/")
    )
    assert (await thief.get("/register/done")).headers["Location"] == "/register"
    assert services.were_asked(RegisterProvisionally) == []


async def test_a_tab_of_before_a_second_proof_is_told_so(browser: Browser, services: Services) -> None:
    """Q25."""
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    mark = await up_to_step_3(browser)
    await browser.post("/register", **HOLDER)
    answer = await browser.post("/register/confirm", draft=mark)
    assert answer.headers["Location"] == "/register/account"
    assert services.were_asked(RegisterProvisionally) == []
