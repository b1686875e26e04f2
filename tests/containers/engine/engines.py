"""The Docker engine that the test runs on: the machine's own, or one in a Debian tree of this test's own."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
CACHE = Path("/var/cache/mypage-containers")
_START = "private_engine.sh"
_READY_WITHIN = 60.0  # seconds
_WAYS_OUT = "Start a Docker engine, or run this as root on Debian, where it sets one up by itself."

Done = subprocess.CompletedProcess[str]


class Engine:
    """The machine's own. `folder` is where checkouts go; commands run as on a machine with Docker and without
    Python.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._without_python = folder / "no-python"
        self._without_python.mkdir()
        for name in ("python", "python3", "pip", "pip3"):
            program = self._without_python / name
            program.write_text(f"#!/bin/sh\necho '{name} was called: Docker must do' >&2\nexit 127\n")
            program.chmod(0o755)

    def __str__(self) -> str:
        return "the machine's own engine"

    def try_to(self, *command: str | Path, at: Path | None = None, **environment: str) -> Done:
        """Runs a command in a folder, under umask 077, and returns however it ends."""
        line = ["sh", "-c", 'umask 077; cd "$0" && exec "$@"', str(at or self.folder), *map(str, command)]
        return subprocess.run(
            [*self._entry(), "env", *(f"{name}={value}" for name, value in environment.items()), *line],
            env=self._environment(),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *command: str | Path, at: Path | None = None, **environment: str) -> str:
        """The same for a command that must end well; what it printed on standard output."""
        done = self.try_to(*command, at=at, **environment)
        assert done.returncode == 0, (
            f"{' '.join(map(str, command))} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
        return done.stdout

    def feed(self, file: Path, *command: str) -> None:
        """The same with a file as its standard input."""
        with file.open("rb") as text:
            subprocess.run(
                [*self._entry(), *command],
                stdin=text,
                env=self._environment(),
                cwd="/",
                check=True,
                stdout=subprocess.DEVNULL,
            )

    def _entry(self) -> list[str]:
        return []

    def _environment(self) -> Mapping[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MYPAGE_")}
        return inherited | {"PATH": f"{self._without_python}{os.pathsep}{inherited['PATH']}"}


class PrivateEngine(Engine):
    """One in a mount and process namespace of its own, all of which ends with it. It shares the network, so
    that published ports are this machine's.
    """

    def __init__(self, folder: Path, cache: Path) -> None:
        super().__init__(folder)
        self._tree, self._had_rules = cache / "tree", bool(_packet_filter(cache / "tree", "iptables-save"))
        self._log = (cache / "engine.log").open("w")
        places = [str(cache / "tree"), str(cache / "data"), str(folder)]
        self._outer = subprocess.Popen(
            [
                "setpriv",
                "--pdeathsig",
                "KILL",
                "unshare",
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "sh",
                str(HERE / _START),
                *places,
            ],
            stdout=self._log,
            stderr=self._log,
            cwd="/",
            start_new_session=True,
        )
        self._inner = 0
        deadline = time.monotonic() + _READY_WITHIN
        while not self._answers():
            assert self._outer.poll() is None, f"the engine ended: {(cache / 'engine.log').read_text()}"
            assert time.monotonic() < deadline, f"no engine: {(cache / 'engine.log').read_text()}"
            time.sleep(0.3)
        self._clear()

    def _clear(self) -> None:
        """What a run that was killed has left: its data would be this run's, with other passwords."""
        for left, ends in (("ps --all", "rm --force"), ("volume ls", "volume rm")):
            self.run("sh", "-c", f"docker {left} --quiet | xargs -r docker {ends}")
        self.run("docker", "network", "prune", "--force")

    def __str__(self) -> str:
        release = self.run("docker", "version", "--format", "{{.Server.Version}}").strip()
        return f"an engine {release} of this test's own, in a Debian tree"

    def stop(self) -> None:
        """Ends it and all that it runs, and takes its bridge off this machine, and its rules where no others
        were.
        """
        os.kill(self._inner, signal.SIGTERM)
        try:
            self._outer.wait(30)
        except subprocess.TimeoutExpired:
            self._outer.kill()
            self._outer.wait()
        self._log.close()
        subprocess.run(["ip", "link", "delete", "docker0"], check=False, capture_output=True)
        if not self._had_rules:
            for table in ("filter", "nat"):
                _packet_filter(self._tree, "iptables", "--table", table, "--flush")
                _packet_filter(self._tree, "iptables", "--table", table, "--delete-chain")
            _packet_filter(self._tree, "iptables", "--policy", "FORWARD", "ACCEPT")

    def _answers(self) -> bool:
        children = Path(f"/proc/{self._outer.pid}/task/{self._outer.pid}/children")
        self._inner = int((children.read_text() if children.exists() else "").strip() or 0)
        return bool(self._inner) and self.try_to("docker", "info").returncode == 0

    def _entry(self) -> list[str]:
        return ["nsenter", "--target", str(self._inner), "--mount"]

    def _environment(self) -> Mapping[str, str]:
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "USER": "root"}


def _packet_filter(tree: Path, *command: str) -> str:
    """Runs one of the tree's programs on this machine's rules; what it printed of chains and rules."""
    done = subprocess.run(["chroot", tree, *command], capture_output=True, text=True, check=False)
    return "".join(line for line in done.stdout.splitlines() if line.startswith("-"))


def debian_tree(cache: Path) -> Path:
    """The folder with the tree and the bare tree's archive, made at first use and when its recipe changes."""
    able = os.geteuid() == 0 and shutil.which("apt-get")
    assert able, f"No Docker engine answers, or it cannot pull. {_WAYS_OUT}"
    recipe = HERE / "debian_tree.sh"
    digest, made = hashlib.sha256(recipe.read_bytes()).hexdigest(), cache / "tree.made"
    if not made.exists() or made.read_text() != digest:
        made.unlink(missing_ok=True)
        subprocess.run(["sh", recipe, cache], check=True, cwd="/")
        made.write_text(digest)
    return cache


@contextmanager
def engine() -> Iterator[Engine]:
    """The machine's own where it answers, else one that is set up. One test run at a time uses that one."""
    with tempfile.TemporaryDirectory(prefix="mypage-containers-", dir="/var/tmp") as name:
        folder = Path(name)
        if shutil.which("docker") and subprocess.run(["docker", "info"], capture_output=True).returncode == 0:
            yield Engine(folder)
            return
        (CACHE / "data").mkdir(parents=True, exist_ok=True)
        with (CACHE / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            own = PrivateEngine(folder, debian_tree(CACHE))
            try:
                yield own
            finally:
                own.stop()
