"""What docs/personal-data.md lists: which column, and which message, may hold what of a customer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mypage.local.databases import SERVICES

PAGE = Path(__file__).parent.parent.parent / "docs" / "personal-data.md"
VALUES = frozenset({"account ID", "nickname", "mail address", "customer number", "name", "telephone"})
PERSONAL = VALUES | {"contract", "bill", "deed"}
KINDS = PERSONAL | {"hash", "sealed", "key", "operator", "ours"}
_ROW = re.compile(r"\| (?:([a-z]+)\.)?([a-z_]+): ([a-z0-9_, ]+) \| ([^|]+) \| ([^|]*)\|")
_MESSAGE = re.compile(r"\| `([a-z_.0-9]+)` (\(an event\) )?\| ([^|]+) \|")


@dataclass(frozen=True)
class Owned:
    """`in_file`: the label in the customer's file, or `no: ` and why not; empty for what is not personal."""

    kinds: frozenset[str]
    in_file: str


@cache
def owned_columns() -> Mapping[str, Owned]:
    """By `service.table.column`, what the page says of it."""
    listed: dict[str, Owned] = {}
    for service, table, columns, kinds, in_file in _ROW.findall(PAGE.read_text("utf-8")):
        owned = Owned(frozenset(kinds.strip().split(", ")), in_file.strip())
        for each in [service] if service else SERVICES:
            for column in columns.split(", "):
                name = f"{each}.{table}.{column}"
                assert name not in listed, f"{name} is listed twice"
                listed[name] = owned
    return listed


@cache
def said_in_clear() -> Mapping[str, frozenset[str]]:
    """By type of message, which values it carries for everybody to read."""
    rows = _MESSAGE.findall(PAGE.read_text("utf-8"))
    return {name: frozenset(kinds.strip().split(", ")) for name, _, kinds in rows}


@cache
def said_in_events() -> frozenset[str]:
    """What the broker may write to its disk: events wait there, and may become dead letters."""
    rows = _MESSAGE.findall(PAGE.read_text("utf-8"))
    return frozenset(kind for _, event, kinds in rows if event for kind in kinds.strip().split(", "))
