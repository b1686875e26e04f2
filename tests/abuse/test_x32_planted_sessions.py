"""X32: whoever plants a session or a pre-session has nothing of the log-in that follows."""

from __future__ import annotations

from support.registration_steps import up_to_step_3
from support.scripted_services import SESSION, Browser, Services, StartPortal
from unit.gateway.conftest import browser, services, start_portal

from chassis.security.tokens import new_token, token_hash
from messages.identity import ContractVerified, LogIn, LogOut, ShowSession, VerifyContract

__all__ = ["browser", "services", "start_portal"]


async def test_a_planted_session_is_replaced_and_ended(browser: Browser, services: Services) -> None:
    """A new token at each log-in; identity ends the one that the browser had."""
    services.answer(LogIn, SESSION)
    services.answer(ShowSession, SESSION)
    planted = new_token()
    browser.client.session.cookie_jar.update_cookies({"sid": planted}, browser.client.make_url("/"))
    await browser.post("/login", account_id="taro-01", password="x")
    assert browser.cookies()["sid"] != planted
    [log_in], [log_out] = services.were_asked(LogIn), services.were_asked(LogOut)
    assert log_out.session_token_hash == token_hash(planted) != log_in.session_token_hash


async def test_a_planted_pre_session_and_its_draft_end_with_the_log_in(
    start_portal: StartPortal, services: Services
) -> None:
    """The forms of before are refused, and the draft is nobody's any more."""
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    services.answer(LogIn, SESSION)
    services.answer(ShowSession, SESSION)
    victim = await start_portal(services.bus)
    mark = await up_to_step_3(victim)
    planted = {name: value for name, value in victim.cookies().items() if name in ("visitor", "draft")}
    old = victim.form_token()
    await victim.post("/login", account_id="taro-01", password="x")
    assert not planted.keys() & victim.cookies().keys()
    assert (await victim.get("/register/confirm")).headers["Location"] == "/register"
    assert (await victim.post("/logout", form_token=old)).headers["Location"] != "/login"
    assert (await victim.post("/register/confirm", draft=mark)).headers["Location"] == "/register"
