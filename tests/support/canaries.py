"""Values of customers who do not exist, and every place that can be searched for them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from chassis.database.db import Database
from support.owned_columns import owned_columns

SECRET = "secret"
"""A password, a token of a link or of a session, a code: may stand nowhere."""


@dataclass(frozen=True)
class Canary:
    """One value. `kind`: SECRET, or one of `owned_columns.VALUES`; `name` says which one it is."""

    kind: str
    name: str
    text: str

    def is_in(self, place: bytes) -> bool:
        """Whether the place holds it, in any of the shapes in which programs write a text."""
        return any(shape in place for shape in self._shapes)

    @cached_property
    def _shapes(self) -> frozenset[bytes]:
        plain = self.text.encode()
        shapes = {plain, plain.hex().encode(), quote(self.text, safe="").encode(), _escaped(self.text)}
        for shift in range(3):  # inside of something longer it begins at any place of base64's four
            encoded = base64.b64encode(b"\0" * shift + plain)
            inner = encoded[4 if shift else 0 :].rstrip(b"=")[:-1]
            shapes |= {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}
        return frozenset(shapes)


def _escaped(text: str) -> bytes:
    return json.dumps(text)[1:-1].encode()


def leaks(place: str, content: bytes, canaries: Iterable[Canary], *, may_hold: frozenset[str]) -> list[str]:
    """A sentence for each canary that the place must not hold; never the value itself."""
    return [
        f"{place} holds a {canary.kind} ({canary.name})"
        for canary in canaries
        if canary.kind not in may_hold and canary.is_in(content)
    ]


async def columns_of(database: Database, service: str) -> dict[str, bytes]:
    """What stands in every column of every table, by `service.table.column`, a value a line."""
    async with database.transaction() as tx:
        columns = await tx.fetch(
            """
            SELECT c.table_name, c.column_name FROM information_schema.columns AS c
                JOIN information_schema.tables AS t USING (table_schema, table_name)
            WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
            """
        )
        found = {}
        for table, column in [(row["table_name"], row["column_name"]) for row in columns]:
            text = await tx.fetchval(f"SELECT string_agg({column}::text, E'\\n') FROM {table}")
            found[f"{service}.{table}.{column}"] = (text or "").encode()
    return found


async def leaks_in_columns(database: Database, service: str, canaries: Iterable[Canary]) -> list[str]:
    """What stands in a column that docs/personal-data.md does not say of it; an unlisted column holds
    nothing.
    """
    owned = owned_columns()
    found = []
    for name, content in (await columns_of(database, service)).items():
        may_hold = owned[name].kinds if name in owned else frozenset[str]()
        found += leaks(name, content, canaries, may_hold=may_hold)
    return found
