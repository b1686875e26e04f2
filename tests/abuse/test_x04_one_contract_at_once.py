"""X4: twenty browsers prove one contract and press [仮登録する] at one instant, on the five processes."""

from __future__ import annotations

import asyncio

from journeys.test_races import AT_ONCE, at_once
from pages.town import Town
from support.inside_a_system import rows_of

LIVING = """
    SELECT account_id_as_typed, email_address FROM provisional_accounts
    WHERE customer_number = $1 AND state IN ('registered', 'mail_sent')
"""
CLAIMED = """
    SELECT account_id_folded FROM account_id_claims JOIN provisional_accounts USING (registration_key)
    WHERE customer_number = $1 AND ended_at IS NULL
"""


async def test_x4_of_twenty_registrations_one_lives_and_has_one_mail(fresh_town: Town) -> None:
    """Five of a day are taken, each ends the one before it; the others are told to wait; nothing fails."""
    customer, system = fresh_town.new_customer(), fresh_town.system
    pressed = await at_once(system, [(customer, f"Only-One-{number}") for number in range(AT_ONCE)])
    statuses = [each.status for each in pressed]
    assert set(statuses) <= {200, 429}
    assert statuses.count(200) == 5
    [(account_id, address)] = await rows_of(system, "registration", LIVING, customer.customer_number)
    async with asyncio.timeout(20):
        while not await system.mails_to(address):
            await asyncio.sleep(0.2)
    assert len(await system.mails_to(address)) == 1
    held = await rows_of(system, "registration", CLAIMED, customer.customer_number)
    assert held == [(account_id.lower(),)]
