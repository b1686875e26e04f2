"""The one judge of all faults: I1 to I12 of docs/states.md, from databases, queues, mails, logs and what
customers were told.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

from faults import leaks
from faults.browser import budget_of
from faults.customers import Customer
from faults.facts import ENDED, LASTING, LIVE, Facts, gather
from faults.ledger import Ledger
from faults.plant import Plant

from services.notification.delivery.delivery_loop import AT_ONCE

ACTIVATION_WINDOW = timedelta(hours=24)
SENDING_TIME = timedelta(hours=8)
OVER_BUDGET = 0.5  # seconds
LOOKS_EVERY = 0.25  # seconds


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
    return left + [
        f"{count} messages in {queue}"
        for queue, count in facts.queues.items()
        if count > 0 and not queue.endswith(".dead")
    ]


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
    unmarked_takeovers: bool = False,
) -> list[str]:
    """One sentence for each broken invariant, with its number; also in the ledger. To be asked at rest.

    `customers`: whose secrets must not have leaked (I9). `extra_mails`: mails that may have been sent once
    more than deaths of notification explain, such as one for each restart of its database. `dead_letters`:
    how many were provoked. `may_give_up`: customers. `over_budget`: seconds that a page may take beyond its
    own deadline. `unmarked_takeovers`: the base release sends, too, which does not mark a mail that it takes
    over.
    """
    facts = await gather(plant)
    found = registrations_kept(facts, ledger) + states_consistent(facts) + effects_once(facts, dead_letters)
    found += mails_right(facts, ledger, extra_mails, plant.sink.replies_lost, unmarked_takeovers)
    found += deadlines_kept(facts, ledger, links_may_expire)
    found += (
        customers_served(facts, ledger, may_give_up)
        + answers_in_time(ledger, over_budget)
        + nobody_died_of_himself(plant)
    )
    found += [f"I8: {left}" for left in left_to_do(facts)]
    if customers:
        found += await leaks.found(
            plant, customers, [mail.activation_url.rpartition("/")[2] for mail in facts.mails]
        )
    for each in found:
        ledger.note("checker", "violation", sentence=each)
    return found


def registrations_kept(facts: Facts, ledger: Ledger) -> list[str]:
    """I1: what was answered OK is on record, once; and every registration has its one order of a mail."""
    rows = Counter(row["customer_number"] for row in facts.registrations)
    oks, pressed = _forms(ledger, "registered"), _forms(ledger, "presses")
    found = [
        f"I1: customer {who} was told {n} times 仮登録完了, {rows[who]} on record"
        for who, n in oks.items()
        if rows[who] < n
    ]
    found += [
        f"I1: {n} registrations of customer {who}, who pressed {pressed[who]} forms"
        for who, n in rows.items()
        if n > pressed[who]
    ]
    ordered = Counter(row["about_key"] for row in facts.order_rows if row["kind"] == "activation")
    keys = {row["registration_key"] for row in facts.registrations}
    found += [
        f"I1: registration {key} has {ordered[key]} mails on order, not 1"
        for key in keys
        if ordered[key] != 1
    ]
    return found + [
        f"I4: a mail is on order for registration {key}, which does not exist"
        for key in ordered
        if key not in keys
    ]


def _forms(ledger: Ledger, what: str) -> Counter[str]:
    """How many confirmation forms of each customer came so far; the same form pressed again counts once."""
    return Counter(who for who, _ in {(entry.who, entry.facts["form"]) for entry in ledger.told_of(what)})


def states_consistent(facts: Facts) -> list[str]:
    """I2, I3, I5, I7: accounts, claims and states agree with each other."""
    found = []
    for what, keys in {
        "accounts of registration": [row["registration_key"] for row in facts.accounts],
        "accounts of contract": [row["contract_key"] for row in facts.accounts if row["closed_at"] is None],
        "live registrations of contract": [
            row["contract_key"] for row in facts.registrations if row["state"] in LIVE + LASTING
        ],
    }.items():
        found += [f"I2: {n} {what} {key}" for key, n in Counter(keys).items() if n > 1]
    taken = Counter(row["account_id_folded"] for row in facts.accounts if row["account_id_folded"])
    held = Counter(row["account_id_folded"] for row in facts.claims)
    found += [f"I3: {n} accounts of one ID" for n in taken.values() if n > 1]
    found += [f"I3: {n} claims of one ID" for n in held.values() if n > 1]
    claim_of = {row["account_id_folded"]: row["registration_key"] for row in facts.claims}
    by_key = {row["registration_key"]: row for row in facts.registrations}
    for account in facts.accounts:
        key = account["registration_key"]
        state = by_key[key]["state"] if key in by_key else "missing"
        if state not in LASTING:
            found.append(f"I7: registration {key} is {state} and has an account")
        if account["account_id_folded"] and claim_of.get(account["account_id_folded"]) != key:
            found.append(f"I3: the account of registration {key} does not hold the claim on its ID")
    accounts = {row["registration_key"] for row in facts.accounts}
    for key, row in by_key.items():
        if row["state"] in LASTING and key not in accounts:
            found.append(f"I5: registration {key} is {row['state']} and has no account")
        if row["state"] == "rejected":
            found.append(f"I5: registration {key} was rejected")
        if row["state"] in ENDED and row["activated_at"] is not None and row["state"] != "rejected":
            found.append(f"I7: registration {key} was activated and is {row['state']}")
        if row["state"] in (*ENDED, "completed") and any(
            row[name] for name in ("password_hash", "email_address", "nickname")
        ):
            found.append(f"I9: registration {key} is {row['state']} and still holds personal data")
    return found


def mails_right(
    facts: Facts,
    ledger: Ledger,
    extra_mails: int,
    replies_lost: dict[str, int],
    unmarked_takeovers: bool = False,
) -> list[str]:
    """I4: one mail for each order, or one more for each crash in window W; always the same link, and never
    one without a registration.
    """
    found, orders = [], {f"<{row['mail_key']}@": row for row in facts.order_rows}
    by_hash = {row["activation_token_hash"]: row["registration_key"] for row in facts.registrations}
    copies: dict[str, list[str]] = {}
    for mail in facts.mails:
        copies.setdefault(mail.message_id, []).append(mail.token_hash)
        if mail.token_hash and mail.token_hash not in by_hash:
            found.append(f"I4: mail {mail.message_id} has a link that no registration knows")
    extra = 0
    for message_id, hashes in copies.items():
        order = orders.get(message_id.partition("@")[0] + "@")
        if order is None:
            found.append(f"I4: mail {message_id} was never ordered")
            continue
        taken_over = order["attempts"] - 1 if unmarked_takeovers or order.get("possible_duplicate") else 0
        allowed = 1 + replies_lost.get(message_id, 0) + taken_over
        extra += max(0, len(hashes) - 1 - replies_lost.get(message_id, 0))
        if len(hashes) > allowed:
            found.append(
                f"I4: {len(hashes)} mails {order['kind']} about {order['about_key']}, at most {allowed} allowed"
            )
        if len(set(hashes)) > 1 or (
            order["kind"] == "activation" and by_hash.get(hashes[0]) != order["about_key"]
        ):
            found.append(f"I4: the mails {message_id} have other links than their registration")
    seen = {message_id.partition("@")[0] + "@" for message_id in copies}
    found += [
        f"I4: mail {row['kind']} about {row['about_key']} counts as sent, and the relay never saw it"
        for start, row in orders.items()
        if row["state"] == "sent" and start not in seen
    ]
    deaths = sum(
        1 for death in ledger.done_of("death", "notification") if death.facts["cause"] != "terminate"
    )
    thawed = sum(
        1 for _ in ledger.done_of("thaw", "notification")
    )  # with mails in hand whose leases were over
    if extra > deaths + thawed * AT_ONCE + extra_mails:
        found.append(
            f"I4: {extra} mails too many, and only {deaths} deaths of notification and {extra_mails} other reasons"
        )
    return found


def deadlines_kept(facts: Facts, ledger: Ledger, links_may_expire: bool) -> list[str]:
    """I6 and I12: the 24 hours run from a moment between registration and now; nobody activates later, and no
    dead link activates.
    """
    found = []
    for row in facts.registrations:
        key, sent_at, registered_at = row["registration_key"], row["mail_sent_at"], row["registered_at"]
        if sent_at is not None and not registered_at <= sent_at <= row["asked_at"]:
            found.append(
                f"I6: the mail of registration {key} counts as sent at {sent_at}, registered at {registered_at}"
            )
        if (
            row["activated_at"]
            and row["activated_at"] > (sent_at or registered_at + SENDING_TIME) + ACTIVATION_WINDOW
        ):
            found.append(f"I6: registration {key} was activated after its deadline")
    by_hash = {row["activation_token_hash"]: row for row in facts.registrations}
    for entry in ledger.told_of("activated"):
        row = by_hash.get(entry.facts["token_hash"], {"state": "missing", "registration_key": "?"})
        if row["state"] not in LASTING:
            name, what = (
                "I12" if row["state"] == "superseded" else "I7",
                f"registration {row['registration_key']} is {row['state']}",
            )
            found.append(f"{name}: customer {entry.who} was told that it is activated, {what}")
    if not links_may_expire:
        refused = [entry for entry in ledger.told_of("refused") if entry.facts["route"] == "/activate"]
        dead = [entry for entry in refused if entry.facts["status"] in (404, 410)]
        found += [
            f"I6: the link of customer {entry.who} was dead {entry.since} s into the run: {entry.facts['said']}"
            for entry in dead
        ]
    return found


def effects_once(facts: Facts, dead_letters: int) -> list[str]:
    """I11: as many inbox entries as messages were said, and dead letters only where they were provoked."""
    dead = sum(count for queue, count in facts.queues.items() if queue.endswith(".dead") and count > 0)
    found = [] if dead == dead_letters else [f"I8: {dead} dead letters, {dead_letters} were provoked"]
    said = sum(1 + row["redrives"] for row in facts.registrations if row["activated_at"] is not None)
    ended = [
        row
        for row in facts.order_rows
        if row["state"] in ("sent", "abandoned") and row["kind"] == "activation"
    ]
    notices = sum(1 for row in facts.order_rows if row["kind"] in ("contract_proved", "closing_soon"))
    expected = {
        "identity": said,
        "notification": len(facts.registrations) + said + notices,
        "registration": len(ended) + said,
    }
    if dead_letters:
        return found
    return found + [
        f"I11: the inbox of {service} has {facts.inboxes.get(service, 0)} entries, {count} messages were said to it"
        for service, count in expected.items()
        if facts.inboxes.get(service, 0) != count
    ]


def customers_served(facts: Facts, ledger: Ledger, may_give_up: int) -> list[str]:
    """I5: who was told that it is activated has an account and came in."""
    given_up = list(ledger.told_of("gave_up"))
    found = (
        [f"I5: customer {e.who} gave up: {e.facts['over']}" for e in given_up]
        if len(given_up) > may_give_up
        else []
    )
    number_of = {row["contract_key"]: row["customer_number"] for row in facts.contracts}
    with_account = {number_of.get(row["contract_key"]) for row in facts.accounts}
    activated = {entry.who for entry in ledger.told_of("activated")}
    found += [
        f"I5: customer {who} was told that it is activated and has no account"
        for who in sorted(activated - with_account)
    ]
    came_in = {entry.who for entry in ledger.told_of("logged_in")} | {entry.who for entry in given_up}
    return found + [f"I5: customer {who} activated and never came in" for who in sorted(activated - came_in)]


def answers_in_time(ledger: Ledger, over_budget: float) -> list[str]:
    """I10: whatever was broken, every page answered in its time, and none with a fault of its own (500)."""
    late = max(
        (
            entry.facts["lateness"]
            for entry in ledger.entries
            if entry.what == "ended" and "lateness" in entry.facts
        ),
        default=0.0,
    )
    found = []
    for entry in ledger.entries:
        seconds, route = entry.facts.get("seconds"), entry.facts.get("route")
        if (
            entry.sort == "told"
            and seconds is not None
            and seconds > budget_of(str(route)) + over_budget + late
        ):
            found.append(f"I10: {entry.facts['method']} {route} took customer {entry.who} {seconds} s")
        if entry.what == "trouble" and entry.facts["status"] == 500:
            found.append(f"I10: {entry.facts['method']} {route} answered 500")
    return found


def nobody_died_of_himself(plant: Plant) -> list[str]:
    """A process ends when it is told to, or killed; never by itself."""
    return [
        f"I0: {death.name} ended by itself with code {death.code}"
        for death in plant.deaths
        if death.cause == "itself"
    ]
