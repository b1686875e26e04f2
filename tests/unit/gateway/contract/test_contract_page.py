"""ご契約内容."""

from __future__ import annotations

from datetime import date
from functools import partial

from support.scripted_services import Browser, Services, the_contract

from messages import billing
from messages.billing import ChargesListed, ListCharges, ListedStatement, ShowStatement, StatementShown
from messages.contract_shown import ShowContract
from messages.identity import RefusalCode
from messages.values import BillingMonth

OCTOBER = BillingMonth(2026, 10)


def the_bill(services: Services, *names: str) -> None:
    """Billing has one, with lines of these services."""
    rows = (ListedStatement(billing_month=OCTOBER, amount_yen=0),)
    services.answer(
        ListCharges,
        ChargesListed(statements=rows, listed_months=12, first_listed_month=BillingMonth(2020, 7)),
    )
    lines = tuple(
        billing.ShownLine(service=name, item="月額", tax_rate_percent=0, amount_yen=0) for name in names
    )
    shown = StatementShown(
        billing_month=OCTOBER,
        published_on=date(2026, 10, 5),
        lines=lines,
        rate_totals=(),
        amount_yen=0,
        earlier=None,
        later=None,
    )
    services.answer(ShowStatement, shown)


async def test_it_shows_number_name_and_each_service_once(logged_in: Browser, services: Services) -> None:
    """And where to call."""
    services.says[ShowContract] = the_contract
    the_bill(services, "光インターネット", "光テレビ", "光インターネット", "")
    page = (await logged_in.get("/contract")).text
    assert "<dd>12345678</dd>" in page
    assert "アイコム　タロウ 様" in page
    assert page.count("<li>光インターネット</li>") == page.count("<li>光テレビ</li>") == 1
    assert "<li></li>" not in page
    assert 'href="tel:0748-66-0739"' in page


async def test_it_needs_no_billing(logged_in: Browser, services: Services) -> None:
    """A sentence stands where the services would."""
    services.says[ShowContract] = partial(the_contract, name=None)
    page = await logged_in.get("/contract")
    assert page.status == 200
    assert "ただいまサービスを表示できません。" in page.text
    assert "ただいま準備中です。" in page.text


async def test_before_the_first_bill_it_says_so(logged_in: Browser, services: Services) -> None:
    """As the list does."""
    services.says[ShowContract] = the_contract
    services.answer(
        ListCharges, ChargesListed(statements=(), listed_months=12, first_listed_month=BillingMonth(2020, 7))
    )
    assert "表示できるサービスはまだありません。" in (await logged_in.get("/contract")).text


async def test_without_identity_it_is_an_honest_503(logged_in: Browser, services: Services) -> None:
    """Nothing of it can be shown."""
    the_bill(services, "光テレビ")
    assert (await logged_in.get("/contract")).status == 503


async def test_a_session_that_ended_leads_to_the_log_in(logged_in: Browser, services: Services) -> None:
    """The gateway remembered it; identity knows better."""
    services.refuse(ShowContract, RefusalCode.SESSION_ENDED)
    assert (await logged_in.get("/contract")).headers["Location"] == "/login"


async def test_a_statement_can_do_without_the_name(logged_in: Browser, services: Services) -> None:
    """While identity is away, or of the last release, which does not know the question."""
    the_bill(services, "光テレビ")
    page = await logged_in.get("/charges/2026-10")
    assert page.status == 200
    assert "契約者名" not in page.text
    services.says[ShowContract] = the_contract
    assert "<dd>アイコム　タロウ 様</dd>" in (await logged_in.get("/charges/2026-10")).text


async def test_a_contract_s_strange_characters_are_escaped(logged_in: Browser, services: Services) -> None:
    """X36: a name of a service is the billing system's text."""
    services.says[ShowContract] = the_contract
    the_bill(services, "<b>光</b>")
    assert "<li>&lt;b&gt;光&lt;/b&gt;</li>" in (await logged_in.get("/contract")).text
