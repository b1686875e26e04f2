"""A pod of one container as a process: its environment, its mounts, its probes, and its end, as its manifest
says.

What is not Kubernetes' here: an address of this machine's loopback network stands for the pod's own, and a
folder for the container's root, so an environment variable that names a mount is told where that folder is.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from deployment.manifests import ROOT, Object

Store = Mapping[tuple[str, str], Mapping[str, str]]
"""Kind (Secret, ConfigMap) and name -> its data."""

EVERY_ADDRESS = "0.0.0.0"
IMAGE_ENVIRONMENT = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
    "MYPAGE_DATA_DIR": "/var/lib/mypage",
}


def command_of(container: Object) -> list[str]:
    """What the image's entry point starts (Dockerfile), with the arguments of the manifest."""
    component = container["image"].rpartition("/")[2].partition(":")[0].removeprefix("mypage-")
    module = component if component in ("gateway", "mypage") else f"services.{component}"
    return [sys.executable, "-m", module, *container.get("args", [])]


def lay_mounts(root: Path, spec: Object, container: Object, store: Store) -> dict[str, str]:
    """Writes each volume as the kubelet does: files are links into `..data`, itself a link to a folder that
    is replaced as a whole. Mount path -> where it lies.
    """
    volumes = {volume["name"]: volume for volume in spec.get("volumes", [])}
    laid = {}
    for mount in container.get("volumeMounts", []):
        volume = volumes[mount["name"]]
        if "secret" in volume:
            data = store["Secret", volume["secret"]["secretName"]]
            mode = volume["secret"].get("defaultMode", 0o644)
        else:
            data = store["ConfigMap", volume["configMap"]["name"]]
            mode = volume["configMap"].get("defaultMode", 0o644)
        place = root / mount["mountPath"].lstrip("/")
        version = place / "..2026_11_29_00_00_00.1"
        version.mkdir(parents=True)
        (place / "..data").symlink_to(version.name)
        for name, text in data.items():
            (version / name).write_text(text)
            (version / name).chmod(mode)
            (place / name).symlink_to(f"..data/{name}")
        laid[mount["mountPath"]] = str(place)
    return laid


def environment_of(container: Object, store: Store, mounts: Mapping[str, str], ip: str) -> dict[str, str]:
    """`envFrom`, then `env`, over what the image sets."""
    told = {"PATH": os.environ["PATH"], **IMAGE_ENVIRONMENT}
    for source in container.get("envFrom", []):
        kind = "ConfigMap" if "configMapRef" in source else "Secret"
        reference = source.get("configMapRef") or source["secretRef"]
        told |= store[kind, reference["name"]]
    told |= {each["name"]: each["value"] for each in container.get("env", [])}
    for name, value in told.items():
        if value == EVERY_ADDRESS:
            told[name] = ip
        for path, place in mounts.items():
            if value == path or value.startswith(f"{path}/"):
                told[name] = place + value.removeprefix(path)
    return told


@dataclass
class Pod:
    """One container, restarted when it dies, until the pod is deleted. `ready` is what a Service looks at."""

    name: str
    ip: str
    spec: Object
    root: Path
    store: Store
    started: bool = False
    passes_readiness: bool = False
    terminating: bool = False
    restarts: int = 0
    exit_code: int | None = None  # how it answered SIGTERM
    was_killed: bool = False  # it outlived its grace
    said: str = "not asked"  # by /readyz, the last time
    process: Process | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def container(self) -> Object:
        """The only one."""
        [container] = self.spec["containers"]
        return container

    @property
    def ready(self) -> bool:
        """Whether a Service sends anything here."""
        return self.passes_readiness and not self.terminating

    def port(self, name: str) -> int:
        """The container's port of that name."""
        return next(int(p["containerPort"]) for p in self.container["ports"] if p["name"] == name)

    def log(self) -> str:
        """All that the container has written."""
        return (self.root / "log").read_text("utf-8", "replace")

    async def start(self) -> None:
        """From now on it runs."""
        self.root.mkdir(parents=True)
        mounts = lay_mounts(self.root, self.spec, self.container, self.store)
        environment = environment_of(self.container, self.store, mounts, self.ip)
        self._tasks.append(asyncio.create_task(self._keep_running(environment), name=self.name))

    async def _keep_running(self, environment: Mapping[str, str]) -> None:
        while not self.terminating:
            with (self.root / "log").open("ab") as log:
                self.process = await asyncio.create_subprocess_exec(
                    *command_of(self.container), cwd=ROOT, env=environment, stdin=asyncio.subprocess.DEVNULL,
                    stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip
            probes = asyncio.create_task(self._probe(), name=f"{self.name}.probes")
            self._tasks.append(probes)
            code = await self.process.wait()
            probes.cancel()
            self._tasks.remove(probes)
            self.started = self.passes_readiness = False
            if self.terminating:
                self.exit_code = code
            else:
                self.restarts += 1
                await asyncio.sleep(1)  # the first time at once, as a kubelet does; it takes about that long

    async def kill(self) -> None:
        """SIGKILL; the kubelet notices that the container is gone, and starts another one."""
        assert self.process
        self.process.kill()
        await self.process.wait()

    async def delete(self) -> None:
        """preStop, SIGTERM, and SIGKILL when `terminationGracePeriodSeconds` are over."""
        self.terminating = True
        ends = time.monotonic() + self.spec.get("terminationGracePeriodSeconds", 30)
        await self._pre_stop(self.container.get("lifecycle", {}).get("preStop", {}))
        assert self.process
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), max(ends - time.monotonic(), 0.1))
        except TimeoutError:
            self.was_killed = True
            self.process.kill()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pre_stop(self, hook: Mapping[str, Any]) -> None:
        if "sleep" in hook:
            await asyncio.sleep(hook["sleep"]["seconds"])
        elif hook:
            raise NotImplementedError(f"this kubelet knows no preStop of {list(hook)}")

    async def _probe(self) -> None:
        """The startup probe until it passes, then the two others side by side."""
        startup = self.container.get("startupProbe")
        failed = 0
        while startup and not await self._answers(startup):
            failed += 1
            if failed >= startup.get("failureThreshold", 3):
                return await self._restart()
            await asyncio.sleep(startup.get("periodSeconds", 10))
        self.started = True
        await asyncio.gather(self._watch_readiness(), self._watch_liveness())
        return None

    async def _watch_readiness(self) -> None:
        probe = self.container["readinessProbe"]
        failed = 0
        while True:
            if await self._answers(probe):
                self.passes_readiness, failed = True, 0
            else:
                failed += 1
                if failed >= probe.get("failureThreshold", 3):
                    self.passes_readiness = False
            await asyncio.sleep(probe.get("periodSeconds", 10))

    async def _watch_liveness(self) -> None:
        probe = self.container["livenessProbe"]
        failed = 0
        while True:
            failed = 0 if await self._answers(probe) else failed + 1
            if failed >= probe.get("failureThreshold", 3):
                await self._restart()
            await asyncio.sleep(probe.get("periodSeconds", 10))

    async def _restart(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGTERM)

    async def _answers(self, probe: Mapping[str, Any]) -> bool:
        asked = probe["httpGet"]
        url = f"http://{self.ip}:{self.port(asked['port'])}{asked['path']}"
        timeout = aiohttp.ClientTimeout(total=probe.get("timeoutSeconds", 1))
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
                text = await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            text, passed = type(error).__name__, False
        else:
            passed = 200 <= answer.status < 400
        if probe is self.container.get("readinessProbe"):
            self.said = text
        return passed


async def run_to_the_end(
    name: str, spec: Object, container: Object, root: Path, store: Store
) -> tuple[int, str]:
    """A container of a Job: its exit code, and what it wrote."""
    mounts = lay_mounts(root / name, spec, container, store)
    process = await asyncio.create_subprocess_exec(
        *command_of(container), cwd=ROOT, env=environment_of(container, store, mounts, ip="127.0.0.1"),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()
