"""HAProxy in front of two gateways, with the sample of the runbook: TLS, HTTP/2, and checks of readiness."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from neighbours.conftest import MakePortal
from neighbours.portal import HOST, Portal
from neighbours.programs import filled, program, running
from neighbours.visitors import what_visitors_see_of_an_end
from neighbours.whole_manual import protocol_of, take_the_whole_manual
from playwright.async_api import Page
from support.own_forms import own_form
from support.private_authority import Authority, Certificate

from mypage.local.ports import free_ports

REDISPATCH = "    option redispatch 1          # a gateway that takes no connection: the other one, at once\n"


@pytest.fixture(scope="module")
async def portal(make_portal: MakePortal) -> Portal:
    """Two gateways, as they are shipped."""
    return await make_portal(f"https://{HOST}:{free_ports(1)[0]}", gateways=2)


def configuration(portal: Portal, certificate: Certificate, *leave_out: str) -> str:
    """The sample with our ports, perhaps without some of its lines."""
    first, second = portal.gateways
    first_admin, second_admin = portal.admin_ports
    values = {
        "bind :443": f"bind 127.0.0.1:{urlsplit(portal.url).port}",
        "/etc/haproxy/mypage.pem": certificate.both,
        "10.0.0.11:8080 check port 8081": f"{first} check port {first_admin}",
        "10.0.0.12:8080 check port 8081": f"{second} check port {second_admin}",
    }
    return filled("haproxy.cfg", values | dict.fromkeys(leave_out, ""))


@pytest.fixture(scope="module", params=[(), (REDISPATCH,)], ids=["the sample", "without a second try"])
async def haproxy(
    request: pytest.FixtureRequest, portal: Portal, certificate: Certificate, folder: Path
) -> AsyncIterator[None]:
    """The second one depends on its checks alone: there the drain must outlast them."""
    file = folder / "haproxy.cfg"
    file.write_text(configuration(portal, certificate, *request.param))
    port = urlsplit(portal.url).port or 0
    async with running([program("haproxy"), "-db", "-f", file], port=port, log=folder / "haproxy.log"):
        yield


@pytest.mark.usefixtures("haproxy")
async def test_a_gateway_that_ends_under_load_is_noticed_by_nobody(
    portal: Portal, authority: Authority
) -> None:
    """N7: not one 502, 503 or reset from SIGTERM until long after the gateway is gone."""
    assert await what_visitors_see_of_an_end(portal, authority) == {"GET 200", "POST 422"}


@pytest.mark.usefixtures("haproxy")
async def test_the_whole_manual_through_haproxy_by_http_2(portal: Portal, page: Page) -> None:
    """N1: links, cookies and origins fit the name that the browser knows."""
    await take_the_whole_manual(page, portal)
    assert await protocol_of(page) == "h2"


@pytest.mark.usefixtures("haproxy")
@pytest.mark.parametrize(("size", "status"), [(60_000, 422), (70_000, 413)])
async def test_both_refuse_the_same_bodies(
    portal: Portal, authority: Authority, size: int, status: int
) -> None:
    """What passes HAProxy passes the gateway."""
    ours = {"Host": urlsplit(portal.url).netloc, "Origin": portal.url}
    connector = aiohttp.TCPConnector(ssl=authority.client_context())
    page = f"https://127.0.0.1:{urlsplit(portal.url).port}/login"
    async with aiohttp.ClientSession(connector=connector, headers=ours) as session:
        cookie, token = await own_form(session, page.removesuffix("/login"), server_hostname=HOST)
        form = {"account_id": "x", "password": "x" * size} | token
        async with session.post(page, data=form, headers=cookie, server_hostname=HOST) as answer:
            assert answer.status == status
