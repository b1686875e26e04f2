"""The one judge of all faults: I1 to I21 of docs/states.md, from databases, queues, mails, logs and what
customers were told.
"""

from __future__ import annotations

import asyncio
from collections import Counter

from faults import (
    account_invariants,
    invariants,
    leaks,
    log_lines,
    mail_invariants,
    notice_invariants,
    recovery_invariants,
)
from faults.customers import Customer
from faults.facts import Facts, gather
from faults.ledger import Ledger
from faults.plant import Plant

OVER_BUDGET = 0.5  # seconds
LOOKS_EVERY = 0.25  # seconds
IN_HAND_AT_MOST = 30.0  # seconds: longer than a service waits before it tries a message in its hand again


class NotAtRest(Exception):
    """Something is still to be done; the text says what."""


async def at_rest(plant: Plant, within: float, *, abandoned: frozenset[str] = frozenset()) -> float:
    """Waits until nothing is left to do (I8); after how many seconds. Raises NotAtRest with what is left.

    `abandoned`: customer numbers whose mail will not come for long, on purpose.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    while left := left_to_do(await gather(plant), abandoned):
        if loop.time() - began > within:
            plant.ledger.note("checker", "not_at_rest", left=left)
            raise NotAtRest(f"I8: after {within} s there is still {'; '.join(left)}")
        await asyncio.sleep(LOOKS_EVERY)
    plant.ledger.note("checker", "at_rest", seconds=round(loop.time() - began, 2))
    return loop.time() - began


def left_to_do(facts: Facts, abandoned: frozenset[str] = frozenset()) -> list[str]:
    """What keeps the plant from being at rest; empty when it is."""
    waits_for = {
        row["registration_key"] for row in facts.registrations if row["customer_number"] in abandoned
    }
    left = [
        f"{len(rows)} rows in the outbox of {service}" for service, rows in facts.outboxes.items() if rows
    ]
    mails = Counter(row["state"] for row in facts.order_rows if row["about_key"] not in waits_for)
    left += [f"{mails[state]} mails {state}" for state in ("queued", "sending") if mails[state]]
    states = Counter(row["state"] for row in facts.registrations if row["registration_key"] not in waits_for)
    left += [
        f"{states[state]} registrations {state}" for state in ("registered", "activated") if states[state]
    ]
    left += [f"{len(facts.unannounced)} months to tell of"] if facts.unannounced else []
    return left + [
        f"{count} messages in {queue}"
        for queue, count in facts.queues.items()
        if count > 0 and not queue.endswith(".dead")
    ]


async def _gather_when_hands_are_empty(plant: Plant, ledger: Ledger, dead_letters: int) -> Facts:
    """A queue that is asked for its messages does not count those that a service holds unacknowledged: only
    the effects that are missing tell of them. What is gathered while they come fits together no more, so once
    nothing is missing it is gathered anew.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + IN_HAND_AT_MOST
    while loop.time() < until:
        facts = await gather(plant)
        if not invariants.effects_once(facts, ledger, dead_letters) and not left_to_do(facts):
            break
        await asyncio.sleep(LOOKS_EVERY)
    return await gather(plant)


async def violations(
    plant: Plant,
    ledger: Ledger,
    *,
    customers: list[Customer] | None = None,
    extra_mails: int = 0,
    dead_letters: int = 0,
    may_give_up: int = 0,
    links_may_expire: bool = False,
    over_budget: float = OVER_BUDGET,
    previous_release: bool = False,
) -> list[str]:
    """One sentence for each broken invariant, with its number; also in the ledger. To be asked at rest.

    `customers`: whose secrets must not have leaked (I9). `extra_mails`: mails that may have been sent once
    more than deaths of notification explain, such as one for each restart of its database. `dead_letters`:
    how many were provoked. `may_give_up`: customers. `over_budget`: seconds that a page may take beyond its
    own deadline. `previous_release`: the base release serves, too, which logs tracebacks, does not mark a
    mail that it takes over, calls a second press of [本登録する] done already, and a log-in that comes at
    once wrong.
    """
    facts = await _gather_when_hands_are_empty(plant, ledger, dead_letters)
    found = (
        invariants.registrations_kept(facts, ledger)
        + invariants.states_consistent(facts)
        + invariants.effects_once(facts, ledger, dead_letters)
        + recovery_invariants.recoveries_kept(facts, ledger)
        + account_invariants.accounts_kept(facts, ledger)
    )
    found += mail_invariants.mails_right(
        facts, ledger, extra_mails, plant.sink.replies_lost, unmarked_takeovers=previous_release
    )
    found += mail_invariants.asked_for_once(facts, ledger)
    found += mail_invariants.deadlines_kept(facts, ledger, links_may_expire, previous_release)
    found += notice_invariants.notices_right(facts, ledger)
    found += (
        invariants.customers_served(facts, ledger, may_give_up)
        + ([] if previous_release else invariants.called_right(ledger))
        + invariants.answers_in_time(ledger, over_budget)
        + invariants.nobody_died_of_himself(plant)
        + ([] if previous_release else log_lines.unreadable(plant.logs()))
    )
    found += [f"I8: {left}" for left in left_to_do(facts)]
    if customers:
        links = [each for mail in facts.mails for each in leaks.tokens_in(mail.text)]
        found += await leaks.found(plant, customers, links)
    for each in found:
        ledger.note("checker", "violation", sentence=each)
    return found
