"""I9: no secret and nothing personal in a log, an outbox or a dead letter; no password or link in any
table.
"""

from __future__ import annotations

from faults.customers import Customer
from faults.facts import dead_letters, rows_as_text
from faults.plant import Plant

from chassis.security.tokens import is_token
from messages.values import HolderKana
from mypage.local.databases import SERVICES

WITHOUT_PEOPLE = {  # tables that know nobody by name; the others are the owners of personal data
    "identity": ("outbox", "inbox", "throttle_hits", "sessions", "audit_entries"),
    "registration": ("outbox", "inbox", "throttle_hits", "account_id_claims"),
    "notification": ("outbox", "inbox", "mails"),
    "billing": ("outbox", "inbox"),
}
SAMPLE = 60  # customers and links that are searched for: more would take minutes and find the same leaks
OWNERS = {"identity": ("accounts", "contracts"), "registration": ("provisional_accounts",)}


def tokens_in(text: str) -> list[str]:
    """The secret ends of the links in a mail."""
    return [last for each in text.split() if is_token(last := each.rpartition("/")[2])]


async def found(plant: Plant, customers: list[Customer], tokens: list[str]) -> list[str]:
    """One sentence for each place that holds what it must not; never the secret itself."""
    customers, tokens = customers[:SAMPLE], [token for token in tokens if token][:SAMPLE]
    secrets = [*(each.password for each in customers), *tokens]
    personal = [text for each in customers for text in (each.phone_number, each.email_address)]
    personal += list(
        {each.holder_kana for each in customers} | {HolderKana(each.holder_kana).key for each in customers}
    )
    places = {f"the log of {name}": text for name, text in plant.logs().items()}
    for queue, headers, body in await dead_letters(plant):
        places[f"a dead letter in {queue}"] = (
            places.get(f"a dead letter in {queue}", "") + f"{headers} {body!r}"
        )
    for service in SERVICES:
        for table in WITHOUT_PEOPLE[service]:
            places[f"{service}.{table}"] = await rows_as_text(plant, service, table)
    leaking = [
        f"I9: {place} holds a {kind}"
        for place, text in places.items()
        for kind in _kinds(text, secrets, personal)
    ]
    owners = {
        f"{service}.{table}": await rows_as_text(plant, service, table)
        for service, tables in OWNERS.items()
        for table in tables
    }
    return leaking + [
        f"I9: {place} holds a {kind}" for place, text in owners.items() for kind in _kinds(text, secrets, [])
    ]


def _kinds(text: str, secrets: list[str], personal: list[str]) -> list[str]:
    hits = {"secret": secrets, "personal value": personal}
    return [
        kind
        for kind, values in hits.items()
        if any(value in text or value.encode().hex() in text for value in values)
    ]
