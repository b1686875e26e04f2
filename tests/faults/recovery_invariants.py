"""I16 of docs/states.md: links to a new password, their mails, and who came in by them. One sentence for each
break.
"""

from __future__ import annotations

import json
from collections import Counter

from faults.facts import Facts
from faults.ledger import Ledger

NEW_PASSWORD = "new password"


def recoveries_kept(facts: Facts, ledger: Ledger) -> list[str]:
    """I16."""
    number_of = {row["contract_key"]: row["customer_number"] for row in facts.contracts}
    who = {row["account_key"]: number_of.get(row["contract_key"], "") for row in facts.accounts}
    return [
        *_links_have_their_mail(facts),
        *_who_was_told_has_a_link(facts, ledger, who),
        *_changed_once_and_told_once(facts, ledger, who),
        *_everybody_enters(ledger),
    ]


def _links_have_their_mail(facts: Facts) -> list[str]:
    mails = Counter(row["about_key"] for row in facts.order_rows if row["kind"] == "password_reset")
    links = {row["reset_key"] for row in facts.resets}
    return [f"I16: link {key} has {mails[key]} mails on order, not 1" for key in links if mails[key] != 1] + [
        f"I16: a mail is on order for link {key}, which does not exist" for key in mails.keys() - links
    ]


def _who_was_told_has_a_link(facts: Facts, ledger: Ledger, who: dict[object, str]) -> list[str]:
    links = Counter(who.get(row["account_key"], "") for row in facts.resets)
    told = Counter(entry.who for entry in ledger.told_of("reset_asked"))
    return [
        f"I16: customer {each} was told {n} times that a mail comes, {links[each]} links on record"
        for each, n in told.items()
        if links[each] < n
    ]


def _changed_once_and_told_once(facts: Facts, ledger: Ledger, who: dict[object, str]) -> list[str]:
    changed = Counter(
        who.get(row["account_key"], "") for row in facts.recoveries if row["kind"] == "password_reset"
    )
    notices: Counter[str] = Counter()
    for row in facts.order_rows:
        given = json.loads(row["facts"]) if row["kind"] == "security_notice" else {}
        if given.get("change") == "password_reset":
            notices[next((n for key, n in who.items() if str(key) == given["bound_to"]), "")] += 1
    done = Counter(entry.who for entry in ledger.told_of("reset_done"))
    return [
        f"I16: customer {each} changed his password {changed[each]} times, was told so {done[each]} times "
        f"and by {notices[each]} mails"
        for each in changed.keys() | done.keys() | notices.keys()
        if not changed[each] == notices[each] == done[each]
    ]


def _everybody_enters(ledger: Ledger) -> list[str]:
    came_in = {e.who for e in ledger.told_of("logged_in") if e.facts["how"] == NEW_PASSWORD}
    done = {entry.who for entry in ledger.told_of("reset_done")}
    return [f"I16: customer {each} has another password and cannot enter" for each in done - came_in]
