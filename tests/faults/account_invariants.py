"""I18 to I21 of docs/states.md: changed addresses, ended accounts, codes of the desk; who was told of
them, what was open before, and who enters. One sentence for each break.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping

from faults.facts import Facts, Row
from faults.ledger import Entry, Ledger

EFFECTS = {
    "mail_address_change_undone": ("mail_address_changed", "address_undone"),
    "account_left": ("account_left", "left"),
    "account_restored": ("account_restored", "restored"),
    "enrolment_code_used": ("access_renewed", "renewed"),
}
"""By the audit's word: the notice that tells of it, and what the customer was told."""
ENDS_SESSIONS = (
    "mail_address_change_undone",
    "account_left",
    "enrolment_code_used",
    "password_reset",
    "password_changed",
    "sessions_ended",
)
PERSONAL = ("account_id_as_typed", "account_id_folded", "password_hash", "email_address", "nickname")
ADDRESS_IS = ("address_changed", "address_undone", "renewed")


def accounts_kept(facts: Facts, ledger: Ledger) -> list[str]:
    """I18 to I21."""
    number_of = {row["contract_key"]: row["customer_number"] for row in facts.contracts}
    who = {
        row["account_key"]: number_of.get(row["contract_key"], "")
        for row in facts.accounts
        if "account_key" in row
    }
    return [
        *_changes_have_their_mails(facts),
        *_addresses_are_as_told(facts, ledger, who),
        *_effects_told_once(facts, ledger, who),
        *_nothing_of_before_is_open(facts, ledger),
        *_ended_as_they_should(facts),
        *_everybody_enters(ledger),
    ]


def _changes_have_their_mails(facts: Facts) -> list[str]:
    """I18: one to the new address for each that was asked for, one to the former for each that was made."""
    asked = {row["change_key"] for row in facts.address_changes}
    made = {row["change_key"] for row in facts.address_changes if row["changed_at"] is not None}
    found = []
    for kind, keys, what in (("address_change", asked, "asked for"), ("address_changed", made, "made")):
        mails = Counter(row["about_key"] for row in facts.order_rows if row["kind"] == kind)
        found += [
            f"I18: change {key} was {what} and has {mails[key]} mails of it on order, not 1"
            for key in keys
            if mails[key] != 1
        ]
        found += [f"I18: a mail tells of change {key}, which was not {what}" for key in mails.keys() - keys]
    return found


def _addresses_are_as_told(facts: Facts, ledger: Ledger, who: Mapping[object, str]) -> list[str]:
    """I18: the one address of an account is the last of which its customer was told."""
    last: dict[str, str] = {}
    for entry in ledger.entries:
        if entry.what in ADDRESS_IS:
            last[entry.who] = entry.facts["address"]
        elif entry.what == "registered":
            last.pop(entry.who, None)
    return [
        f"I18: customer {customer} has another address than he was told last"
        for row in facts.accounts
        if (customer := who.get(row.get("account_key"), "")) in last
        and row["closed_at"] is None
        and row["email_address"] != last[customer]
    ]


def _effects_told_once(facts: Facts, ledger: Ledger, who: Mapping[object, str]) -> list[str]:
    """I19: each effect stands once in the audit, in one mail on order, and was said to its customer."""
    notices = Counter((who_of(row, who), json.loads(row["facts"])["change"]) for row in _notices(facts))
    audited = Counter((who.get(row["account_key"], ""), row["kind"]) for row in facts.audit)
    found = []
    for kind, (change, word) in EFFECTS.items():
        told = Counter(entry.who for entry in ledger.told_of(word))
        found += [
            f"I19: {kind} of customer {each} stands {audited[each, kind]} times in the audit and in "
            f"{notices[each, change]} mails, and he was told of it {told[each]} times"
            for each in {who for who, noted in audited if noted == kind}
            | told.keys()
            | {who for who, noted in notices if noted == change}
            if not audited[each, kind] == notices[each, change] == told[each]
        ]
    return found + _changes_told_once(facts, ledger, who, audited)


def _changes_told_once(
    facts: Facts, ledger: Ledger, who: Mapping[object, str], audited: Counter[tuple[str, str]]
) -> list[str]:
    """I19: one change for each form that asked for one, however often it was pressed."""
    asked = Counter(who.get(row["account_key"], "") for row in facts.address_changes)
    made = Counter(who.get(row["account_key"], "") for row in facts.address_changes if row["changed_at"])
    forms = Counter(entry.who for entry in ledger.told_of("address_asked"))
    told = Counter(entry.who for entry in ledger.told_of("address_changed"))
    return [
        f"I19: customer {each} asked for another address in {forms[each]} forms, {asked[each]} changes are "
        f"on record, and the audit tells of {audited[each, 'mail_address_change_asked']}"
        for each in asked.keys() | forms.keys()
        if not asked[each] == forms[each] == audited[each, "mail_address_change_asked"]
    ] + [
        f"I19: customer {each} changed his address {made[each]} times, the audit tells of "
        f"{audited[each, 'mail_address_changed']}, and he was told of {told[each]}"
        for each in made.keys() | told.keys()
        if not made[each] == audited[each, "mail_address_changed"] == told[each]
    ]


def _notices(facts: Facts) -> Iterable[Row]:
    return (row for row in facts.order_rows if row["kind"] == "security_notice" and "facts" in row)


def who_of(notice: Row, who: Mapping[object, str]) -> str:
    """Whom a notice is about."""
    bound_to = json.loads(notice["facts"])["bound_to"]
    return next((number for key, number in who.items() if str(key) == bound_to), "")


def _nothing_of_before_is_open(facts: Facts, ledger: Ledger) -> list[str]:
    """I20: what ends sessions has ended those of before, in the database and on every gateway."""
    ended_at = {row["account_key"]: row["happened_at"] for row in facts.audit if row["kind"] in ENDS_SESSIONS}
    barred = {
        row["account_key"]
        for row in facts.accounts
        if row["closed_at"] is not None or row.get("frozen_at") is not None
    }
    return [
        f"I20: a session of account {row['account_key']} is open that began before its sessions were ended"
        for row in facts.sessions
        if row["account_key"] in barred
        or (row["account_key"] in ended_at and row["created_at"] < ended_at[row["account_key"]])
    ] + [
        f"I20: customer {each.who} still saw his menu where he had been logged in before"
        for each in ledger.told_of("old_session_lives")
    ]


def _ended_as_they_should(facts: Facts) -> list[str]:
    """I21: an account that is closed holds nothing personal and was closed once; any other has all that it
    takes to enter.
    """
    closings = Counter(row["account_key"] for row in facts.audit if row["kind"] == "account_closed")
    claims = {row["registration_key"] for row in facts.claims}
    found = []
    for row in (row for row in facts.accounts if "password_hash" in row):
        key, held = row["account_key"], [name for name in PERSONAL if row[name] is not None]
        if row["closed_at"] is None:
            found += [f"I21: account {key} has no {name}" for name in PERSONAL if name not in held]
            continue
        found += [f"I21: account {key} is closed and still has its {name}" for name in held]
        if closings[key] != 1:
            found.append(f"I21: account {key} was closed {closings[key]} times, as the audit tells")
        if row["registration_key"] in claims:
            found.append(f"I21: account {key} is closed, and nobody else can have its ID")
    return found


def _everybody_enters(ledger: Ledger) -> list[str]:
    """I21: after the last that was done to his account a customer came in, or was told that he had left."""
    last: dict[str, Entry] = {}
    entered: set[str] = set()
    for entry in ledger.entries:
        if entry.what in ("left", *ADDRESS_IS, "restored"):
            last[entry.who] = entry
            entered.discard(entry.who)
        elif entry.what == "logged_in":
            entered.add(entry.who)
    told = {entry.who for entry in ledger.told_of("told_that_he_left")}
    return [
        f"I21: customer {who} was told {entry.what} and cannot enter"
        for who, entry in last.items()
        if who not in (told if entry.what == "left" else entered)
    ] + [
        f"I21: somebody else entered the account of customer {entry.who} {entry.facts['how']}"
        for entry in ledger.told_of("entered_wrongly")
    ]
