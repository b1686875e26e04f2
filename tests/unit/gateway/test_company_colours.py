"""A company's colours in the files that browsers load, and its services' pages on a statement."""

from __future__ import annotations

import re

import pytest
from support.scripted_services import SESSION, Browser, Services, StartPortal
from support.statement_files import Item, a_statement

from messages.billing import ShowStatement
from messages.colours import on_dark, on_light
from messages.company import CompanyProfile
from messages.identity import LogIn, ShowSession

USUAL = CompanyProfile()
GREEN = CompanyProfile(brand_colour="#00623A", brand_colour_dark="#9bd4b5")
DECLARED = re.compile(r"^ +(--(?:on-)?blue[a-z-]*): (#[0-9a-f]+);", re.MULTILINE)


async def loaded(start_portal: StartPortal, services: Services, name: str, company: CompanyProfile) -> str:
    """A file, as the company's portal sends it."""
    browser: Browser = await start_portal(services.bus, company=company)
    return (await browser.get(f"/static/{name}")).text


async def test_both_schemes_have_the_companys_colours_and_nothing_else_changes(
    start_portal: StartPortal, services: Services
) -> None:
    """The first company's blue stands nowhere."""
    ours = await loaded(start_portal, services, "style.css", USUAL)
    theirs = await loaded(start_portal, services, "style.css", GREEN)
    light, dark = on_light("#00623a"), on_dark("#9bd4b5")
    assert DECLARED.findall(theirs) == [
        ("--blue", light.main),
        ("--blue-dark", light.hovered),
        ("--blue-pale", light.pale),
        ("--on-blue", light.upon),
        ("--blue", dark.main),
        ("--blue-dark", dark.hovered),
        ("--blue-pale", dark.pale),
        ("--on-blue", dark.upon),
    ]
    of_blue = {colour for _, colour in DECLARED.findall(ours)} - {"#fff"}
    assert of_blue
    assert [colour for colour in of_blue if colour in theirs] == []
    without = [re.sub(rf"(?m){DECLARED.pattern}[^\n]*", "", text) for text in (ours, theirs)]
    assert without[0] == without[1]


async def test_the_first_companys_colours_are_the_sheets_own(
    start_portal: StartPortal, services: Services
) -> None:
    """As the design system has them."""
    declared = DECLARED.findall(await loaded(start_portal, services, "style.css", USUAL))
    of_main = [colour for name, colour in declared if name == "--blue"]
    assert of_main == [USUAL.brand_colour, USUAL.brand_colour_dark]


async def test_the_usual_logo_takes_the_colour(start_portal: StartPortal, services: Services) -> None:
    """Whoever draws his own chose its colours."""
    assert USUAL.brand_colour in await loaded(start_portal, services, "logo.svg", USUAL)
    theirs = await loaded(start_portal, services, "logo.svg", GREEN)
    assert GREEN.brand_colour in theirs
    assert USUAL.brand_colour not in theirs


@pytest.mark.parametrize("is_linked", [True, False])
async def test_a_group_of_lines_leads_to_the_page_of_its_service(
    start_portal: StartPortal, services: Services, is_linked: bool
) -> None:
    """Escaped, and without a handle on our window; others are words."""
    links = {"電話": "https://www.example.jp/?a=1&b=2"} if is_linked else {}
    company = CompanyProfile.model_validate({"service_links": links})
    services.answer(LogIn, SESSION)
    services.answer(ShowSession, SESSION)
    lines: list[Item] = [("電話", "月額", 10, 1), ("光", "月額", 10, 1)]
    services.answer(ShowStatement, a_statement(lines))
    browser = await start_portal(services.bus, company=company)
    await browser.post("/login", account_id="taro-01", password="x")
    page = (await browser.get("/charges/2026-10")).text
    link = '<a href="https://www.example.jp/?a=1&amp;b=2" rel="noopener">電話</a>'
    assert (link in page) == is_linked
    assert page.count('rel="noopener"') == is_linked
    assert 'colspan="2">光</th>' in page
