"""A process holds in memory what it uses: each library that it never calls costs megabytes five times."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

SERVICES = ("services.identity", "services.registration", "services.notification", "services.billing")
PROCESSES = (*SERVICES, "gateway")
USERS = {
    "aiohttp": {"gateway"},
    "aiosmtplib": {"services.notification"},
    "argon2": {"services.identity", "services.registration"},
    "asyncpg": set(SERVICES),
    "chassis.database": set(SERVICES),
    "chassis.messaging.rpc_client": {"gateway"},
    "chassis.web": {"gateway"},
    "flufl": set[str](),
    "jinja2": {"services.notification", "gateway"},
    "mypage": set[str](),
    "polib": {"gateway"},
    "pygments": set[str](),
    "pylopdf_fonts_jp": set[str](),
    "rich": set[str](),
    "typer": set[str](),
    "typst": set[str](),
}
"""Which processes may have it in memory. A package stands for all in it."""


@cache
def imported_by(process: str) -> frozenset[str]:
    """Every module, and every package, that a process has before it reads its settings."""
    code = f"import sys, {process}.__main__; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        (sys.executable, "-c", code), cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return frozenset(done.stdout.split())


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_imports_only_what_it_uses(process: str) -> None:
    """Also through another module, which import-linter's rules of direct imports do not see."""
    imported = imported_by(process)
    needless = sorted(name for name, users in USERS.items() if name in imported and process not in users)
    assert not needless, (
        f"{process} imports {needless}: put what needs it into a module of its own "
        f"(`python -X importtime -c 'import {process}.__main__'` shows who imports it)"
    )


@pytest.mark.parametrize("process", PROCESSES)
def test_what_a_process_is_said_to_use_it_imports(process: str) -> None:
    """A name that is misspelt, or moved, would keep nothing out."""
    imported = imported_by(process)
    missing = sorted(name for name, users in USERS.items() if process in users and name not in imported)
    assert not missing, f"take {process} off the users of {missing}"


@pytest.mark.parametrize("process", SERVICES)
def test_a_service_has_nothing_of_another_one(process: str) -> None:
    """Nor of the gateway: its image holds neither."""
    others = {*PROCESSES} - {process}
    assert not others & imported_by(process)
