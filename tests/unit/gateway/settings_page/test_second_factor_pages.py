"""2段階認証 in 設定: set up, shown once, made anew, turned off."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from support.scripted_services import Browser, Services

from chassis.security.sealing import Sealer
from gateway.settings_page.qr_picture import address_for_application, qr_picture
from messages.account_settings import RefusalCode as SettingsCode
from messages.second_factor import (
    AddSecondFactor,
    BeginSecondFactorSetup,
    OneTimeSecret,
    RecoveryCodes,
    RecoveryCodesMade,
    RefusalCode,
    RemakeRecoveryCodes,
    RemoveSecondFactor,
    SecondFactorRemoved,
    SecondFactorSetupBegun,
    SecondFactorSetupShown,
    SecondFactorShown,
    ShowSecondFactor,
    ShowSecondFactorSetup,
)
from messages.values import SecondFactorCode

SECRET, PASSWORD, AREA = "ABCDEFGH" * 4, "Abcdef12", "/settings/second-factor"
CODES = tuple(SecondFactorCode(f"7K2M9QRT0VWX1YZ2AB34CDE{number}") for number in range(10))
OFF = SecondFactorShown(on_since=None, recovery_codes_left=0)
ON = SecondFactorShown(on_since=datetime(2026, 11, 29, tzinfo=UTC), recovery_codes_left=7)


def the_secret(asked: ShowSecondFactorSetup) -> SecondFactorSetupShown:
    """What identity answers, sealed for its asker."""
    asker, bound_to = Sealer({"asker": asked.answer_key}), asked.session_token_hash
    return SecondFactorSetupShown(
        secret=asker.seal(OneTimeSecret(secret=SECRET), to="asker", bound_to=bound_to)
    )


def the_codes(asked: Any) -> RecoveryCodesMade:
    """What identity answers, sealed for its asker."""
    asker, bound_to = Sealer({"asker": asked.answer_key}), asked.session_token_hash
    return RecoveryCodesMade(codes=asker.seal(RecoveryCodes(codes=CODES), to="asker", bound_to=bound_to))


@pytest.fixture
def customer(logged_in: Browser, services: Services) -> Browser:
    """Without a second factor so far; identity says yes to everything."""
    services.answer(ShowSecondFactor, OFF)
    services.answer(BeginSecondFactorSetup, SecondFactorSetupBegun())
    services.says[ShowSecondFactorSetup] = the_secret
    services.says[AddSecondFactor] = the_codes
    services.says[RemakeRecoveryCodes] = the_codes
    services.answer(RemoveSecondFactor, SecondFactorRemoved())
    return logged_in


async def test_the_page_says_whether_it_is_on(customer: Browser, services: Services) -> None:
    """And offers what may be done then."""
    off = (await customer.get(AREA)).text
    assert "設定を始める" in off
    services.answer(ShowSecondFactor, ON)
    on = (await customer.get(AREA)).text
    assert "設定を始める" not in on
    for words in ("7個", "回復コードを作り直す", "2段階認証を解除する", "2026年11月29日"):
        assert words in on


async def test_the_password_leads_to_the_key_as_picture_and_as_text(
    customer: Browser, services: Services
) -> None:
    """The picture is inside the page, without script or style; the password is on no queue in clear."""
    begun = await customer.post(AREA, password=PASSWORD)
    assert (begun.status, begun.headers["Location"]) == (303, f"{AREA}/setup")
    [asked] = services.were_asked(BeginSecondFactorSetup)
    assert PASSWORD not in asked.model_dump_json()
    page = (await customer.get(f"{AREA}/setup")).text
    assert "ABCD EFGH ABCD EFGH ABCD EFGH ABCD EFGH" in page
    assert 'src="data:image/svg+xml' in page
    assert "style=" not in page


async def test_the_first_code_leads_to_the_recovery_codes_once(customer: Browser) -> None:
    """A second look at the page finds none of them, nor does the browser keep them."""
    added = await customer.post(f"{AREA}/setup", code="123456")
    assert (added.status, added.headers["Location"]) == (303, f"{AREA}/codes")
    page = (await customer.get(f"{AREA}/codes")).text
    assert all(code.in_groups in page for code in CODES)
    assert "recovery-codes" not in customer.cookies()
    again = await customer.get(f"{AREA}/codes")
    assert (again.status, again.headers["Location"]) == (303, AREA)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (RefusalCode.SECOND_FACTOR_SETUP_OVER, "10分以上たったため"),
        (RefusalCode.SECOND_FACTOR_IS_ON, "すでに有効です。"),
    ],
)
async def test_a_setup_that_is_over_leads_back(
    customer: Browser, services: Services, code: str, words: str
) -> None:
    """With a sentence that says why."""
    services.refuse(AddSecondFactor, code)
    answer = await customer.post(f"{AREA}/setup", code="123456")
    assert (answer.status, answer.headers["Location"]) == (303, AREA)
    assert words in (await customer.get(AREA)).text


@pytest.mark.parametrize("typed", ["", "12345", "7K2M 9QRT"], ids=range(3))
async def test_what_can_be_no_code_turns_nothing_on(
    customer: Browser, services: Services, typed: str
) -> None:
    """The same key is shown again."""
    page = await customer.post(f"{AREA}/setup", code=typed)
    assert page.status == 422
    assert "ABCD EFGH" in page.text
    assert services.were_asked(AddSecondFactor) == []


async def test_a_wrong_first_code_keeps_the_key(customer: Browser, services: Services) -> None:
    """So that it can be typed again."""
    services.refuse(AddSecondFactor, RefusalCode.WRONG_CODE)
    page = await customer.post(f"{AREA}/setup", code="123456")
    assert page.status == 422
    assert '<a href="#code">' in page.text
    assert "ABCD EFGH" in page.text


async def test_password_and_code_make_new_codes(customer: Browser, services: Services) -> None:
    """Both sealed; the form's key tells a double click."""
    form = (await customer.get(f"{AREA}/new-codes")).text
    key = re.findall('name="form_key" value="([^"]+)"', form)[0]
    made = await customer.post(f"{AREA}/new-codes", form_key=key, password=PASSWORD, code="123456")
    assert made.headers["Location"] == f"{AREA}/codes"
    [asked] = services.were_asked(RemakeRecoveryCodes)
    assert str(asked.form_key) == key
    assert not any(secret in asked.model_dump_json() for secret in (PASSWORD, "123456"))


async def test_password_and_code_turn_it_off(customer: Browser, services: Services) -> None:
    """Pressed twice, it is off as well."""
    for _ in range(2):
        done = await customer.post(f"{AREA}/off", password=PASSWORD, code=CODES[0].in_groups)
        assert (done.status, done.headers["Location"]) == (303, AREA)
        assert "2段階認証を解除しました。" in (await customer.get(AREA)).text
        services.refuse(RemoveSecondFactor, RefusalCode.SECOND_FACTOR_IS_OFF)


@pytest.mark.parametrize(
    ("code", "wait", "status", "field"),
    [
        (SettingsCode.WRONG_PASSWORD, None, 422, "password"),
        (SettingsCode.TOO_MANY_PASSWORDS, 60, 429, "password"),
        (RefusalCode.WRONG_CODE, None, 422, "code"),
        (RefusalCode.TOO_MANY_CODES, 60, 429, "code"),
    ],
)
@pytest.mark.parametrize("page", ["off", "new-codes"])
async def test_identitys_no_stands_beside_its_field(
    customer: Browser, services: Services, page: str, code: str, wait: int | None, status: int, field: str
) -> None:
    """Nothing that was typed comes back."""
    for kind in (RemoveSecondFactor, RemakeRecoveryCodes):
        services.refuse(kind, code, retry_after_seconds=wait)
    answer = await customer.post(f"{AREA}/{page}", password=PASSWORD, code="123456")
    assert answer.status == status
    assert f'<a href="#{field}">' in answer.text
    assert "123456" not in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("page", ["off", "new-codes"])
async def test_what_is_missing_is_said_of_both_fields(customer: Browser, page: str) -> None:
    """At once (G3)."""
    answer = await customer.post(f"{AREA}/{page}")
    assert answer.status == 422
    assert '<a href="#password">' in answer.text
    assert '<a href="#code">' in answer.text


@pytest.mark.parametrize(
    ("code", "status"), [(SettingsCode.WRONG_PASSWORD, 422), (SettingsCode.TOO_MANY_PASSWORDS, 422)]
)
async def test_without_the_password_nothing_begins(
    customer: Browser, services: Services, code: str, status: int
) -> None:
    """Nor without anything typed."""
    assert (await customer.post(AREA)).status == 422
    services.refuse(BeginSecondFactorSetup, code)
    assert (await customer.post(AREA, password=PASSWORD)).status == status


def test_the_picture_says_the_key_and_the_account() -> None:
    """As applications read it; its own markup is an SVG without script or style."""
    address = address_for_application(SECRET, issuer="あいコム マイページ", account_id="taro:01")
    assert unquote(address) == (
        f"otpauth://totp/あいコム マイページ:taro:01?secret={SECRET}&issuer=あいコム マイページ"
    )
    picture = qr_picture(address)
    kind, _, data = picture.partition(",")
    text = b64decode(data).decode() if "base64" in kind else unquote(data)
    assert kind.startswith("data:image/svg+xml")
    assert {each.tag.rpartition("}")[2] for each in ElementTree.fromstring(text).iter()} == {"svg", "path"}
    assert "style" not in text
