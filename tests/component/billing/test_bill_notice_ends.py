"""How the mails about published months end: by their link, with the account, with the contract (ADR 0055)."""

from __future__ import annotations

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
    stop,
    told,
)
from support.billing_harness import HANAKO, Harness

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key, new_token
from messages.billing import RefusalCode
from messages.identity import AccountClosed, ContractReplaced
from services.billing.notices.on_account_closed import on_account_closed
from services.billing.notices.on_contract_replaced import on_contract_replaced


def received() -> DeliveryInfo:
    """A first delivery."""
    return DeliveryInfo(str(new_key()), 1)


async def test_the_link_of_a_mail_stops_these_mails_and_may_be_followed_again(harness: Harness) -> None:
    """RFC 8058: without a log-in; afterwards the settings show it."""
    taro = Account()
    await choose(harness, taro, WITH)
    await harness.given_charges(["2026-09"])
    await announce(harness)
    token = bill_in((await said(harness))[0]).stop_token
    for _ in range(2):
        await stop(harness, token)
        assert await chosen(harness, taro) is OFF
    await harness.given_charges(["2026-10"])
    await announce(harness)
    assert await told(harness) == [(taro.key, "2026-09")]
    await choose(harness, taro, WITHOUT)
    await stop(harness, token)  # of an older mail, and still the same wish
    assert await chosen(harness, taro) is OFF


async def test_a_link_that_no_mail_had_stops_nothing(harness: Harness) -> None:
    """Guessing 256 bits."""
    taro = Account()
    await choose(harness, taro, WITH)
    with pytest.raises(Refusal) as refused:
        await stop(harness, new_token())
    assert refused.value.code == RefusalCode.STOP_LINK_UNKNOWN
    assert await chosen(harness, taro) is WITH


async def test_no_token_that_works_lies_in_the_database(harness: Harness) -> None:
    """X18: its hash, and a box for notification."""
    await choose(harness, Account(), WITH)
    await harness.given_charges(["2026-10"])
    await announce(harness)
    token = bill_in((await said(harness))[0]).stop_token
    everything = str(await harness.run("SELECT bill_notices.*, body FROM bill_notices, outbox"))
    assert token not in everything


async def test_a_closed_account_leaves_nothing_behind(harness: Harness) -> None:
    """Q24; told twice it does no harm."""
    taro, hanako = Account(), Account(HANAKO)
    for account in (taro, hanako):
        await choose(harness, account, WITH)
        await harness.given_charges(["2026-10"], account.customer, publish=False)
    await publish(harness, "2026-10")
    await announce(harness)
    assert len(await told(harness)) == 2
    event = AccountClosed(account_key=taro.key, registration_key=new_key())
    for _ in range(2):
        await on_account_closed(harness.service, event, received())
    for table in ("bill_notice_subscribers", "bill_notices"):
        left = await harness.run(f"SELECT account_key FROM {table}")
        assert [row["account_key"] for row in left] == [hanako.key]


async def test_the_former_holder_of_a_number_is_told_of_none_of_the_new_ones_bills(harness: Harness) -> None:
    """Q23."""
    former, present = Account(), Account()
    await choose(harness, former, WITH)
    event = ContractReplaced(contract_key=former.contract_key)
    for _ in range(2):
        await on_contract_replaced(harness.service, event, received())
    await choose(harness, present, WITH)
    await harness.given_charges(["2026-10"])
    await announce(harness)
    assert await told(harness) == [(present.key, "2026-10")]
