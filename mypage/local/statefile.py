"""What a private server has to remember from one run to the next: a small JSON file that only its owner can
read.
"""

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mypage.errors import UnusableData


def read_state(path: Path) -> dict[str, Any] | None:
    """The saved state, or None when there is none.

    Raises UnusableData, naming the file, when it was edited into nonsense: guessing a password anew would
    lock us out of the data.
    """
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        state = None
    if not isinstance(state, dict):
        raise UnusableData(
            f"ファイル {path} が壊れています。控えから戻してください（何も上書きしていません）。"
        )
    return state


def write_state(path: Path, state: dict[str, Any]) -> None:
    """Replaces the file as a whole (a crash leaves the old or the new one), mode 0600 because it holds a
    password.
    """
    write_private(path, json.dumps(state, indent=2) + "\n")


def write_private(path: Path, text: str) -> None:
    """Writes a file that nobody else could read at any moment of its life (mode 0600), as a whole: a crash
    leaves the old one, or the new one, or none.
    """
    complete = path.with_name(path.name + ".part")
    complete.unlink(missing_ok=True)
    with os.fdopen(
        os.open(complete, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    complete.replace(path)


def kept_passwords(path: Path, names: Iterable[str]) -> dict[str, Any]:
    """A password for each name: letters and digits, made at first use and the same ever after. A name that is
    new gets one, too.
    """
    known = read_state(path) or {}
    kept = {name: secrets.token_hex(24) for name in names} | known
    if kept != known:
        write_state(path, kept)
    return kept


def process_lives(pid: int) -> bool:
    """True when a process of this number exists, whoever owns it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
