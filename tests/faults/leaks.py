"""I9: no secret anywhere, and nothing personal in a log, a dead letter or a column that docs/personal-data.md
does not list as its owner.
"""

from __future__ import annotations

from faults.customers import Customer
from faults.facts import dead_letters
from faults.plant import Plant
from support.canaries import SECRET, Canary, leaks, leaks_in_columns

from chassis.security.tokens import is_token
from messages.values import HolderKana
from mypage.local.databases import SERVICES

SAMPLE = 60  # customers and links that are searched for: more would take minutes and find the same leaks


def tokens_in(text: str) -> list[str]:
    """The secret ends of the links in a mail."""
    return [last for each in text.split() if is_token(last := each.rpartition("/")[2])]


async def found(plant: Plant, customers: list[Customer], tokens: list[str]) -> list[str]:
    """One sentence for each place that holds what it must not; never the secret itself."""
    canaries = [canary for each in customers[:SAMPLE] for canary in _of(each)]
    canaries += [Canary(SECRET, "a link", token) for token in tokens if token][:SAMPLE]
    places = {f"the log of {name}": text.encode() for name, text in plant.logs().items()}
    for queue, headers, body in await dead_letters(plant):
        place = f"a dead letter in {queue}"
        places[place] = places.get(place, b"") + f"{headers} ".encode() + body
    leaking = [
        leak
        for place, content in places.items()
        for leak in leaks(place, content, canaries, may_hold=frozenset())
    ]
    for service in SERVICES:
        leaking += await leaks_in_columns(await plant.database(service), service, canaries)
    return [f"I9: {leak}" for leak in sorted(set(leaking))]


def _of(customer: Customer) -> list[Canary]:
    return [
        Canary(SECRET, "a password", customer.password),
        Canary("telephone", "as typed", customer.phone_number),
        Canary("mail address", "as typed", customer.email_address),
        Canary("name", "as written", customer.holder_kana),
        Canary("name", "as compared", HolderKana(customer.holder_kana).key),
    ]
