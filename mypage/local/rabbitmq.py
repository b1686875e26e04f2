"""A private RabbitMQ node on this machine, for `make up` and for the tests; it touches no other node.

Broker and port mapper (epmd) run in sessions of their own, so Ctrl-C in the terminal does not reach them. If
our process is killed, both live on, about 150 MB; the next `start` in the same directory ends them before it
begins. To end them by hand: the state file `rabbitmq.json` names the ports, and every process carries the
directory on its command line.
"""

import asyncio
import json
import os
import signal
import subprocess
from asyncio.subprocess import DEVNULL, Process
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

from mypage.local.interruption import to_its_end
from mypage.local.ports import answers, is_free
from mypage.local.rabbitmq_node import ADMIN, Node, port_mapper, programs
from mypage.local.statefile import process_lives

_START_SECONDS = 60
_STOP_SECONDS = 30
_SECONDS_UNTIL_A_NEW_QUORUM_QUEUE_IS_ON_DISK = 1.0  # 3.10 saves its list of them every half second
_PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
_METHOD_FRAME = b"\x01"


class ManagementError(RuntimeError):
    """The management API refused a request; `status` is the HTTP status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}")
        self.status = status


class PrivateRabbit:
    """One node whose data belong to `directory`; what is to be remembered stands in
    `directory/rabbitmq.json`.
    """

    def __init__(self, directory: Path, *, definitions: Path | None = None, name: str = "mypage") -> None:
        """`definitions` is a file of users, vhosts, permissions, queues, policies as RabbitMQ exports it."""
        self._directory = directory.resolve()
        self._definitions = definitions
        self._name = name
        self._node: Node | None = None
        self._processes: list[Process] = []  # port mapper, broker

    async def start(self) -> None:
        """Returns when the broker speaks AMQP and has the definitions; queues and messages of an earlier run
        are kept.

        The ports of the earlier run are used when they are free. Raises MissingPart when RabbitMQ is absent,
        RuntimeError when a living process runs a broker in this directory or when the broker does not answer
        within 60 seconds (nothing is left then).
        """
        if self._processes:
            return
        programs()
        node = await asyncio.to_thread(Node.of, self._directory, self._name)
        await self._end_orphan(node)
        self._node = node = await asyncio.to_thread(node.made_ready)
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self.kill)
            async with asyncio.timeout(_START_SECONDS):
                await self._launch(port_mapper(), "-port", str(node.ports.epmd), "-address", "127.0.0.1")
                while not await asyncio.to_thread(answers, node.ports.epmd):
                    await self._pause()
                await self._launch(str(programs() / "rabbitmq-server"))
                while not await _speaks_amqp(node.ports.amqp):
                    await self._pause()
                await self._import_definitions()
            undo.pop_all()

    async def stop(self) -> None:
        """Ends the broker cleanly, which takes RabbitMQ six seconds, then its port mapper; kills what does
        not end within 30 seconds.
        """
        await to_its_end(self._stop())

    async def _stop(self) -> None:
        for process in reversed(self._processes):
            with suppress(ProcessLookupError):
                process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        await self.kill()

    async def is_alive(self) -> bool:
        """Whether broker and port mapper run."""
        return all(process.returncode is None for process in self._processes)

    async def start_again(self) -> None:
        """After one of them died: with its data, on the same ports. Raises as `start` does."""
        await self.kill()
        await self.start()

    async def kill(self) -> None:
        """Ends everything at once as a power cut would (SIGKILL); `start` brings back the data, on the same
        ports.

        A quorum queue that was declared less than a second before comes back without a leader and answers
        nobody (RabbitMQ 3.10).
        """
        for process in self._processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        self._processes = []
        if self._node is not None:
            await self._until_free(self._node.ports.amqp)
            await asyncio.to_thread(self._node.note_end)

    @property
    def amqp_port(self) -> int:
        return self._known().ports.amqp

    @property
    def management_port(self) -> int:
        return self._known().ports.management

    def url(self, user: str = ADMIN, password: str | None = None, vhost: str = "/") -> str:
        """An AMQP address; for the administrator of this node the password is filled in."""
        secret = self._known().admin_password if password is None else password
        login = f"{quote(user, safe='')}:{quote(secret, safe='')}"
        return f"amqp://{login}@127.0.0.1:{self.amqp_port}/{quote(vhost, safe='')}"

    async def api(self, method: str, path: str, body: object = None) -> Any:
        """One request to the management API as administrator: `api("GET", "/api/queues/%2F")`; None when the
        answer is empty.

        Raises ManagementError for a status of 400 and above.
        """
        address = f"http://127.0.0.1:{self.management_port}{path}"
        login = {"Authorization": aiohttp.encode_basic_auth(ADMIN, self._known().admin_password)}
        async with (
            aiohttp.ClientSession(headers=login) as session,
            session.request(method, address, json=body) as response,
        ):
            text = await response.text()
            if response.status >= 400:
                raise ManagementError(response.status, text)
            return json.loads(text) if text else None

    def _known(self) -> Node:
        if self._node is None:
            raise RuntimeError("this RabbitMQ is not started")
        return self._node

    async def _launch(self, program: str, *arguments: str) -> None:
        """What runs is known to `kill`, whenever this is cancelled."""
        await to_its_end(self._launched(program, *arguments))

    async def _launched(self, program: str, *arguments: str) -> None:
        with (self._directory / "out").open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                program,
                *arguments,
                cwd=self._directory,
                env=self._known().environment(),
                stdin=DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self._processes.append(process)

    async def _pause(self) -> None:
        if any(process.returncode is not None for process in self._processes):
            raise RuntimeError(
                "RabbitMQ did not start; what it said stands in "
                f"{self._directory / 'out'} and {self._directory / 'log'}"
            )
        await asyncio.sleep(0.05)

    async def _import_definitions(self) -> None:
        """At every start and not by `load_definitions`, with which the broker would create no administrator.
        Twice changes nothing.
        """
        if self._definitions is None:
            return
        definitions = json.loads(await asyncio.to_thread(self._definitions.read_text))
        known = await self.api("GET", "/api/queues?columns=name")
        await self.api("POST", "/api/definitions", definitions)
        if len(known) < len(await self.api("GET", "/api/queues?columns=name")):
            await asyncio.sleep(_SECONDS_UNTIL_A_NEW_QUORUM_QUEUE_IS_ON_DISK)

    async def _until_free(self, port: int) -> None:
        """The process that `kill` waits for is a shell; the broker in its group ends a moment later."""
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                while not is_free(port):  # noqa: ASYNC110 - nothing tells us when a process that is not our child has ended
                    await asyncio.sleep(0.02)

    async def _end_orphan(self, node: Node) -> None:
        """Ends what a killed process of ours left here. The cookie proves the broker ours: a stranger on its
        port is left alone.
        """
        if node.owner_pid == 0 or node.ports.are_free():
            return
        if process_lives(node.owner_pid):
            raise RuntimeError(f"process {node.owner_pid} runs a RabbitMQ in {self._directory} already")
        await asyncio.to_thread(
            _run, node, str(programs() / "rabbitmqctl"), "stop", str(self._directory / "pid")
        )
        await asyncio.to_thread(_run, node, port_mapper(), "-kill")


def _run(node: Node, *command: str) -> None:
    """Runs a program of RabbitMQ to its end; that there was nothing to end is no failure."""
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(  # noqa: S603 - programs of RabbitMQ, no shell, no words of a user
            command,
            env=node.environment(),
            cwd=node.directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_STOP_SECONDS,
            start_new_session=True,
            check=False,
        )


async def _speaks_amqp(port: int) -> bool:
    """True when the answer to the protocol header of AMQP 0-9-1 is a method frame (connection.start)."""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(_PROTOCOL_HEADER)
            try:
                return await reader.readexactly(1) == _METHOD_FRAME
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return False
