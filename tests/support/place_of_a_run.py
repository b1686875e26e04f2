"""What each process that runs tests has to itself on this machine: a range of ports, and a directory for all
that it and its programs write. Nothing of it outlives the process: what a killed one left is removed by the
next one that comes to the same place.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from mypage.errors import MissingPart
from mypage.local import ports, postgres_place

ALL_PORTS = range(ports._LOWEST, ports._HIGHEST)
ROOM = 1_000
"""Ports of a run."""
ALWAYS_WALKABLE = Path("/var/tmp")


@dataclass(frozen=True)
class Place:
    """Held until `leave`, or until the process ends."""

    ports: range
    folder: Path
    claim: TextIOWrapper

    def clear(self) -> None:
        """Removes the directory, and what servers in it kept elsewhere."""
        _remove(self.folder)

    def leave(self) -> None:
        """The same, and lets the next one in."""
        self.clear()
        self.claim.close()


def take_place(claims: Path) -> Place:
    """The first place that nobody holds, empty. `claims` is the folder where those of this machine meet.
    LookupError when none is left.
    """
    for lowest in ALL_PORTS[::ROOM]:
        name = f"{lowest}-of-{os.getuid()}"
        claim = (claims / f"mypage-test-ports-{name}").open("w")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            claim.close()
            continue
        folder = _walkable(claims) / f"mypage-test-run-{name}"
        _remove(folder)
        folder.mkdir()
        folder.chmod(0o755)  # PostgreSQL runs as another user when the tests run as root
        return Place(range(lowest, lowest + ROOM), folder, claim)
    raise LookupError("too many test runs on this machine: none of the port ranges is left")


def bring_programs(place: Place) -> None:
    """PostgreSQL's programs, once for all servers of the run, where its user cannot walk to those of the
    checkout: each server would have a copy of its own.
    """
    with suppress(MissingPart):  # whoever needs them is told by them
        found = postgres_place.programs(place.folder, copies=place.folder)
        if found.is_relative_to(place.folder):
            os.environ["PG_BIN"] = str(found)


def left_outside(below: Path) -> list[Path]:
    """What PostgreSQL keeps elsewhere for directories there, as its user cannot walk to them."""
    found = []
    for note in postgres_place.OUTSIDE.glob(f"mypage-*/{postgres_place.OWNER_NOTE}"):
        with suppress(FileNotFoundError):  # another run just removed its own
            if Path(os.fsdecode(note.read_bytes())).is_relative_to(below.resolve()):
                found.append(note.parent)
    return found


def _walkable(folder: Path) -> Path:
    return folder if postgres_place.can_be_walked_by_anybody(folder) else ALWAYS_WALKABLE


def _remove(folder: Path) -> None:
    for outside in left_outside(folder):
        shutil.rmtree(outside, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
