"""Programs of Debian that stand beside the portal, each in the foreground, on a port and in a folder of this
run, from the very sample that docs/runbook.md hands out.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from mypage.local.ports import answers

SAMPLES = Path(__file__).parent.parent.parent / "docs" / "runbook"
_OPEN_WITHIN = 20.0  # seconds
_ENDS_WITHIN = 20.0  # seconds


class DoesNotStart(Exception):
    """A program ended by itself; the text is what it wrote."""


def program(name: str, package: str = "") -> str:
    """Where the program is. Raises DoesNotStart, naming the package that brings it."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise DoesNotStart(f"{name} is missing: apt-get install --no-install-recommends {package or name}")
    return found


def filled(sample: str, values: Mapping[str, object]) -> str:
    """A sample of the runbook with its example values replaced. Each of them must stand in it."""
    text = (SAMPLES / sample).read_text(encoding="utf-8")
    for example, value in values.items():
        assert example in text, f"docs/runbook/{sample} does not say {example!r} any more"
        text = text.replace(example, str(value))
    return text


@asynccontextmanager
async def running(arguments: Sequence[object], *, port: int, log: Path) -> AsyncIterator[int]:
    """The program, from when its port answers to the end of the block, when it is told to end; its process
    id. Raises DoesNotStart.
    """
    with log.open("ab") as written:
        process = await asyncio.create_subprocess_exec(
            *map(str, arguments), stdin=asyncio.subprocess.DEVNULL, stdout=written, stderr=written
        )
    try:
        async with asyncio.timeout(_OPEN_WITHIN):
            while not await asyncio.to_thread(answers, port):
                if process.returncode is not None:
                    raise DoesNotStart((await asyncio.to_thread(log.read_text, "utf-8", "replace"))[-3000:])
                await asyncio.sleep(0.05)
        yield process.pid
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), _ENDS_WITHIN)
            except TimeoutError:
                process.kill()
                await process.wait()
