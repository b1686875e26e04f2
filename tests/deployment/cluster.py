"""What a cluster does with Deployments: as many pods as they say, and another release without a gap."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from deployment.manifests import Manifests, Object
from deployment.pod import Pod, Store, run_to_the_end

READY_WITHIN = 120.0  # seconds
_LOOKS_EVERY = 0.1  # seconds


class NotReady(Exception):
    """Pods that do not become ready; the text is what their readiness says."""


@dataclass
class Cluster:
    """The pods of one namespace. `gone`: pods that were deleted, and how they ended."""

    manifests: Manifests
    folder: Path
    store: Store
    pods: dict[str, list[Pod]] = field(default_factory=dict)
    gone: list[Pod] = field(default_factory=list)
    _number: count[int] = field(default_factory=lambda: count(1))
    _leaving: set[asyncio.Task[None]] = field(default_factory=set)

    async def apply(self) -> None:
        """Starts what Deployments ask for; nobody waits for anybody."""
        for deployment in self.manifests.all("Deployment"):
            for _ in range(self.manifests.replicas_of(deployment)):
                await self._add(deployment)

    async def run_job(self, name: str) -> tuple[int, str]:
        """A Job of one container: exit code and output."""
        spec = self.manifests.one("Job", name)["spec"]["template"]["spec"]
        [container] = spec["containers"]
        return await run_to_the_end(f"job-{name}", spec, container, self.folder, self.store)

    async def run_cron_job(self, name: str) -> dict[str, tuple[int, str]]:
        """Once; exit code and output of each container."""
        spec = self.manifests.one("CronJob", name)["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        number = next(self._number)
        containers = {each["name"]: each for each in spec["containers"]}
        done = await asyncio.gather(
            *(
                run_to_the_end(f"cron-{number}-{each}", spec, container, self.folder, self.store)
                for each, container in containers.items()
            )
        )
        return dict(zip(containers, done, strict=True))

    def all_pods(self) -> list[Pod]:
        """Those that live, in the order of Deployments."""
        return [pod for pods in self.pods.values() for pod in pods]

    def complaints(self, deployment: str) -> list[str]:
        """What its pods, those that are gone included, said above INFO: why a request failed."""
        pods = [pod for pod in [*self.all_pods(), *self.gone] if pod.name.startswith(deployment)]
        lines = [line for pod in pods for line in pod.log().splitlines()]
        return [line for line in lines if '"level":"info"' not in line.replace('": "', '":"').lower()]

    async def until_ready(self, within: float = READY_WITHIN) -> None:
        """Every pod. Raises NotReady."""
        try:
            async with asyncio.timeout(within):
                while not all(pod.ready for pod in self.all_pods()):
                    await asyncio.sleep(_LOOKS_EVERY)
        except TimeoutError:
            raise NotReady({pod.name: pod.said for pod in self.all_pods() if not pod.ready}) from None

    async def roll_out(self) -> None:
        """Another release of every Deployment at once, as `kubectl apply` begins it; returns when the last
        old pod is gone.
        """
        await asyncio.gather(*(self._roll(each) for each in self.manifests.all("Deployment")))
        await asyncio.gather(*self._leaving)

    async def _roll(self, deployment: Object) -> None:
        how = deployment["spec"]["strategy"]["rollingUpdate"]
        wanted = self.manifests.replicas_of(deployment)
        pods = self.pods[deployment["metadata"]["name"]]
        old = list(pods)
        async with asyncio.timeout(deployment["spec"].get("progressDeadlineSeconds", 600)):
            while old:
                if len(pods) < wanted + how["maxSurge"] and len(pods) - len(old) < wanted:
                    await self._add(deployment)
                elif sum(pod.ready for pod in pods) - old[0].ready >= wanted - how["maxUnavailable"]:
                    self._let_go(deployment["metadata"]["name"], old.pop(0))
                else:
                    await asyncio.sleep(_LOOKS_EVERY)

    async def _add(self, deployment: Object) -> None:
        name = deployment["metadata"]["name"]
        number = next(self._number)
        spec = deployment["spec"]["template"]["spec"]
        pod = Pod(f"{name}-{number}", _address(number), spec, self.folder / f"{name}-{number}", self.store)
        self.pods.setdefault(name, []).append(pod)
        await pod.start()

    def _let_go(self, deployment: str, pod: Pod) -> None:
        self.pods[deployment].remove(pod)
        self.gone.append(pod)
        pod.terminating = True
        self._leaving.add(asyncio.create_task(pod.delete()))

    async def stop(self) -> None:
        """Everything at once."""
        for pod in self.all_pods():
            pod.terminating = True
        for pod in [*self.all_pods(), *self.gone]:
            if pod.process and pod.process.returncode is None:
                pod.process.kill()
                await pod.process.wait()


@asynccontextmanager
async def cluster_of(manifests: Manifests, folder: Path, store: Store) -> AsyncIterator[Cluster]:
    """With nothing in it yet."""
    cluster = Cluster(manifests, folder, store)
    try:
        yield cluster
    finally:
        await cluster.stop()


def _address(number: int) -> str:
    """Of this test run alone: all pods listen on the same ports."""
    return f"127.{65 + os.getpid() % 120}.{os.getpid() // 120 % 250 + 1}.{number}"
