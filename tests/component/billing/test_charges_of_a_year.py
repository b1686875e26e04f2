"""ご利用料金 and its 明細 (T24, T25, Q20, Q21, Q23)."""

from __future__ import annotations

import pytest
from support.billing_harness import (
    DISCOUNT,
    HANAKO,
    INTERNET,
    MAGAZINE,
    RULE,
    TARO,
    TOWN_RADIO,
    Harness,
    an_assertion,
    months,
)

from chassis.messaging.refusal import Refusal
from messages.billing import RateTotal, RefusalCode, ShownLine
from messages.values import BillingMonth
from services.billing.publication.publish_month import NothingToPublish
from services.billing.statements.domain import WindowRule


async def refusal_of(harness: Harness, month: str, assertion: str | None = None) -> str:
    """The code with which a statement is not shown."""
    with pytest.raises(Refusal) as refused:
        await harness.shown(month, assertion)
    assert refused.value.retry_after_seconds is None
    return refused.value.code


async def test_thirty_stored_months_are_twelve_rows_newest_first(harness: Harness) -> None:
    """請求年月の新しい順に最大1年間 (T24)."""
    await harness.given_charges(months("2026-10", 30))
    assert await harness.listed_months() == months("2026-10", 12)


async def test_the_list_tells_the_two_numbers_that_the_pages_text_is_made_of(harness: Harness) -> None:
    """Q21."""
    listed = await harness.listed()
    assert (listed.listed_months, str(listed.first_listed_month)) == (12, "2020-07")
    assert listed.statements == ()


async def test_a_month_before_july_2020_is_imported_but_neither_listed_nor_opened(harness: Harness) -> None:
    """2020年7月以降 (T24, C6)."""
    await harness.given_charges(months("2020-12", 12))
    assert await harness.listed_months() == months("2020-12", 6)
    assert len(await harness.run("SELECT FROM statements WHERE billing_month < '2020-07-01'")) == 6
    assert await refusal_of(harness, "2020-06") == RefusalCode.STATEMENT_NOT_FOUND


async def test_other_numbers_of_the_operator_take_effect_in_list_and_statement(harness: Harness) -> None:
    """charges_window_months=3, charges_floor=2026-09."""
    await harness.given_charges(months("2026-10", 12))
    assert await harness.with_rule(WindowRule(3, RULE.floor)).listed_months() == months("2026-10", 3)
    high = harness.with_rule(WindowRule(3, BillingMonth(2026, 9)))
    assert await high.listed_months() == months("2026-10", 2)
    assert await refusal_of(high, "2026-08") == RefusalCode.STATEMENT_NOT_FOUND


async def test_an_imported_month_is_not_seen_before_it_is_published(harness: Harness) -> None:
    """Nor does it move the window."""
    await harness.given_charges(months("2026-10", 13))
    await harness.given_charges(["2026-11"], publish=False)
    assert await harness.listed_months() == months("2026-10", 12)
    assert await refusal_of(harness, "2026-11") == RefusalCode.STATEMENT_NOT_FOUND


async def test_publishing_a_month_moves_the_window_of_every_customer(harness: Harness) -> None:
    """Of one without a statement for that month, too (Q20)."""
    await harness.given_charges(months("2026-10", 13))
    await harness.given_charges(["2026-11"], HANAKO, publish=False)
    published = await harness.publish("2026-11")
    assert (published.statements, published.amount_yen) == (1, 5500)
    assert await harness.listed_months() == months("2026-10", 11)
    assert await harness.listed_months(an_assertion(HANAKO)) == ["2026-11"]


async def test_a_dry_run_of_a_publication_publishes_nothing(harness: Harness) -> None:
    """It tells what would be seen."""
    await harness.given_charges(["2026-10"], publish=False)
    assert (await harness.publish("2026-10", dry_run=True)).statements == 1
    assert await harness.listed_months() == []


async def test_a_month_without_statements_cannot_be_published(harness: Harness) -> None:
    """A slip of the finger would move everybody's window."""
    await harness.given_charges(["2026-10"])
    with pytest.raises(NothingToPublish, match="2062-10"):
        await harness.publish("2062-10")
    assert await harness.listed_months() == ["2026-10"]


async def test_a_month_that_is_published_twice_keeps_its_first_day(harness: Harness) -> None:
    """What customers have seen does not change."""
    await harness.given_charges(["2026-10"])
    await harness.run("UPDATE issued_statements SET issued_at = '2026-10-05T00:00:00Z'")
    await harness.publish("2026-10")
    assert (await harness.shown("2026-10")).published_on.isoformat() == "2026-10-05"


@pytest.mark.parametrize(
    ("published_at", "day"), [("2026-10-31T14:59:59Z", "2026-10-31"), ("2026-10-31T15:00:00Z", "2026-11-01")]
)
async def test_the_day_of_publication_is_the_day_in_japan(
    harness: Harness, published_at: str, day: str
) -> None:
    """Midnight in Japan is 15:00 UTC."""
    await harness.given_charges(["2026-10"])
    await harness.run("UPDATE issued_statements SET issued_at = ($1::text)::timestamptz", published_at)
    assert (await harness.shown("2026-10")).published_on.isoformat() == day


async def test_a_gap_is_no_row_and_is_stepped_over(harness: Harness) -> None:
    """Q20."""
    await harness.given_charges(["2026-10", "2026-08", "2026-07"])
    await harness.given_charges(["2026-09"], HANAKO)
    assert await harness.listed_months() == ["2026-10", "2026-08", "2026-07"]
    shown = await harness.shown("2026-08")
    assert (str(shown.earlier), str(shown.later)) == ("2026-07", "2026-10")
    assert await refusal_of(harness, "2026-09") == RefusalCode.STATEMENT_NOT_FOUND


async def test_a_statement_of_0_yen_is_a_row_and_a_page(harness: Harness) -> None:
    """Q20."""
    await harness.bring(harness.files().add(TARO, "2026-10"))
    assert [each.amount_yen for each in (await harness.listed()).statements] == [0]
    shown = await harness.shown("2026-10")
    assert (shown.lines, shown.rate_totals, shown.amount_yen) == ((), (), 0)


async def test_a_statement_shows_its_lines_in_order_and_its_totals_by_rate(harness: Harness) -> None:
    """Lines and taxes sum to the total (T25); negative lines and 対象外 are there (I6)."""
    await harness.bring(harness.files().add(TARO, "2026-10", INTERNET, DISCOUNT, MAGAZINE, TOWN_RADIO))
    shown = await harness.shown("2026-10")
    assert shown.lines[1] == ShownLine(
        service="光インターネット", item="セット割引", tax_rate_percent=10, amount_yen=-500
    )
    assert [line.amount_yen for line in shown.lines] == [5000, -500, 230, 500]
    assert shown.rate_totals == (
        RateTotal(tax_rate_percent=10, base_yen=4500, consumption_tax_yen=450),
        RateTotal(tax_rate_percent=8, base_yen=230, consumption_tax_yen=18),
        RateTotal(tax_rate_percent=0, base_yen=500, consumption_tax_yen=0),
    )
    taxes = sum(total.consumption_tax_yen for total in shown.rate_totals)
    assert sum(line.amount_yen for line in shown.lines) + taxes == shown.amount_yen == 5698


async def test_the_ends_of_the_window_have_no_link_out_of_it(harness: Harness) -> None:
    """Older statements are stored, but may not be opened."""
    await harness.given_charges(months("2026-10", 14))
    newest, oldest = await harness.shown("2026-10"), await harness.shown("2025-11")
    assert (str(newest.earlier), newest.later) == ("2026-09", None)
    assert (oldest.earlier, str(oldest.later)) == (None, "2025-12")


async def test_every_statement_that_may_not_be_opened_is_refused_alike(harness: Harness) -> None:
    """Out of the window, unpublished, another customer's, before the contract, before the floor, never made
    (T25).
    """
    await harness.given_charges(months("2026-10", 14))
    await harness.given_charges(["2026-11"], publish=False)
    await harness.given_charges(["2026-04"], HANAKO)
    newcomer = an_assertion(charges_from="2026-04")
    refusals = {
        await refusal_of(harness, "2025-10"),
        await refusal_of(harness, "2026-11"),
        await refusal_of(harness, "2026-10", an_assertion(HANAKO)),
        await refusal_of(harness, "2026-03", newcomer),
        await refusal_of(harness, "2020-06"),
        await refusal_of(harness, "2099-12"),
    }
    assert refusals == {RefusalCode.STATEMENT_NOT_FOUND}


async def test_a_holder_sees_nothing_of_the_one_before(harness: Harness) -> None:
    """The number passed on in April (Q23)."""
    await harness.given_charges(months("2026-10", 12))
    newcomer = an_assertion(charges_from="2026-04")
    assert await harness.listed_months(newcomer) == months("2026-10", 7)
    assert (await harness.shown("2026-04", newcomer)).earlier is None


async def test_each_customer_sees_only_his_own(harness: Harness) -> None:
    """The customer is whom identity names."""
    await harness.given_charges(["2026-10", "2026-09"])
    await harness.given_charges(["2026-08"], HANAKO)
    assert await harness.listed_months(an_assertion(HANAKO)) == ["2026-08"]
    assert await harness.listed_months(an_assertion("99")) == []


@pytest.mark.parametrize(
    "assertion",
    [an_assertion(lives=-1), an_assertion(signed_by="registration"), "", "a.b", an_assertion()[:-4] + "AAAA"],
)
async def test_without_a_fresh_word_of_identity_the_session_has_ended(
    harness: Harness, assertion: str
) -> None:
    """Expired, somebody else's, or made up."""
    await harness.given_charges(["2026-10"])
    for asked in (harness.listed_months, lambda word: harness.shown("2026-10", word)):
        with pytest.raises(Refusal) as refused:
            await asked(assertion or "-")
        assert refused.value.code == RefusalCode.SESSION_ENDED
