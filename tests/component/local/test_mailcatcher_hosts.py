"""A page elsewhere that makes its own name point at this machine must not read the caught mails."""

import aiohttp
import pytest
from yarl import URL

from messages.company import CompanyProfile
from mypage.local.mailcatcher.server import MailCatcher

OWN = ("127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}")
FOREIGN = (
    "rebound.example:{port}",
    "127.0.0.1.rebound.example:{port}",
    "localhost.rebound.example:{port}",
    "localhost.:{port}",
    "127.0.0.1",
    "localhost:1",
    "localhost:{port}@rebound.example",
    "192.0.2.1:{port}",
    "localhost:",
    "localhost:{port}x",
    "",
)

USUAL = CompanyProfile()


async def answered(host: str, path: str = "/api/mails", company: CompanyProfile = USUAL) -> tuple[int, str]:
    """Status and text of a running catcher to a request that names this host."""
    catcher = MailCatcher(directory=None, http_port=0, company=company)
    await catcher.start()
    try:
        named = {"Host": host.format(port=URL(catcher.page_url).port)}
        address = catcher.page_url.rstrip("/") + path
        async with aiohttp.ClientSession() as visitor, visitor.get(address, headers=named) as response:
            return response.status, await response.text()
    finally:
        await catcher.stop()


async def test_another_company_has_its_own_colour() -> None:
    """Whose mails they are is seen at once; nothing stays blue."""
    green = CompanyProfile(brand_colour="#1f6b3a")
    _, style = await answered("localhost:{port}", "/inbox.css", green)
    assert style.count(green.brand_colour) == 2
    assert USUAL.brand_colour not in style
    _, usual = await answered("localhost:{port}", "/inbox.css")
    assert USUAL.brand_colour in usual


@pytest.mark.parametrize("host", OWN)
async def test_the_names_of_this_machine_are_served(host: str) -> None:
    """A person who types one of them reads the mails."""
    assert (await answered(host))[0] == 200


@pytest.mark.parametrize("host", FOREIGN)
async def test_any_other_name_is_refused_in_words(host: str) -> None:
    """Another name, or another port, gets no mail and one sentence that says which address to open."""
    status, text = await answered(host)
    assert status == 421
    assert "http://localhost:" in text


async def test_a_page_that_does_not_exist_is_refused_too() -> None:
    """A foreign name does not even learn which pages there are."""
    assert (await answered("rebound.example:{port}", "/nothing"))[0] == 421
