"""Another provider's name, address and telephone stand on every page as soon as they are set."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
from support.scripted_services import SESSION, Answer, Browser, Services, StartPortal

from messages import billing, identity, registration
from messages.billing import ChargesListed, ListCharges, ListedStatement, ShowStatement, StatementShown
from messages.company import CompanyProfile
from messages.identity import ContractVerified, LogIn, LogInWithProof, ShowSession, VerifyContract
from messages.registration import (
    Activate,
    Activated,
    ActivationShown,
    CheckAccountId,
    ProvisionalAccountShown,
    ProvisionalRegistrationAccepted,
    ProvisionalState,
    RegisterProvisionally,
    ShowActivation,
    ShowProvisionalAccount,
)
from messages.values import AccountId, BillingMonth

OTHER = CompanyProfile(
    name="株式会社 みほんネット",
    short_name="みほんネット",
    service_name="みほんネット マイページ",
    postcode="〒100-0001",
    address="東京都千代田区千代田1番1号",
    telephone="03-1234-5678",
    fax="03-1234-5679",
    mail_domain="mihon.example",
    opening_hours="平日 9時から17時まで",
    copyright_line="Copyright © mihon",
)
NOT_SHOWN = {"guessable_words", "logo_svg", "brand_colour", "brand_colour_dark", "service_links"}
HOLDER = {"customer_number": "102030", "phone_number": "0901234567", "holder_kana": "ソラ"}
DETAILS = {
    "account_id": "taro-01",
    "password": "kirakiraBoshi7",
    "email_address": "sora@gmial.com",
    "nickname": "そら",
}


async def registration_pages(browser: Browser, services: Services) -> AsyncIterator[Answer]:
    """Steps 1 to 4, each page once with and once without trouble."""
    services.refuse(VerifyContract, identity.RefusalCode.CONTRACT_MISMATCH)
    for _ in range(2):
        yield await browser.post("/register", **HOLDER)
    yield await browser.get("/register/already")
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    await browser.post("/register", **HOLDER)
    page = await browser.get("/register/account")
    yield page
    services.refuse(CheckAccountId, registration.RefusalCode.TOO_MANY_ID_CHECKS)
    yield await browser.post("/register/account", **DETAILS, draft=page.hidden_mark, action="check")
    await browser.post("/register/account", **DETAILS, draft=page.hidden_mark, action="confirm")
    yield await browser.get("/register/confirm")
    services.says[RegisterProvisionally] = lambda request: ProvisionalRegistrationAccepted(
        registration_key=request.registration_key
    )
    await browser.post("/register/confirm", draft=page.hidden_mark)
    for state in ProvisionalState:
        shown = ProvisionalAccountShown(
            state=state, activation_deadline=datetime(2026, 11, 24, 1, 25, tzinfo=UTC)
        )
        services.answer(ShowProvisionalAccount, shown)
        yield await browser.get("/register/done")


async def activation_pages(browser: Browser, services: Services) -> AsyncIterator[Answer]:
    """Steps 5 and 6, and each way in which a link ends."""
    for code in (
        registration.RefusalCode.ACTIVATION_UNKNOWN,
        registration.RefusalCode.ACTIVATION_EXPIRED,
        registration.RefusalCode.ACTIVATION_SUPERSEDED,
        registration.RefusalCode.ALREADY_ACTIVATED,
    ):
        await browser.get(f"/activate/{secrets.token_urlsafe(32)}")
        services.refuse(ShowActivation, code)
        yield await browser.get("/activate")
    services.answer(ShowActivation, ActivationShown(activation_deadline=None))
    yield await browser.get("/activate")
    services.answer(Activate, Activated(account_id=AccountId("taro-01"), login_proof="signed"))
    await browser.post("/activate", password="x")
    yield await browser.get("/activate/done")
    yield await browser.get("/login/preparing")
    services.refuse(LogInWithProof, identity.RefusalCode.ACCOUNT_FROZEN)
    yield await browser.post("/login/continue")


async def login_pages(browser: Browser, services: Services) -> AsyncIterator[Answer]:
    """The login screen, also when it refuses, and the menu."""
    yield await browser.get("/login")
    for code in identity.RefusalCode:
        services.refuse(LogIn, code)
        yield await browser.post("/login", account_id="taro-01", password="x")
    services.answer(LogIn, SESSION)
    services.answer(ShowSession, SESSION)
    await browser.post("/login", account_id="taro-01", password="x")
    yield await browser.get("/menu")


async def charges_pages(browser: Browser, services: Services) -> AsyncIterator[Answer]:
    """The list and a statement, there and away."""
    yield await browser.get("/charges")
    month = BillingMonth(2026, 10)
    rows = (ListedStatement(billing_month=month, amount_yen=5_500),)
    services.answer(
        ListCharges,
        ChargesListed(statements=rows, listed_months=12, first_listed_month=BillingMonth(2020, 7)),
    )
    yield await browser.get("/charges")
    line = billing.ShownLine(service="光インターネット", item="月額", tax_rate_percent=10, amount_yen=5_000)
    total = billing.RateTotal(tax_rate_percent=10, base_yen=5_000, consumption_tax_yen=500)
    shown = StatementShown(
        billing_month=month,
        published_on=date(2026, 10, 5),
        lines=(line,),
        rate_totals=(total,),
        amount_yen=5_500,
        earlier=None,
        later=None,
    )
    services.answer(ShowStatement, shown)
    yield await browser.get("/charges/2026-10")
    services.refuse(ShowStatement, billing.RefusalCode.STATEMENT_NOT_FOUND)
    yield await browser.get("/charges/2026-10")


async def every_page(browser: Browser, services: Services) -> list[Answer]:
    """Each page of the portal, and what each says when it is refused."""
    pages = [await browser.get(path) for path in ("/guide", "/register", "/nothing")]
    for area in (registration_pages, activation_pages, login_pages, charges_pages):
        pages += [page async for page in area(browser, services)]
    return pages


async def test_with_another_profile_nothing_of_the_default_company_shows_on_any_page(
    start_portal: StartPortal, services: Services
) -> None:
    """The guide and the sentences of refusals included; the example of a name in kana is the manual's."""
    browser = await start_portal(services.bus, company=OTHER)
    default = CompanyProfile().model_dump(exclude=NOT_SHOWN | {"opening_hours", "opening_hours_english"})
    for page in await every_page(browser, services):
        assert [text for text in default.values() if text in page.text] == []


async def test_the_whole_profile_stands_in_the_footer(start_portal: StartPortal, services: Services) -> None:
    """Opening hours too, since they are set."""
    page = await (await start_portal(services.bus, company=OTHER)).get("/login")
    shown = OTHER.model_dump(exclude=NOT_SHOWN | {"short_name", "mail_domain"})
    assert [text for text in shown.values() if text not in page.text] == []


async def test_one_field_may_be_set_in_the_environment(
    start_portal: StartPortal, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others stay as they are."""
    monkeypatch.setenv("MYPAGE_COMPANY__TELEPHONE", "03-1234-5678")
    page = await (await start_portal(services.bus)).get("/login")
    assert "TEL 03-1234-5678" in page.text
    assert "株式会社 あいコムこうか" in page.text


async def test_of_opening_hours_that_are_not_set_nothing_is_said(browser: Browser) -> None:
    """The manual names none."""
    assert "受付時間" not in (await browser.get("/login")).text


async def test_the_default_company_stands_on_every_page(browser: Browser, services: Services) -> None:
    """The manual's telephone number to the letter."""
    pages = await every_page(browser, services)
    assert all("TEL 0748-66-0739" in page.text for page in pages)
