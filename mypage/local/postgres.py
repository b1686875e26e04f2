"""A private PostgreSQL on this machine, for `make up` and for the tests: loopback only, own data, own
password.

The server is a daemon in a session of its own: Ctrl-C in the terminal does not reach it, so the services can
finish their work before `stop` ends it. If our process is killed the server lives on; the next `start` finds
it and takes it over.
"""

import asyncio
import os
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Self
from urllib.parse import quote

from mypage.local import postgres_files, postgres_place
from mypage.local.interruption import to_its_end
from mypage.local.ports import answers, free_ports, is_free
from mypage.local.postgres_files import Cluster
from mypage.local.statefile import process_lives, read_state, write_state

_ATTEMPTS = 8
_PAUSE_SECONDS = 0.5
_TIMEOUT_SECONDS = 120

_ALWAYS = (
    "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' "
    # A failed statement may hold a password, and the detail of a broken unique key holds the key: neither
    # belongs in a log.
    "-c log_min_error_statement=panic -c log_error_verbosity=terse"
)
_INITDB_OPTIONS = ("-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8")
_NOT_DURABLE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class PrivatePostgres:
    """One server whose data belong to `directory`; what is to be remembered stands in
    `directory/postgres.json`.
    """

    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        """`durable=False` is for tests only: quicker, and a power cut may lose everything."""
        self._directory = directory.resolve()
        self._durable = durable
        self._state: Cluster | None = None
        self._is_ours_to_stop = False

    async def start(self) -> None:
        """Returns when the server takes connections; the data of an earlier run are kept, and its port when
        that is free.

        A living server of the same directory is used as it is. It becomes ours to stop when the process that
        started it has died. Raises MissingPart when the programs are absent, RuntimeError with the end of the
        server's log when it does not start.
        """
        if self._state is None:
            await to_its_end(self._start())

    async def _start(self) -> None:
        state = await asyncio.to_thread(self._prepare)
        for _ in range(_ATTEMPTS):  # a server that is just ending, or a port lost, is a matter of a moment
            if await asyncio.to_thread(self._attach_or_launch, state):
                return
            await asyncio.sleep(_PAUSE_SECONDS)
        end_of_log = await asyncio.to_thread(postgres_files.end_of_log, Path(state.data_dir))
        raise RuntimeError(f"PostgreSQL did not start; the end of its log:\n{end_of_log}")

    async def is_alive(self) -> bool:
        """Whether it takes connections."""
        return await asyncio.to_thread(answers, self.port)

    async def start_again(self) -> None:
        """After it died: with its data, on the port that everybody knows. Raises RuntimeError when it
        does not start. One that another process started is that one's to start again.
        """
        if self._is_ours_to_stop and not await to_its_end(asyncio.to_thread(self._relaunch)):
            raise RuntimeError("PostgreSQL did not start")

    def _relaunch(self) -> bool:
        state = self._known()
        if self._living_port(state) is not None:
            return True
        postgres_files.forget_dead_server(Path(state.data_dir))
        return self._launch(state, state.port)

    async def stop(self) -> None:
        """Ends the server after its running transactions were rolled back; does nothing when another process
        started it.
        """
        await to_its_end(asyncio.to_thread(self._stop))

    @property
    def port(self) -> int:
        return self._known().port

    @property
    def superuser_password(self) -> str:
        return self._known().superuser_password

    def url(self, database: str = "postgres", user: str = "postgres", password: str | None = None) -> str:
        """A connection address; for the superuser the password is filled in."""
        if password is None and user == "postgres":
            password = self.superuser_password
        secret = "" if password is None else f":{quote(password, safe='')}"
        return f"postgresql://{quote(user, safe='')}{secret}@127.0.0.1:{self.port}/{quote(database, safe='')}"

    @classmethod
    def running_in(cls, directory: Path) -> Self | None:
        """The living server of `directory`, to be used but not stopped; None when there is none."""
        server = cls(directory)
        state = server._saved_state()
        port = None if state is None else server._living_port(state)
        if state is None or port is None:
            return None
        server._state = replace(state, port=port)
        return server

    def _known(self) -> Cluster:
        if self._state is None:
            raise RuntimeError("this PostgreSQL is not started")
        return self._state

    def _prepare(self) -> Cluster:
        self._directory.mkdir(parents=True, exist_ok=True)
        return self._saved_state() or self._create_cluster()

    def _attach_or_launch(self, state: Cluster) -> bool:
        port = self._living_port(state)
        if port is not None:
            self._is_ours_to_stop = not process_lives(state.owner_pid)
        else:
            postgres_files.forget_dead_server(Path(state.data_dir))
            port = state.port if state.port and is_free(state.port) else free_ports(1)[0]
            if not self._launch(state, port):
                return False
            self._is_ours_to_stop = True
        self._state = replace(state, port=port)
        if self._is_ours_to_stop:
            write_state(self._state_file(), asdict(replace(self._state, owner_pid=os.getpid())))
        return True

    def _stop(self) -> None:
        state, self._state = self._state, None
        if state is None or not self._is_ours_to_stop:
            return
        self._is_ours_to_stop = False
        done = self._run(
            "pg_ctl", "-D", state.data_dir, "-m", "fast", "-w", "-t", "60", "stop", data=Path(state.data_dir)
        )
        if done.returncode != 0:
            raise RuntimeError(f"PostgreSQL did not stop: {done.stdout.strip()}")

    def _state_file(self) -> Path:
        return self._directory / "postgres.json"

    def _saved_state(self) -> Cluster | None:
        """What an earlier run left, as long as its data are there; the place is worked out anew, the
        directory may have moved.
        """
        saved = read_state(self._state_file())
        if saved is None:
            return None
        here = postgres_place.data_directory(self._directory)
        data = here if here.exists() else Path(saved["data_dir"])
        return Cluster(**{**saved, "data_dir": str(data)}) if data.exists() else None

    def _create_cluster(self) -> Cluster:
        """A new cluster with a new password. It gets its name only when complete, so a crash in between
        leaves nothing half made.
        """
        data = postgres_place.data_directory(self._directory)
        if data.exists():
            postgres_files.set_aside(data)
        fresh = data.with_name(data.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        postgres_place.make_data_directory(fresh)
        state = Cluster(
            port=0, data_dir=str(data), superuser_password=secrets.token_urlsafe(24), owner_pid=os.getpid()
        )
        with tempfile.NamedTemporaryFile("w", prefix="mypage-") as password_file:
            password_file.write(state.superuser_password)
            password_file.flush()
            os.chown(password_file.fileno(), fresh.stat().st_uid, fresh.stat().st_gid)
            options = [*_INITDB_OPTIONS, "--pwfile", password_file.name]
            if not self._durable:
                options.append("--no-sync")
            done = self._run("initdb", "-D", str(fresh), *options, data=fresh)
        if done.returncode != 0:
            raise RuntimeError(f"initdb failed: {done.stdout.strip()}")
        write_state(self._state_file(), asdict(state))
        fresh.rename(data)
        return state

    def _launch(self, state: Cluster, port: int) -> bool:
        options = f"-p {port} {_ALWAYS}" + ("" if self._durable else f" {_NOT_DURABLE}")
        log = str(Path(state.data_dir) / postgres_files.LOG)
        command = ["pg_ctl", "-D", state.data_dir, "-w", "-t", "60", "-l", log, "-o", options, "start"]
        return self._run(*command, data=Path(state.data_dir)).returncode == 0

    def _living_port(self, state: Cluster) -> int | None:
        """The port of the server when it is alive and ready, from the file that PostgreSQL itself keeps."""
        if self._run("pg_ctl", "-D", state.data_dir, "status", data=Path(state.data_dir)).returncode != 0:
            return None
        port = postgres_files.ready_port(Path(state.data_dir))
        return None if port is None or is_free(port) else port

    def _run(self, program: str, *arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
        # A thread with subprocess.run and not asyncio's own call: uvloop's knows no `user=`.
        return subprocess.run(  # noqa: S603 - a program of PostgreSQL, no shell, no words of a user
            [str(postgres_place.programs(self._directory) / program), *arguments],
            cwd="/",
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                "LC_ALL": "C.UTF-8",
            },  # no PG* of the caller, none of its secrets
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_TIMEOUT_SECONDS,
            start_new_session=True,
            check=False,
            **postgres_place.identity(data),
        )
