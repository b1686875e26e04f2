"""Takes out of a package-lock.json whom one may give money to: a lock names no host."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def strip(lock: Path) -> None:
    """In place."""
    held = json.loads(lock.read_text(encoding="utf-8"))
    for package in held["packages"].values():
        package.pop("funding", None)
    lock.write_text(json.dumps(held, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    strip(Path(sys.argv[1]))
