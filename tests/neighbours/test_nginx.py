"""nginx in front of two gateways, with the sample of the runbook: TLS of a private authority, HTTP/2."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from neighbours.conftest import MakePortal
from neighbours.nginx import nginx
from neighbours.portal import HOST, Portal
from neighbours.visitors import what_visitors_see_of_an_end
from neighbours.whole_manual import protocol_of, take_the_whole_manual
from playwright.async_api import Page
from support.own_forms import own_form
from support.private_authority import Authority, Certificate

from mypage.local.ports import free_ports

HOST_LINE = "proxy_set_header Host $http_host;"


@pytest.fixture(scope="module")
async def portal(make_portal: MakePortal) -> Portal:
    """Two gateways, as they are shipped."""
    return await make_portal(f"https://{HOST}:{free_ports(1)[0]}", gateways=2)


@pytest.fixture
async def front(portal: Portal, certificate: Certificate, folder: Path) -> AsyncIterator[None]:
    """The sample as it is."""
    async with nginx(portal, certificate, folder):
        yield


@pytest.fixture
async def client(portal: Portal, authority: Authority) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that trusts the private authority alone."""
    ours = {"Host": urlsplit(portal.url).netloc, "Origin": portal.url}
    connector = aiohttp.TCPConnector(ssl=authority.client_context())
    base = f"https://127.0.0.1:{urlsplit(portal.url).port}"
    async with aiohttp.ClientSession(base, connector=connector, headers=ours) as session:
        yield session


@pytest.mark.smoke
@pytest.mark.usefixtures("front")
async def test_the_whole_manual_through_nginx_by_http_2(portal: Portal, page: Page) -> None:
    """N1: links, cookies and origins fit the name that the browser knows."""
    await take_the_whole_manual(page, portal)
    assert await protocol_of(page) == "h2"


@pytest.mark.usefixtures("front")
async def test_who_writes_x_forwarded_for_himself_is_limited_all_the_same(
    client: aiohttp.ClientSession,
) -> None:
    """X2: nginx writes the one line that counts, so ten guesses from one network are all."""
    said = []
    cookie, token = await own_form(client, "", server_hostname=HOST)
    for number in range(12):
        guess = {"customer_number": str(900_000 + number), "phone_number": "0748000000", "holder_kana": "ア"}
        forged = {"X-Forwarded-For": f"203.0.{number}.7"} | cookie
        async with client.post(
            "/register", data=guess | token, headers=forged, server_hostname=HOST
        ) as answer:
            said.append(answer.status)
    assert said[-1] == 429, said


@pytest.mark.usefixtures("front")
@pytest.mark.parametrize(("size", "status"), [(60_000, 422), (70_000, 413)])
async def test_both_refuse_the_same_bodies(client: aiohttp.ClientSession, size: int, status: int) -> None:
    """What passes nginx passes the gateway."""
    cookie, token = await own_form(client, "", server_hostname=HOST)
    form = {"account_id": "x", "password": "x" * size} | token
    async with client.post("/login", data=form, headers=cookie, server_hostname=HOST) as answer:
        assert answer.status == status


@pytest.mark.usefixtures("front")
async def test_a_gateway_that_ends_under_load_is_noticed_by_nobody(
    portal: Portal, authority: Authority
) -> None:
    """N7: nginx looks at no readiness, it only passes over who takes no connection."""
    assert await what_visitors_see_of_an_end(portal, authority) <= {"GET 200", "POST 422", "POST 429"}


async def test_a_forgotten_host_line_is_counted_and_logged(
    portal: Portal, certificate: Certificate, client: aiohttp.ClientSession, folder: Path
) -> None:
    """N5: all is answered 400; figure and log tell the operator what came and what should have come."""
    before = await portal.figure("mypage_foreign_hosts_total")
    async with (
        nginx(portal, certificate, folder, HOST_LINE),
        client.get("/login", server_hostname=HOST) as answer,
    ):
        assert answer.status == 400
    assert await portal.figure("mypage_foreign_hosts_total") == before + 1
    logs = "".join(portal.plant.logs()[name] for name in portal.plant.gateway_urls)
    [line] = [json.loads(line) for line in logs.splitlines() if "request.foreign_host" in line]
    assert (line["got"], line["wanted"]) == ("gateways", urlsplit(portal.url).netloc)
