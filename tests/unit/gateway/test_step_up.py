"""A press with the password gives the browser another token, however often it is sent."""

from __future__ import annotations

import asyncio
import re

import pytest
from aiohttp import ClientSession, DummyCookieJar
from support.own_forms import form_token_in
from support.scripted_services import SESSION, Browser, Services

from chassis.messaging.message import Outgoing
from chassis.messaging.refusal import Refusal
from chassis.messaging.topology import BROADCAST
from chassis.security.tokens import new_key, token_hash
from gateway.portal import PORTAL
from gateway.step_up import NEXT_TOKEN
from messages.account_settings import AddressChangeAsked, AskAddressChange, RefusalCode
from messages.identity import RefusalCode as IdentityCode
from messages.identity import SessionEnded, SessionShown, ShowSession

NEXT = re.compile('name="next_token" value="([^"]+)"')
TYPED = {"email_address": "new@example.jp", "password": "Abcdef12"}


class Identity:
    """One session, whose token is renewed, as identity does it."""

    def __init__(self, services: Services, browser: Browser) -> None:
        self.living = token_hash(browser.cookies()["sid"])
        services.says[ShowSession] = self.show
        services.says[AskAddressChange] = self.ask

    def show(self, query: ShowSession) -> SessionShown:
        """Of the living token alone."""
        if query.session_token_hash != self.living:
            raise Refusal(IdentityCode.SESSION_ENDED)
        return SESSION

    def ask(self, command: AskAddressChange) -> AddressChangeAsked:
        """The password is right."""
        if self.living not in (command.session_token_hash, command.next_token_hash):
            raise Refusal(IdentityCode.SESSION_ENDED)
        self.living = command.next_token_hash or self.living
        return AddressChangeAsked(expires_at=SESSION.ends_at, session_renewed=True)


@pytest.fixture
def identity(logged_in: Browser, services: Services) -> Identity:
    """Knows the browser's session."""
    return Identity(services, logged_in)


async def opened(browser: Browser) -> dict[str, str]:
    """The hidden fields of the form, as they stand on its page."""
    page = (await browser.get("/settings/address")).text
    [next_token] = NEXT.findall(page)
    return {"form_token": form_token_in(page), "next_token": next_token}


async def sent_by(browser: Browser, token: str, **fields: str) -> tuple[int, str, str]:
    """The form, in a request that left the browser while it had this token: status, whereto, the cookie that
    comes back.
    """
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"sid={token}"}
    url = browser.client.make_url("/settings/address")
    async with (
        ClientSession(cookie_jar=DummyCookieJar()) as client,
        client.post(url, data=fields, headers=headers, allow_redirects=False) as answer,
    ):
        cookie = answer.cookies["sid"].value if "sid" in answer.cookies else "untouched"
        return answer.status, answer.headers.get("Location", ""), cookie


async def test_the_browser_has_another_token_and_goes_on(logged_in: Browser, identity: Identity) -> None:
    """Nothing of it stands readable in the page, and the next pages know the customer."""
    old, fields = logged_in.cookies()["sid"], await opened(logged_in)
    answer = await logged_in.post("/settings/address", **TYPED, **fields)
    assert answer.headers["Location"] == "/settings/address/sent"
    new = logged_in.cookies()["sid"]
    assert new != old
    assert new not in fields["next_token"]
    assert identity.living == token_hash(new)
    assert (await logged_in.get("/settings/address/sent")).status == 200


async def test_the_old_token_is_not_served_from_memory(logged_in: Browser, identity: Identity) -> None:
    """X33: by this gateway at once, before any broadcast; the form was opened a moment ago."""
    old, fields = logged_in.cookies()["sid"], await opened(logged_in)
    await logged_in.post("/settings/address", **TYPED, **fields)
    url = logged_in.client.make_url("/settings/nickname")
    async with (
        ClientSession(cookie_jar=DummyCookieJar()) as thief,
        thief.get(url, headers={"Cookie": f"sid={old}"}, allow_redirects=False) as answer,
    ):
        assert (answer.status, answer.headers["Location"]) == (303, "/login")


async def test_other_gateways_forget_the_old_token_by_the_broadcast(
    logged_in: Browser, services: Services, identity: Identity
) -> None:
    """X33: one that was asked about the session, and had no part in its renewal."""
    assert (await logged_in.get("/settings/nickname")).status == 200
    old, identity.living = identity.living, token_hash("renewed at another gateway")
    assert (await logged_in.get("/settings/nickname")).status == 200
    event = SessionEnded(session_token_hash=old)
    await services.bus.publish(
        Outgoing(
            message_id=new_key(),
            type=event.type_name,
            exchange=BROADCAST,
            routing_key="",
            body=event.model_dump_json().encode(),
            mandatory=False,
        ),
        within=1,
    )
    async with asyncio.timeout(20):
        while (await logged_in.get("/settings/nickname")).status == 200:
            await asyncio.sleep(0.01)


async def test_each_form_has_a_token_of_its_own(logged_in: Browser, identity: Identity) -> None:
    """Two that are open name two."""
    portal_fields = [await opened(logged_in) for _ in range(2)]
    assert portal_fields[0]["next_token"] != portal_fields[1]["next_token"]


async def test_a_double_click_sends_the_same_form_before_the_answer_came(
    logged_in: Browser, identity: Identity
) -> None:
    """Both answers lead on, and bring the same token: it does not matter which of them arrives."""
    old, fields = logged_in.cookies()["sid"], await opened(logged_in)
    first, second = [await sent_by(logged_in, old, **TYPED, **fields) for _ in range(2)]
    assert first == second
    assert first[:2] == (303, "/settings/address/sent")
    assert token_hash(first[2]) == identity.living


async def test_a_double_click_sends_the_same_form_after_the_answer_came(
    logged_in: Browser, identity: Identity
) -> None:
    """The browser has the new token by now, and the form's own token is the old one's."""
    fields = await opened(logged_in)
    for _ in range(2):
        answer = await logged_in.post("/settings/address", **TYPED, **fields)
        assert (answer.status, answer.headers["Location"]) == (303, "/settings/address/sent")
    assert token_hash(logged_in.cookies()["sid"]) == identity.living


@pytest.mark.parametrize(
    "changed", [{"next_token": ""}, {"next_token": "x"}, {"password": ""}, {"email_address": ""}]
)
async def test_with_a_replaced_token_all_else_is_an_ended_session(
    logged_in: Browser, services: Services, identity: Identity, changed: dict[str, str]
) -> None:
    """Whoever holds the old token is shown nothing of its customer, and changes nothing."""
    old, fields = logged_in.cookies()["sid"], await opened(logged_in)
    await sent_by(logged_in, old, **TYPED, **fields)
    services.asked.clear()
    status, location, _ = await sent_by(logged_in, old, **{**TYPED, **fields, **changed})
    assert (status, location) == (303, "/login")
    assert services.were_asked(AskAddressChange) == []


async def test_a_wrong_password_with_a_replaced_token_is_an_ended_session(
    logged_in: Browser, services: Services, identity: Identity
) -> None:
    """The page with the sentence is the customer's."""
    old, fields = logged_in.cookies()["sid"], await opened(logged_in)
    await sent_by(logged_in, old, **TYPED, **fields)
    services.refuse(AskAddressChange, RefusalCode.WRONG_PASSWORD)
    assert (await sent_by(logged_in, old, **TYPED, **fields))[:2] == (303, "/login")


async def test_a_form_of_another_session_names_no_token(logged_in: Browser, services: Services) -> None:
    """Planted in a form of ours it would be known to whoever planted it (X32)."""
    planted = (await opened(logged_in))["next_token"]
    await logged_in.post("/login", account_id="hanako-1", password="x")
    services.answer(AskAddressChange, AddressChangeAsked(expires_at=SESSION.ends_at, session_renewed=True))
    await logged_in.post("/settings/address", **TYPED, next_token=planted)
    portal = logged_in.client.server.app[PORTAL]  # type: ignore[attr-defined]
    meant = portal.cookies.open(planted, NEXT_TOKEN)
    assert logged_in.cookies()["sid"] != meant.token


async def test_a_replaced_token_is_helped_by_its_own_form_alone(
    logged_in: Browser, services: Services, identity: Identity
) -> None:
    """Not by one that was shown to another session which lives."""
    fields = await opened(logged_in)
    await logged_in.post("/settings/address", **TYPED, **fields)
    services.asked.clear()
    portal = logged_in.client.server.app[PORTAL]  # type: ignore[attr-defined]
    dead = "d" * 43
    own = portal.form_tokens.of(f"session:{token_hash(dead)}")
    answer = await sent_by(logged_in, dead, **{**TYPED, **fields, "form_token": own})
    assert answer[:2] == (303, "/login")
    assert services.were_asked(AskAddressChange) == []


async def test_an_identity_of_the_release_before_renews_nothing(
    logged_in: Browser, services: Services
) -> None:
    """The browser keeps the token that works."""
    services.answer(AskAddressChange, AddressChangeAsked(expires_at=SESSION.ends_at))
    before = logged_in.cookies()["sid"]
    await logged_in.post("/settings/address", **TYPED, **await opened(logged_in))
    assert logged_in.cookies()["sid"] == before


async def test_another_tabs_form_is_taken_at_the_second_press(logged_in: Browser, identity: Identity) -> None:
    """It was shown to the session with its old token; what was typed is there."""
    fields, other = await opened(logged_in), await opened(logged_in)
    await logged_in.post("/settings/address", **TYPED, **fields)
    page = await logged_in.post("/settings/address", **TYPED, **other)
    assert page.status == 403
    assert 'value="new@example.jp"' in page.text
    again = {"form_token": form_token_in(page.text), "next_token": NEXT.findall(page.text)[0]}
    answer = await logged_in.post("/settings/address", **TYPED, **again)
    assert answer.headers["Location"] == "/settings/address/sent"
