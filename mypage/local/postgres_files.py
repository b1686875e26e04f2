"""What lies in a private PostgreSQL's folders: what we remember of it, and what the server notes itself."""

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

LOG = "server.log"
_PID_FILE = "postmaster.pid"
_IS_LIVING_POSTGRES = re.compile(r"\(postgres\) [^ZX]")


@dataclass(frozen=True)
class Cluster:
    """What is remembered of a database cluster from one run to the next."""

    port: int
    data_dir: str
    superuser_password: str = field(repr=False)
    owner_pid: int


def ready_port(data: Path) -> int | None:
    """The port of a server that takes connections, as its own file says; None before and after."""
    lines = _lines_of_pid_file(data)
    return int(lines[3]) if len(lines) > 7 and lines[7].strip() == "ready" else None


def forget_dead_server(data: Path) -> None:
    """After a crash the number in postmaster.pid may belong to another program, which PostgreSQL would take
    for itself.

    It may also belong to the dead server's unburied entry in the process table, in a container whose first
    process reaps nobody.
    """
    lines = _lines_of_pid_file(data)
    process = Path("/proc") / (lines[0].strip() if lines else "-") / "stat"
    if process.exists() and not _IS_LIVING_POSTGRES.search(process.read_text()):
        (data / _PID_FILE).unlink()


def set_aside(data: Path) -> None:
    """Data whose state file is gone have no password any more: kept once under another name, never deleted
    unasked, never in the way.
    """
    aside = data.with_name(data.name + ".set-aside")
    shutil.rmtree(aside, ignore_errors=True)
    data.rename(aside)


def end_of_log(data: Path) -> str:
    """The last ten lines that the server wrote."""
    log = data / LOG
    if not log.exists():
        return "(there is no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-10:])


def _lines_of_pid_file(data: Path) -> list[str]:
    try:
        return (data / _PID_FILE).read_text().splitlines()
    except FileNotFoundError:
        return []
