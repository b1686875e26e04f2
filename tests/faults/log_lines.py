"""I15: whatever reads the logs can read every line of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta


def unreadable(logs: Mapping[str, str]) -> list[str]:
    """One sentence for each process whose log has lines that are no JSON object with a time in UTC."""
    return [
        f"I15: {len(broken)} lines of {name}, the first of them {broken[0][:200]!r}"
        for name, text in logs.items()
        if (broken := [line for line in text.splitlines() if not _is_whole(line)])
    ]


def _is_whole(line: str) -> bool:
    try:
        said = json.loads(line)
        return datetime.fromisoformat(said["ts"]).utcoffset() == timedelta(0) and bool(said["event"])
    except (ValueError, KeyError, TypeError):
        return False
