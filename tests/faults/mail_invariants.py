"""I4, I6 and I12 of docs/states.md: which mails left, when, and how long their links lived. One sentence for
each break.
"""

from __future__ import annotations

from collections import Counter

from faults.facts import LASTING, Facts
from faults.ledger import Ledger

from messages.registration import ACTIVATION_WINDOW, SENDING_TIME
from services.notification.service import AT_ONCE
from services.registration.provisional.domain import CLOCKS_MAY_DIFFER


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
    orders = {f"<{row['mail_key']}@": row for row in facts.order_rows}
    by_hash = {token: row["registration_key"] for token, row in facts.by_token().items()}
    found, copies = [], dict[str, list[str]]()
    for mail in facts.mails:
        copies.setdefault(mail.message_id, []).append(mail.token_hash)
        if mail.token_hash and mail.token_hash not in by_hash:
            found.append(f"I4: mail {mail.message_id} has a link that no registration knows")
    for message_id, hashes in copies.items():
        order = orders.get(_start_of(message_id))
        if order is None:
            found.append(f"I4: mail {message_id} was never ordered")
            continue
        taken_over = order["attempts"] - 1 if unmarked_takeovers or order.get("possible_duplicate") else 0
        allowed = 1 + replies_lost.get(message_id, 0) + taken_over
        if len(hashes) > allowed:
            about = f"{order['kind']} about {order['about_key']}"
            found.append(f"I4: {len(hashes)} mails {about}, at most {allowed} allowed")
        is_of_another = order["kind"] == "activation" and by_hash.get(hashes[0]) != order["about_key"]
        if len(set(hashes)) > 1 or is_of_another:
            found.append(f"I4: the mails {message_id} have other links than their registration")
    seen = {_start_of(message_id) for message_id in copies}
    found += [
        f"I4: mail {row['kind']} about {row['about_key']} counts as sent, and the relay never saw it"
        for start, row in orders.items()
        if row["state"] == "sent" and start not in seen
    ]
    extra = sum(
        max(0, len(hashes) - 1 - replies_lost.get(message_id, 0)) for message_id, hashes in copies.items()
    )
    return found + _not_explained(ledger, extra, extra_mails)


def asked_for_once(facts: Facts, ledger: Ledger) -> list[str]:
    """I4: each time that a customer asked for another mail, however often he pressed, one registration took
    the place of the one before.
    """
    asked = Counter(entry.who for entry in ledger.told_of("asked_again"))
    ordered = Counter(row["customer_number"] for row in facts.registrations if row.get("successor_key"))
    return [
        f"I4: customer {who} asked {asked[who]} times for another mail, and {ordered[who]} were ordered"
        for who in sorted(asked.keys() | ordered.keys())
        if asked[who] != ordered[who]
    ]


def _start_of(message_id: str) -> str:
    """Up to the sender's domain, which is a setting."""
    return message_id.partition("@")[0] + "@"


def _not_explained(ledger: Ledger, extra: int, extra_mails: int) -> list[str]:
    """More doubled mails than processes that died or stood still with one in hand."""
    deaths = [each for each in ledger.done_of("death", "notification") if each.facts["cause"] != "terminate"]
    leases_over = len(list(ledger.done_of("thaw", "notification"))) * AT_ONCE
    if extra <= len(deaths) + leases_over + extra_mails:
        return []
    return [
        f"I4: {extra} mails too many, and only {len(deaths)} deaths of notification "
        f"and {extra_mails} other reasons"
    ]


def deadlines_kept(
    facts: Facts, ledger: Ledger, links_may_expire: bool, previous_release: bool = False
) -> list[str]:
    """I6 and I12: the 24 hours run from a moment between registration and now; nobody activates later, and no
    dead link activates. The previous release calls a link dead that its own first press has used.
    """
    found = []
    for row in facts.registrations:
        key, sent_at, registered_at = row["registration_key"], row["mail_sent_at"], row["registered_at"]
        latest = row["asked_at"] + CLOCKS_MAY_DIFFER
        if sent_at is not None and not registered_at <= sent_at <= latest:
            found.append(
                f"I6: the mail of registration {key} counts as sent at {sent_at}, "
                f"registered at {registered_at}"
            )
        if (
            row["activated_at"]
            and row["activated_at"] > (sent_at or registered_at + SENDING_TIME) + ACTIVATION_WINDOW
        ):
            found.append(f"I6: registration {key} was activated after its deadline")
    by_hash = facts.by_token()
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
            f"I6: the link of customer {entry.who} was dead {entry.since} s into the run: "
            f"{entry.facts['said']}"
            for entry in dead
            if not (previous_release and any("すでに" in text for text in entry.facts["said"]))
        ]
    return found
