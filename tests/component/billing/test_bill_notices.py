"""Who is told that a month is there (ADR 0055)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.bill_notices import (
    OFF,
    WITH,
    WITHOUT,
    Account,
    announce,
    bill_in,
    choose,
    chosen,
    publish,
    said,
    told,
)
from support.billing_harness import HANAKO, TARO, Harness, an_assertion

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key
from messages.billing import BillNoticeChoice, ChooseBillNotice, RefusalCode, ShowBillNotice
from services.billing.notices.announce_published_months import announce_published_months
from services.billing.notices.choose_bill_notice import choose_bill_notice
from services.billing.notices.show_bill_notice import show_bill_notice


def received() -> DeliveryInfo:
    """A first delivery."""
    return DeliveryInfo(str(new_key()), 1)


async def test_nobody_is_told_who_did_not_choose_to_be(harness: Harness) -> None:
    """Opt-in."""
    taro = Account()
    assert await chosen(harness, taro) is OFF
    await harness.given_charges(["2026-10"])
    await announce(harness)
    assert await said(harness) == []


async def test_who_chose_is_told_once_of_a_month_with_the_amount_only_if_he_chose_it(
    harness: Harness,
) -> None:
    """Q26: an amount never leaves but to who asked for it, and sealed for notification."""
    taro, hanako = Account(), Account(HANAKO)
    await choose(harness, taro, WITH)
    await choose(harness, hanako, WITHOUT)
    await harness.given_charges(["2026-10"])
    await harness.given_charges(["2026-10"], HANAKO)
    await announce(harness)
    told_of = {event.account_key: bill_in(event) for event in await said(harness)}
    assert told_of[taro.key].amount_yen == 5_500
    assert told_of[hanako.key].amount_yen is None
    assert len({bill.stop_token for bill in told_of.values()}) == 2
    for row in await harness.run("SELECT body FROM outbox"):
        assert b"5500" not in row["body"]
        assert TARO.encode() not in row["body"]


async def test_a_choice_is_kept_changed_and_given_up_and_repeating_it_changes_nothing(
    harness: Harness,
) -> None:
    """A double click makes one effect (G17)."""
    taro = Account()
    for choice in (WITH, WITH, WITHOUT, WITHOUT, OFF, OFF):
        await choose(harness, taro, choice)
        assert await chosen(harness, taro) is choice
        rows = await harness.run("SELECT FROM bill_notice_subscribers")
        assert len(rows) == (choice is not OFF)


@pytest.mark.parametrize("again", ["published again", "unpublished and published again", "imported again"])
async def test_a_month_that_is_published_again_is_no_news(harness: Harness, again: str) -> None:
    """One mail for each customer and month, whatever the operator repeats."""
    taro = Account()
    await choose(harness, taro, WITHOUT)
    await harness.given_charges(["2026-10"])
    await announce(harness)
    if again == "unpublished and published again":
        await harness.run("DELETE FROM published_months")
    if again == "imported again":
        await harness.given_charges(["2026-10"])
    else:
        await publish(harness, "2026-10")
    await announce(harness)
    assert await told(harness) == [(taro.key, "2026-10")]


async def test_who_chose_after_the_month_was_published_hears_of_the_next_one(harness: Harness) -> None:
    """Also when the operator publishes the earlier one again."""
    await harness.given_charges(["2026-09"])
    taro = Account()
    await choose(harness, taro, WITHOUT)
    await announce(harness)
    await publish(harness, "2026-09")
    await announce(harness)
    assert await told(harness) == []
    await harness.given_charges(["2026-10"])
    await announce(harness)
    assert await told(harness) == [(taro.key, "2026-10")]


async def test_a_change_of_the_amount_makes_nobody_a_new_subscriber(harness: Harness) -> None:
    """He had chosen before the month was published, and still is told."""
    taro = Account()
    await choose(harness, taro, WITHOUT)
    await harness.given_charges(["2026-10"])
    await choose(harness, taro, WITH)
    await announce(harness)
    assert [bill_in(event).amount_yen for event in await said(harness)] == [5_500]


@pytest.mark.parametrize(
    ("month", "newest", "charges_from"),
    [
        ("2020-06", "2020-06", "2010-01"),
        ("2025-10", "2026-10", "2010-01"),
        ("2026-09", "2026-09", "2026-10"),
    ],
    ids=["before the first that is shown", "older than a year", "another holder's"],
)
async def test_nobody_is_told_of_a_month_that_he_cannot_open(
    harness: Harness, month: str, newest: str, charges_from: str
) -> None:
    """The link would lead to a page that is not there (T24, Q23)."""
    taro = Account(charges_from=charges_from)
    if newest != month:
        await harness.given_charges([newest])
        await announce(harness)
    await choose(harness, taro, WITHOUT)
    await harness.given_charges([month])
    await announce(harness)
    assert await told(harness) == []


async def test_nobody_is_told_who_has_no_statement_in_the_month(harness: Harness) -> None:
    """Whose contract is new, or ended."""
    await choose(harness, Account(HANAKO), WITHOUT)
    await harness.given_charges(["2026-10"])
    await announce(harness)
    assert await told(harness) == []


async def test_what_was_published_before_there_were_such_mails_is_no_news(harness: Harness) -> None:
    """The migration takes it as told."""
    await harness.given_charges(["2026-09"], publish=False)
    await harness.run(
        "INSERT INTO published_months (billing_month, announced_at) VALUES ('2026-09-01', now())"
    )
    await choose(harness, Account(), WITHOUT)
    await announce_published_months(harness.service)
    assert await told(harness) == []


@pytest.mark.parametrize("assertion", [an_assertion(lives=-1), an_assertion(signed_by="registration"), "x.y"])
async def test_nobody_chooses_or_looks_without_identitys_fresh_word(harness: Harness, assertion: str) -> None:
    """Nothing in a command says whose choice it is."""
    choice = BillNoticeChoice.WITH_AMOUNT
    for asked in (
        choose_bill_notice(
            harness.service, ChooseBillNotice(session_assertion=assertion, choice=choice), received()
        ),
        show_bill_notice(harness.service, ShowBillNotice(session_assertion=assertion), received()),
    ):
        with pytest.raises(Refusal) as refused:
            await asked
        assert refused.value.code == RefusalCode.SESSION_ENDED
    assert await harness.run("SELECT FROM bill_notice_subscribers") == []


async def test_a_month_is_announced_by_the_clock_of_the_database(harness: Harness) -> None:
    """Who chose a moment before the publication is told, who chose a moment after it is not."""
    before, after = Account(), Account(HANAKO)
    for account in (before, after):
        await choose(harness, account, WITHOUT)
        await harness.given_charges(["2026-10"], account.customer, publish=False)
    await publish(harness, "2026-10")
    statement = """
        UPDATE bill_notice_subscribers SET since = published_at + $2::interval FROM published_months
        WHERE account_key = $1
    """
    await harness.run(statement, before.key, timedelta(0))
    await harness.run(statement, after.key, timedelta(microseconds=1))
    await announce(harness)
    assert await told(harness) == [(before.key, "2026-10")]
