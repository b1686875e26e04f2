"""The prod overlay as it is rendered: every Deployment's command with its environment, mounts and probes, two
processes each, over TLS to broker and database. In this order, as in a cluster: applied, migrated, used,
rolled out, and killed one by one.
"""

from __future__ import annotations

import asyncio
import time

import pytest
from faults.customers import Customer, some_customers
from faults.load import import_customers
from journeys.manual import activate, expect_heading, press, register_provisionally
from playwright.async_api import Page, expect

from deployment.cluster import READY_WITHIN
from deployment.portal import Portal
from deployment.visitors import PER_SECOND, Visitors, customer_with_a_session
from mypage.local.databases import SERVICES

CUSTOMERS = some_customers(20, seed=12)
_SAID_WITHIN = 60.0  # seconds
_CUT = 0.1  # seconds in which a killed process's connections are torn down


async def _migrated(portal: Portal) -> Portal:
    """Applied and ready, whatever ran before this test."""
    cluster = portal.cluster
    if not cluster.pods:
        await cluster.apply()
        code, output = await cluster.run_job("migrate")
        assert code == 0, output
    await cluster.until_ready()
    return portal


async def _with_customers(portal: Portal) -> Portal:
    if not (portal.folder / "imported").exists():
        await import_customers(portal, CUSTOMERS)  # type: ignore[arg-type] - it asks for folder and database alone
    return portal


async def test_pods_wait_for_the_schema_and_the_job_orders_itself(portal: Portal) -> None:
    """Everything is applied at once: no pod of a service is ready, each says what it waits for, and none dies
    of it; the Job ends that.
    """
    cluster = portal.cluster
    await cluster.apply()
    waiting = [pod for service in SERVICES for pod in cluster.pods[service]]
    async with asyncio.timeout(_SAID_WITHIN):
        while not all("migrations to be applied" in pod.said for pod in waiting):
            await asyncio.sleep(0.1)
    assert not [pod.name for pod in waiting if pod.ready]
    code, output = await cluster.run_job("migrate")
    assert code == 0, output
    await cluster.until_ready()
    assert [pod.restarts for pod in cluster.all_pods()] == [0] * 10


async def test_the_whole_manual_is_taken(portal: Portal, page: Page) -> None:
    """By its labels, over TLS, with the link of the mail; and no alarm is given."""
    await _with_customers(await _migrated(portal))
    customer = CUSTOMERS[0]
    await register_provisionally(page, portal, customer)
    [mail] = await portal.sink.mails_to(customer.email_address, within=30)
    await activate(page, mail.activation_url, customer)
    await expect_heading(page, "本登録が完了しました。")
    await press(page, "そのままログイン")
    await expect_heading(page, "お客様メニューリスト")
    await page.locator("main nav").get_by_role("link", name="ご利用料金").click()
    await page.locator("tbody tr").nth(0).get_by_role("link", name="詳細").click()
    await expect(page.locator("h1")).to_contain_text("ご利用料金の明細")
    alarms = await portal.cluster.run_cron_job("alarms")
    assert {name: code for name, (code, _) in alarms.items()} == {
        "outbox": 0,
        "registrations": 0,
        "dead-letters": 0,
    }, alarms


async def test_a_rolling_update_fails_no_request(portal: Portal) -> None:
    """Every pod is replaced while fifty requests a second come and customers register; each old one ends well
    within its grace. Nothing helps: who is sent to a pod that has just left gets no second try.
    """
    await _with_customers(await _migrated(portal))
    cluster, old = portal.cluster, portal.cluster.all_pods()
    browsers = [await customer_with_a_session(portal, each) for each in CUSTOMERS[1:3]]
    portal.entrance.has_one_try = True
    async with Visitors(portal, browsers) as visitors:
        registering = asyncio.create_task(_register_one_after_the_other(portal, CUSTOMERS[3:8]))
        await cluster.roll_out()
        await cluster.until_ready()
        began = len(visitors.visits)
        while len(visitors.visits) < began + 2 * PER_SECOND:
            await asyncio.sleep(0.1)
        await registering
    portal.entrance.has_one_try = False
    portal.ledger.note("figure", "rolled_out", requests=len(visitors.visits), pods=len(old))
    assert visitors.failed() == {}, cluster.complaints("gateway")
    assert [entry for what in ("trouble", "no_answer") for entry in portal.ledger.told_of(what)] == []
    assert len(cluster.gone) == len(old) == 10
    assert {pod.name: (pod.exit_code, pod.was_killed) for pod in cluster.gone} == {
        pod.name: (0, False) for pod in old
    }
    for browser in browsers:
        await browser.close()


async def _register_one_after_the_other(portal: Portal, customers: list[Customer]) -> None:
    for customer in customers:
        browser = await customer_with_a_session(portal, customer)
        await browser.close()


@pytest.mark.parametrize("component", ["gateway", *SERVICES])
async def test_a_killed_process_fails_only_what_it_had_in_hand(portal: Portal, component: str) -> None:
    """SIGKILL to one of two: what is asked afterwards is answered by the other one, and the pod comes
    back.
    """
    await _with_customers(await _migrated(portal))
    victim = portal.cluster.pods[component][0]
    browser = await customer_with_a_session(portal, CUSTOMERS[8 + ["gateway", *SERVICES].index(component)])
    async with Visitors(portal, [browser]) as visitors:
        while len(visitors.visits) < PER_SECOND:
            await asyncio.sleep(0.05)
        await victim.kill()
        killed = time.monotonic()
        await asyncio.sleep(0.5)
        await portal.cluster.until_ready(READY_WITHIN)
    await browser.close()
    later = visitors.failed(begun_after=killed + _CUT)
    lost = visitors.failed().total() - later.total()
    portal.ledger.note("figure", "killed", component=component, requests=len(visitors.visits), in_hand=lost)
    assert later == {}, portal.cluster.complaints("gateway")
    assert victim.restarts >= 1
