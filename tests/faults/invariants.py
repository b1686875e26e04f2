"""I1 to I3, I5, I7 and I9 to I11 of docs/states.md: what is on record agrees with itself and with what
customers were told. One sentence for each break.
"""

from __future__ import annotations

from collections import Counter

from faults.browser import budget_of
from faults.facts import ENDED, LASTING, LIVE, Facts
from faults.ledger import Ledger
from faults.plant import Plant

from services.notification.orders.domain import SUPERSEDED

OF_THEIR_OWN = (
    "contract_proved",
    "closing_soon",
    "security_notice",
    "bill_published",
    "address_change",
    "address_changed",
)
"""Mails that an event orders which orders nothing else."""
TOLD_BY_THE_DESK = ("account_restored", "account_unfrozen")
"""What identity hears itself say."""


def registrations_kept(facts: Facts, ledger: Ledger) -> list[str]:
    """I1: what was answered OK is on record, once; and every registration has its one order of a mail."""
    successors = {row.get("successor_key") for row in facts.registrations}
    number_of = {row["contract_key"]: row["customer_number"] for row in facts.contracts}
    closed = [row for row in facts.accounts if row["closed_at"] is not None]
    rows = Counter(
        row["customer_number"] for row in facts.registrations if row["registration_key"] not in successors
    ) + Counter(number_of.get(row["contract_key"], "") for row in closed)
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
    keys = {row["registration_key"] for row in facts.registrations} | facts.gone
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
    for account in (row for row in facts.accounts if row["closed_at"] is None):
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


def effects_once(facts: Facts, ledger: Ledger, dead_letters: int) -> list[str]:
    """I11: as many inbox entries as messages were said, and dead letters only where they were provoked."""
    dead = sum(count for queue, count in facts.queues.items() if queue.endswith(".dead") and count > 0)
    found = [] if dead == dead_letters else [f"I8: {dead} dead letters, {dead_letters} were provoked"]
    gone = len(facts.gone)
    said = gone + sum(1 + row["redrives"] for row in facts.registrations if row["activated_at"] is not None)
    ended = [
        row
        for row in facts.order_rows
        if row["state"] in ("sent", "abandoned")
        and row["kind"] == "activation"
        and row.get("last_trouble") != SUPERSEDED  # nobody waits for word of it
    ]
    notices = sum(1 for row in facts.order_rows if row["kind"] in OF_THEIR_OWN)
    by_the_desk = sum(1 for row in facts.audit if row["kind"] in TOLD_BY_THE_DESK)
    letters = sum(1 for row in facts.recoveries if row["kind"].endswith("_asked"))
    again = sum(row.get("mail_orders", 1) - 1 for row in facts.registrations)
    expected = {  # at least, and at most: notification answers an order that is said again, if it can
        "identity": (heard := said + len(facts.notices) + by_the_desk, heard),
        "notification": (
            orders := len(facts.registrations) + gone + again + said + notices + letters,
            orders,
        ),
        "registration": (len(ended) + said + gone, len(ended) + said + gone + again),
    }
    if dead_letters:
        return found
    return found + [
        f"I11: the inbox of {service} has {facts.inboxes.get(service, 0)} entries, "
        f"{most} messages were said to it"
        for service, (fewest, most) in expected.items()
        if not fewest <= facts.inboxes.get(service, 0) + _taken_away(ledger, service) <= most
    ]


def _taken_away(ledger: Ledger, service: str) -> int:
    """Messages that the test took out of the service's queue for ever."""
    return sum(entry.facts["messages"] for entry in ledger.done_of("take_away", service))


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


def called_right(ledger: Ledger) -> list[str]:
    """I13: whoever typed what is right was not told that it is wrong, and pressing twice says nothing else
    than pressing once.
    """
    found = [
        f"I13: customer {entry.who} was told that his right ID and password are wrong"
        for entry in ledger.told_of("refused")
        if entry.facts["route"] == "/login" and any("違います" in text for text in entry.facts["said"])
    ]
    found += [
        f"I13: customer {entry.who} pressed once more at /activate, and was told that it is done already"
        for entry in ledger.told_of("refused")
        if entry.facts["route"] == "/activate" and any("すでに" in text for text in entry.facts["said"])
    ]
    return found + [
        f"I13: two presses of customer {entry.who} at {entry.facts['route']} got {entry.facts['answers']}"
        for entry in ledger.told_of("two_answers")
    ]


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
        f"I14: {death.name} ended by itself with code {death.code}"
        for death in plant.deaths
        if death.cause == "itself"
    ]
