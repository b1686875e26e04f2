"""ご利用規約, プライバシーポリシー, 外部送信について, アクセシビリティ方針: for everybody, of any company."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from support.scripted_services import Browser, Services, StartPortal

from chassis.messaging.memory import MemoryBus
from gateway.texts.frame import FOOTER_LINKS, TABS
from messages.billing import ListCharges
from messages.company import CompanyProfile
from messages.topology import TOPOLOGY

POLICIES = ["/terms", "/privacy", "/external-transmission", "/accessibility"]
_PAGE_FIELD = re.compile(r'\s*<input type="hidden" name="page" value="[^"]*">')
EACH_POLICY = pytest.mark.parametrize("path", POLICIES)
OTHER = CompanyProfile(
    name="みほんネット株式会社",
    short_name="みほんネット",
    service_name="みほんネット マイページ",
    postcode="〒100-0000",
    address="東京都みほん区1番",
    telephone="03-0000-0000",
    fax="03-0000-0001",
    mail_domain="mihon.example",
    copyright_line="© Mihon",
)


def footer(page: str) -> str:
    """The footer's HTML, without the mark of the page that is open."""
    found = page.partition("<footer")[2].partition("</footer>")[0]
    assert found
    return found.replace(' aria-current="page"', "")


def heading(page: str) -> str:
    """The page's only h1."""
    (only,) = re.findall("<h1>([^<]+)</h1>", page)
    return str(only)


@EACH_POLICY
async def test_each_policy_has_a_title_of_its_own_that_the_footer_names(browser: Browser, path: str) -> None:
    """E4, G2."""
    page = (await browser.get(path)).text
    name = dict(FOOTER_LINKS)[path]
    assert heading(page) == name
    assert f"<title>{name}｜あいコムこうか マイページ</title>" in page
    assert f'<a href="{path}" aria-current="page">{name}</a>' in page


@EACH_POLICY
async def test_the_headings_of_a_policy_skip_no_level(browser: Browser, path: str) -> None:
    """One h1, the rest below it in order; and the numbers in front of them, where there are some."""
    page = (await browser.get(path)).text
    levels = [int(level) for level in re.findall("<h([1-6])", page)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    numbers = [int(each) for each in re.findall(r"<h2>(\d+)\. ", page)]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_every_page_ends_with_the_same_help_and_the_policies(
    logged_in: Browser, services: Services, start_portal: StartPortal
) -> None:
    """E4, G16: strangers' pages, customers' pages and errors alike, the telephone once."""
    services.says.pop(ListCharges, None)
    stranger = await start_portal(services.bus)
    open_to_all = [*POLICIES, "/guide", "/login", "/register", "/register/already", "/nothing-here"]
    pages = [await stranger.get(path) for path in open_to_all]
    pages += [await logged_in.get(path) for path in ("/menu", "/charges", "/privacy", "/nothing-here")]
    assert {page.status for page in pages} == {200, 404, 503}
    (common,) = {_PAGE_FIELD.sub("", footer(page.text)) for page in pages}
    assert common.count("0748-66-0739</a>") == 1
    assert re.findall('<a href="(/[^"]*)">([^<]+)</a>', common) == list(FOOTER_LINKS)


@EACH_POLICY
async def test_policies_need_no_service(start_portal: StartPortal, path: str) -> None:
    """They can be read while everything else is away."""
    assert (await (await start_portal(MemoryBus(TOPOLOGY))).get(path)).status == 200


@EACH_POLICY
async def test_strangers_get_a_policy_packed_and_ask_whether_it_still_holds(
    browser: Browser, services: Services, path: str
) -> None:
    """ADR 0042: rendered once, and nobody is asked."""
    page = await browser.get(path)
    again = await browser.get(path, **{"If-None-Match": page.headers["ETag"]})
    assert (page.headers["Content-Encoding"], page.headers["Cache-Control"]) == ("gzip", "no-cache")
    assert (again.status, services.asked) == (304, [])


@EACH_POLICY
async def test_a_customer_keeps_his_tabs_and_his_name(logged_in: Browser, path: str) -> None:
    """And nobody stores a page with a name on it."""
    page = await logged_in.get(path)
    row = page.text.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    assert re.findall('<a href="([^"]+)"', row) == [address for address, _ in TABS]
    assert "&lt;そら&gt; 様" in page.text
    assert page.headers["Cache-Control"] == "no-store"


@EACH_POLICY
async def test_another_companys_policies_name_that_company_alone(
    start_portal: StartPortal, services: Services, path: str
) -> None:
    """No word of ours stands in a template."""
    page = (await (await start_portal(services.bus, company=OTHER)).get(path)).text
    usual = CompanyProfile()
    ours = [usual.name, usual.short_name, usual.address, usual.telephone, usual.mail_domain, "甲賀"]
    assert [word for word in ours if word in page] == []
    assert OTHER.service_name in page.partition("<main")[2]


@EACH_POLICY
async def test_every_link_of_a_policy_is_one_of_ours_and_leads_somewhere(browser: Browser, path: str) -> None:
    """G13: nothing is loaded from elsewhere, and nobody is led there."""
    page = (await browser.get(path)).text
    for link in re.findall(r'(?:href|src)="([^"]+)"', page):
        if link.startswith("#"):
            assert f'id="{link[1:]}"' in page, link
        elif not link.startswith("tel:"):
            assert link.startswith("/"), link
            assert (await browser.get(link)).status in (200, 303), link


@EACH_POLICY
async def test_a_policy_weighs_little(browser: Browser, path: str) -> None:
    """G14: with style sheet, script and logo below 50 kB, unpacked HTML."""
    page = (await browser.get(path)).text
    weight = len(page.encode())
    for link in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)):
        weight += int((await browser.get(link)).headers["Content-Length"])
    assert weight <= 50_000


@EACH_POLICY
async def test_a_policy_is_said_politely_and_in_plain_words(browser: Browser, path: str) -> None:
    """G8, G20."""
    page = (await browser.get(path)).text
    unwanted = [
        "不正",
        "無効",
        "禁止",
        "お手数",
        "下さい",
        "甲は",
        "乙は",
        "令和",
        "本規約",
        "当該",
        "及びその",
    ]
    assert [word for word in unwanted if word in page] == []
