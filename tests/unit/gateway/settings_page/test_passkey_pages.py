"""パスキー: what the pages ask a browser for, and what becomes of its answers."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from support.scripted_services import Answer, Browser, Services

from chassis.security.sealing import Sealer
from chassis.security.tokens import token_hash
from messages.account_settings import RefusalCode as SettingsCode
from messages.passkeys import (
    AddPasskey,
    OfferPasskey,
    OwnPasskey,
    OwnPasskeys,
    PasskeyAdded,
    PasskeyOffered,
    PasskeyRemoved,
    PasskeysShown,
    RefusalCode,
    RemovePasskey,
    ShowPasskeys,
)
from messages.second_factor import RefusalCode as FactorCode
from messages.values import PasskeyName

KEY = UUID(int=5)
AT = datetime(2026, 11, 24, 1, 25, tzinfo=UTC)
KITCHEN = OwnPasskey(
    passkey_key=KEY,
    credential_id="aWQ",
    transports=("internal",),
    name=PasskeyName("台所の<b>"),
    made_at=AT,
    last_used_at=None,
)


def own(*passkeys: OwnPasskey, asks_for_code: bool = False) -> Any:
    """What identity answers, sealed for its asker."""

    def say(asked: ShowPasskeys) -> PasskeysShown:
        shown = OwnPasskeys(
            user_handle="aGFuZGxl", passkeys=passkeys, at_most=10, asks_for_code=asks_for_code
        )
        sealer = Sealer({"asker": asked.answer_key})
        return PasskeysShown(own=sealer.seal(shown, to="asker", bound_to=asked.session_token_hash))

    return say


@pytest.fixture
def at_localhost(logged_in: Browser, services: Services) -> Browser:
    """A customer who is logged in under the name at which browsers have passkeys, and has one."""
    logged_in.client.session.headers["Host"] = "localhost:8080"
    services.says[ShowPasskeys] = own(KITCHEN)
    return logged_in


async def offered(browser: Browser, services: Services, **typed: str) -> Answer:
    """[パスキーを登録する]."""
    services.answer(OfferPasskey, PasskeyOffered(session_renewed=False))
    return await browser.post("/settings/passkeys", password="Abcdef12", **typed)


def asked_of_the_browser(page: Answer) -> Any:
    """The options in the page."""
    found = re.search('data-options="([^"]*)"', page.text)
    assert found
    return json.loads(unescape(found[1]))


async def test_the_list_names_each_passkey_and_a_button_to_delete_it(
    at_localhost: Browser, services: Services
) -> None:
    """Its name as it was typed (X36), when it was made and last used."""
    page = await at_localhost.get("/settings/passkeys")
    assert "台所の&lt;b&gt;" in page.text
    assert "最後の利用：まだありません" in page.text
    assert f'name="passkey" value="{KEY}"' in page.text
    services.answer(RemovePasskey, PasskeyRemoved())
    answer = await at_localhost.post("/settings/passkeys/remove", passkey=str(KEY))
    assert (answer.status, answer.headers["Location"]) == (303, "/settings/passkeys")
    assert "パスキーを削除しました。" in (await at_localhost.get("/settings/passkeys")).text
    assert [each.passkey_key for each in services.were_asked(RemovePasskey)] == [KEY]


async def test_what_names_no_passkey_removes_none(at_localhost: Browser, services: Services) -> None:
    """Nobody is asked."""
    for text in ("", "x", "' OR 1=1"):
        answer = await at_localhost.post("/settings/passkeys/remove", passkey=text)
        assert (answer.status, answer.headers["Location"]) == (303, "/settings/passkeys")
    assert services.were_asked(RemovePasskey) == []


async def test_the_browser_is_asked_for_what_identity_will_judge(
    at_localhost: Browser, services: Services
) -> None:
    """Found without an ID, after making sure of its user; none that is there already; nothing of its
    maker.
    """
    answer = await offered(at_localhost, services)
    assert (answer.status, answer.headers["Location"]) == (303, "/settings/passkeys/new")
    asked = asked_of_the_browser(await at_localhost.get("/settings/passkeys/new"))
    [offer] = services.were_asked(OfferPasskey)
    assert offer.challenge_hash == token_hash(asked["challenge"])
    assert "Abcdef12" not in offer.model_dump_json()
    assert asked["rp"] == {"id": "localhost", "name": "あいコムこうか マイページ"}
    assert asked["user"] == {"id": "aGFuZGxl", "name": "taro-01", "displayName": "taro-01"}
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["attestation"] == "none"
    assert [each["id"] for each in asked["excludeCredentials"]] == ["aWQ"]


async def test_what_the_browser_made_goes_to_identity_sealed(
    at_localhost: Browser, services: Services
) -> None:
    """With the origin that it was made at, under a name that is there before anybody types."""
    await offered(at_localhost, services)
    services.answer(AddPasskey, PasskeyAdded())
    assert 'value="そのほかの端末"' in (await at_localhost.get("/settings/passkeys/new")).text
    nameless = await at_localhost.post("/settings/passkeys/new", credential="made", passkey_name=" ")
    assert (nameless.status, nameless.text.count("パスキーの名前を入力してください。")) == (422, 2)
    answer = await at_localhost.post("/settings/passkeys/new", credential="made", passkey_name="台所")
    assert (answer.status, answer.headers["Location"]) == (303, "/settings/passkeys")
    [added] = services.were_asked(AddPasskey)
    assert added.origin == "http://localhost:8080"
    assert "made" not in added.made.model_dump_json()
    assert "パスキーを登録しました。" in (await at_localhost.get("/settings/passkeys")).text
    again = await at_localhost.get("/settings/passkeys/new")
    assert (again.status, again.headers["Location"]) == (303, "/settings/passkeys")


@pytest.mark.parametrize("code", [RefusalCode.PASSKEY_NOT_MADE, RefusalCode.PASSKEY_KNOWN])
async def test_another_press_may_help(at_localhost: Browser, services: Services, code: str) -> None:
    """The page stays, with the name that was typed and one sentence."""
    await offered(at_localhost, services)
    services.refuse(AddPasskey, code)
    page = await at_localhost.post("/settings/passkeys/new", credential="x" * 60_000, passkey_name="台所")
    assert page.status == 422
    assert page.text.count('role="alert"') == 1
    assert 'value="台所"' in page.text


@pytest.mark.parametrize("code", [RefusalCode.PASSKEY_OFFER_ENDED, RefusalCode.TOO_MANY_PASSKEYS])
async def test_what_is_over_leads_back_to_the_password(
    at_localhost: Browser, services: Services, code: str
) -> None:
    """With one sentence."""
    await offered(at_localhost, services)
    services.refuse(AddPasskey, code)
    answer = await at_localhost.post("/settings/passkeys/new", credential="made", passkey_name="台所")
    assert (answer.status, answer.headers["Location"]) == (303, "/settings/passkeys")
    assert 'class="notice" role="status"' in (await at_localhost.get("/settings/passkeys")).text


async def test_without_the_password_no_browser_is_asked(at_localhost: Browser, services: Services) -> None:
    """An open screen is not enough: empty, wrong, tried too often, or the page opened by its address."""
    assert "パスワードを入力してください。" in (await at_localhost.post("/settings/passkeys")).text
    services.refuse(OfferPasskey, SettingsCode.WRONG_PASSWORD)
    page = await at_localhost.post("/settings/passkeys", password="Wrong-12")
    assert (page.status, "Wrong-12" in page.text) == (422, False)
    services.refuse(OfferPasskey, SettingsCode.TOO_MANY_PASSWORDS, retry_after_seconds=60)
    assert (await at_localhost.post("/settings/passkeys", password="x")).status == 429
    for answer in (
        await at_localhost.get("/settings/passkeys/new"),
        await at_localhost.post("/settings/passkeys/new", credential="made"),
    ):
        assert (answer.status, answer.headers["Location"]) == (303, "/settings/passkeys")
    assert services.were_asked(AddPasskey) == []


async def test_the_code_is_asked_for_where_the_second_factor_is_on(
    at_localhost: Browser, services: Services
) -> None:
    """Only there; it goes to identity sealed, and what is wrong with it stands beside its field."""
    assert 'name="code"' not in (await at_localhost.get("/settings/passkeys")).text
    services.says[ShowPasskeys] = own(asks_for_code=True)
    assert 'name="code"' in (await at_localhost.get("/settings/passkeys")).text
    empty = await at_localhost.post("/settings/passkeys", password="", code="")
    assert (empty.status, empty.text.count('class="problem"')) == (422, 2)
    short = await at_localhost.post("/settings/passkeys", password="Abcdef12", code="12345")
    assert (short.status, short.text.count("確認コードは6桁の数字で入力してください。")) == (422, 2)
    assert services.were_asked(OfferPasskey) == []
    await offered(at_localhost, services, code="123456")
    [offer] = services.were_asked(OfferPasskey)
    assert offer.code is not None
    assert offer.device is not None
    assert "123456" not in offer.model_dump_json()


@pytest.mark.parametrize(
    ("refusal", "wait"),
    [
        (FactorCode.SECOND_FACTOR_ASKED, None),
        (FactorCode.WRONG_CODE, None),
        (FactorCode.TOO_MANY_CODES, 60),
    ],
)
async def test_a_code_that_is_not_taken_is_asked_for_again(
    at_localhost: Browser, services: Services, refusal: str, wait: int | None
) -> None:
    """Also if the factor was turned on while the form without the field was open."""
    services.says[ShowPasskeys] = own(asks_for_code=True)
    services.refuse(OfferPasskey, refusal, retry_after_seconds=wait)
    page = await at_localhost.post("/settings/passkeys", password="Abcdef12")
    assert page.status == (429 if wait else 422)
    assert 'id="code-error"' in page.text
    assert (await at_localhost.get("/settings/passkeys/new")).status == 303


async def test_a_form_sent_twice_offers_one_passkey(at_localhost: Browser, services: Services) -> None:
    """Identity sees one challenge, so that no second code is asked for; another form has another."""
    for _ in range(2):
        page = (await at_localhost.get("/settings/passkeys")).text
        found = re.search('name="next_token" value="([^"]*)"', page)
        assert found
        for _ in range(2):
            await offered(at_localhost, services, next_token=found[1])
    hashes = [each.challenge_hash for each in services.were_asked(OfferPasskey)]
    assert hashes[0] == hashes[1] != hashes[2] == hashes[3]


async def test_ten_are_enough(at_localhost: Browser, services: Services) -> None:
    """The page says so, and asks for no password."""
    services.says[ShowPasskeys] = own(*[KITCHEN] * 10)
    page = await at_localhost.get("/settings/passkeys")
    assert "登録できるパスキーは10個までです。" in page.text
    assert 'name="password"' not in page.text


async def test_at_an_address_of_digits_the_page_says_why_there_are_none(
    logged_in: Browser, services: Services
) -> None:
    """As `make up` shows it; what is there may be deleted."""
    services.says[ShowPasskeys] = own(KITCHEN)
    page = await logged_in.get("/settings/passkeys")
    assert "いま開いているアドレスでは、パスキーを登録できません。" in page.text
    assert "localhost" in page.text
    assert 'name="password"' not in page.text
    assert "削除する" in page.text
