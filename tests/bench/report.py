"""docs/bench.json, and docs/bench.md and its plot from what stands there."""

from __future__ import annotations

import json
import os
import platform
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bench.parts import PARTS
from bench.sections import pages

_ORDER = (
    "pages",
    "others",
    "lighthouse",
    "profile",
    "calls",
    "logins",
    "registrations",
    "imports",
    "starts",
    "memory",
    "million",
    "scale",
)
_HEAD = """\
# What it costs

Written by `make bench`, not by hand. Contestants take turns within one run, so ratios can be read and
absolute figures cannot: they are this machine's, at that moment. CPU is of all processes of a contestant,
database and broker included. In brackets the smallest and the largest of the rounds. The lines that begin
with *holds* or *falls short* say what is asked of the product, and judge the medians.
"""


def keep(folder: Path, name: str, found: Any, *, rounds: int) -> None:
    """What one part found, beside what others found before, in that run or in an earlier one."""
    known = _known(folder)
    part = PARTS[name]
    machine = f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}"
    known[name] = {
        "measured_on": date.today().isoformat(),  # noqa: DTZ011 - the day on this machine
        "machine": machine,
        "rounds": rounds,
        "found": TypeAdapter(part.kind).dump_python(found, mode="json"),
    }
    (folder / "bench.json").write_text(json.dumps({"parts": known}, indent=1) + "\n")


def tell(folder: Path) -> None:
    """Writes text and plot anew."""
    known = _known(folder)
    text = [_HEAD]
    for name in _ORDER:
        if name in known:
            part, kept = PARTS[name], known[name]
            found = TypeAdapter(part.kind).validate_python(kept["found"])
            text += [f"## {part.title}", "", *part.told(found)]
            text += [f"*{kept['measured_on']}, {kept['rounds']} rounds; {kept['machine']}.*", ""]
            if name == "pages":
                (folder / "bench.svg").write_text(pages.plot(found))
    (folder / "bench.md").write_text("\n".join(text).rstrip() + "\n")


def _known(folder: Path) -> dict[str, Any]:
    """By part."""
    file = folder / "bench.json"
    known: dict[str, Any] = json.loads(file.read_text()).get("parts", {}) if file.exists() else {}
    return known
