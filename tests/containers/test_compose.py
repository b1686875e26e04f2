"""docker-compose.yml from a fresh clone: what its head says, what customers do, and what operators do to it.

From top to bottom: each test finds what the ones above left.
"""

from __future__ import annotations

import asyncio
import json
import stat
from contextlib import suppress

import aiohttp
import pytest
from containers.arrangement import LASTING, Arrangement
from containers.engine.engines import Engine
from journeys.manual import expect_heading, log_in
from journeys.system import MONTHS, Customer, some_customers
from neighbours.whole_manual import take_the_whole_manual
from playwright.async_api import Browser, Error
from support.billing_exports import write_contracts, write_lines, write_statements

BACK_WITHIN = 120.0  # seconds


def test_the_head_of_the_file_leads_to_a_healthy_portal(arrangement: Arrangement) -> None:
    """Every container that is to go on running is healthy."""
    for service in LASTING:
        assert arrangement.inspect(service)["State"]["Health"]["Status"] == "healthy", service


def test_nobody_else_reads_the_secrets(arrangement: Arrangement) -> None:
    """Not the world: only the owner, and the components by their group."""
    secret = [arrangement.checkout / ".env", *(arrangement.checkout / ".data").rglob("mypage_*")]
    assert len(secret) > 10
    assert not [file for file in secret if file.stat().st_mode & stat.S_IRWXO]


def test_setting_up_again_changes_nothing(arrangement: Arrangement) -> None:
    """Keys and passwords that are in use are never made anew."""
    kept = {
        file: file.read_bytes()
        for file in (arrangement.checkout / ".env", *(arrangement.checkout / ".data").rglob("mypage_*"))
    }
    arrangement.engine.run("sh", "deploy/compose/setup.sh", "--dev", at=arrangement.checkout)
    assert {file: file.read_bytes() for file in kept} == kept


def test_an_older_env_is_given_the_passwords_that_are_new(arrangement: Arrangement) -> None:
    """By setting up again, as the runbook's upgrade does; no other line changes."""
    environment = arrangement.checkout / ".env"
    lines = environment.read_text().splitlines()
    [newest] = [line for line in lines if line.startswith("MYPAGE_GRAFANA_PASSWORD=")]
    environment.write_text(
        "\n".join(line for line in lines if line != newest)
    )  # and without a last line's end
    arrangement.engine.run("sh", "deploy/compose/setup.sh", at=arrangement.checkout)
    now = environment.read_text().splitlines()
    assert now[:-1] == [line for line in lines if line != newest]
    name, _, password = now[-1].partition("=")
    assert name == "MYPAGE_GRAFANA_PASSWORD"
    assert len(password) == len(newest.partition("=")[2])
    assert now[-1] != newest


def test_a_broken_file_is_reported_into_the_folder(arrangement: Arrangement) -> None:
    """`--report` has a place that can be written, and that the operator finds it in."""
    files = arrangement.checkout / "files"
    broken = files / "broken.csv"
    broken.write_text("お客様番号,契約区分\n1,個人\n", encoding="utf-8")
    broken.chmod(0o640)
    done = arrangement.operator("contracts", "import", "broken.csv", "--report", "problems.csv")
    assert done.returncode == 1, done.stderr
    assert "必要な列がありません" in (files / "problems.csv").read_text(encoding="utf-8-sig")


def test_an_operators_command_leaves_the_portal_alone(arrangement: Arrangement) -> None:
    """No container is started again for it, nor made anew."""
    before = {service: arrangement.inspect(service)["State"]["StartedAt"] for service in LASTING}
    assert arrangement.operator("dead", "list").returncode == 0
    assert {service: arrangement.inspect(service)["State"]["StartedAt"] for service in LASTING} == before


def _import_customers(arrangement: Arrangement) -> None:
    files, customers = arrangement.checkout / "files", some_customers(20)
    written = [
        write_contracts(files / "contracts.csv", customers),
        write_statements(files / "statements.csv", customers, MONTHS),
        write_lines(files / "lines.csv", customers, MONTHS),
    ]
    for file in written:
        file.chmod(0o640)
    for command in (
        ("contracts", "import", "contracts.csv"),
        ("charges", "import", "statements.csv", "lines.csv", "--publish"),
    ):
        done = arrangement.operator(*command)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def imported(arrangement: Arrangement) -> Arrangement:
    """With contracts and charges, by the operator's own commands."""
    _import_customers(arrangement)
    return arrangement


async def test_a_customer_walks_through_the_manual(imported: Arrangement, chromium: Browser) -> None:
    """By the labels, with the link of the mail, which `MYPAGE_PORT` alone has moved."""
    page = await chromium.new_page(locale="ja-JP")
    await take_the_whole_manual(page, imported)
    await page.close()


def test_no_letter_is_dead(imported: Arrangement) -> None:
    """The operator's user reads the dead queues."""
    done = imported.operator("dead", "list", "--json")
    assert done.returncode == 0, done.stderr
    assert not [queue for queue in json.loads(done.stdout) if queue["count"]]


async def test_every_published_port_is_of_use(imported: Arrangement) -> None:
    """Portal and mails; nothing that asks for a user whom nobody has."""
    published = {
        int(binding["HostPort"])
        for service in LASTING
        for bindings in imported.inspect(service)["NetworkSettings"]["Ports"].values()
        for binding in bindings or []
    }
    assert published == set(imported.ports[:2])
    async with aiohttp.ClientSession() as session:
        for port, page in zip(imported.ports, ("/login", "/readyz"), strict=False):
            async with session.get(f"http://127.0.0.1:{port}{page}") as answer:
                assert answer.status == 200


@pytest.mark.parametrize("service", LASTING)
def test_every_container_is_bounded(arrangement: Arrangement, service: str) -> None:
    """Memory, and the log on the disk."""
    host = arrangement.inspect(service)["HostConfig"]
    assert 0 < host["Memory"] <= 2**30
    assert host["LogConfig"]["Config"].keys() >= {"max-size", "max-file"}


async def _registered(arrangement: Arrangement, chromium: Browser) -> Customer:
    page = await chromium.new_page(locale="ja-JP")
    await take_the_whole_manual(page, arrangement)
    await page.close()
    return arrangement.latest


async def _sees_the_menu(arrangement: Arrangement, chromium: Browser, customer: Customer) -> None:
    page = await chromium.new_page(locale="ja-JP")
    async with asyncio.timeout(BACK_WITHIN):
        while True:  # neighbours of what was restarted may say 503 for a moment
            with suppress(AssertionError, Error):
                await log_in(page, arrangement, customer.account_id, customer.password)
                await expect_heading(page, "お客様メニューリスト")
                break
    await page.close()


async def test_the_portal_comes_back_after_a_restart_of_each(
    imported: Arrangement, chromium: Browser
) -> None:
    """One after the other, as in a night of updates."""
    customer = await _registered(imported, chromium)
    for service in LASTING:
        imported.compose("restart", service)
        await imported.healthy(service)
        await _sees_the_menu(imported, chromium, customer)


async def test_data_outlive_the_containers(imported: Arrangement, chromium: Browser) -> None:
    """`down` and `up`: who was registered logs in."""
    customer = await _registered(imported, chromium)
    imported.compose("down")
    imported.compose("up", "--wait")
    await _sees_the_menu(imported, chromium, customer)


def test_prometheus_and_grafana_look_at_all_of_it(imported: Arrangement) -> None:
    """The profile obs: five components and the broker are read, Grafana reaches what was read."""
    imported.compose("--profile", "obs", "up", "--wait", "prometheus", "grafana")
    asked = ("exec", "-T", "prometheus", "promtool", "query", "instant", "http://127.0.0.1:9090")
    for _ in range(30):
        up = imported.compose(*asked, "up").splitlines()
        if len([line for line in up if "=> 1 @" in line]) == 6:
            return
        imported.engine.run("sleep", "1")
    raise AssertionError("\n".join(up))


def test_without_a_mail_relay_compose_says_what_to_set(engine: Engine, arrangement: Arrangement) -> None:
    """Who sets up for customers is told the one thing that only they can know."""
    environment = arrangement.checkout / ".env"
    for_customers = arrangement.checkout / "for-customers.env"
    lines = environment.read_text().splitlines()
    for_customers.write_text(
        "\n".join(line for line in lines if not line.startswith(("MYPAGE_SMTP_URL", "COMPOSE_PROFILES")))
    )
    done = engine.try_to(
        "docker", "compose", "--env-file", for_customers, "config", "--quiet", at=arrangement.checkout
    )
    assert done.returncode != 0
    assert "MYPAGE_SMTP_URL" in done.stderr
    assert "relay" in done.stderr
