"""Whatever goes wrong while a process starts, each line that it writes is one JSON object with a UTC time,
and says what was wrong without a value.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mypage.local.key_ring import KeyRing, as_texts
from mypage.local.ports import free_ports

ROOT = Path(__file__).parents[4]
CANARY = "canary-7f3a"
NOBODY = "amqp://gateway:canary-7f3a@127.0.0.1:1/"


def usable(module: str) -> dict[str, str]:
    """Settings with which that process would start, if anything answered it."""
    service = module.removeprefix("services.")
    [port] = free_ports(1)
    told: dict[str, Any] = {
        "amqp_url": NOBODY,
        "database_url": f"postgresql://{service}:{CANARY}@127.0.0.1:1/{service}",
        "smtp_url": f"smtp://{CANARY}@127.0.0.1:1",
        "public_url": "http://127.0.0.1:8080",
        "admin_port": 0,
        "port": port,
    }
    return {
        f"MYPAGE_{key.upper()}": text
        for key, text in as_texts(told | KeyRing.generate().settings_of(service)).items()
    }


def lines_of(module: str, environment: Mapping[str, str | None]) -> tuple[int, list[dict[str, Any]], str]:
    """How that process ended, its lines, and all that it wrote. An entry that is None is left out."""
    merged = {**usable(module), **environment, "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-m", module],
        env={name: value for name, value in merged.items() if value is not None},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stdout


@pytest.mark.parametrize(
    ("module", "environment", "told"),
    [
        ("gateway", {"MYPAGE_AMQP_URL": None}, "MYPAGE_AMQP_URL: Field required"),
        ("gateway", {"MYPAGE_PORT": CANARY}, "MYPAGE_PORT"),
        ("gateway", {"MYPAGE_COOKIE_KEY": CANARY}, "MYPAGE_COOKIE_KEY"),
        ("gateway", {"MYPAGE_PUBLIC_URL": CANARY}, "MYPAGE_PUBLIC_URL"),
        ("gateway", {"MYPAGE_TRUSTED_PROXIES": CANARY}, "MYPAGE_TRUSTED_PROXIES"),
        (
            "gateway",
            {"MYPAGE_SEALING_PUBLIC_KEYS": '{"identity": "canary-7f3a"}'},
            "MYPAGE_SEALING_PUBLIC_KEYS",
        ),
        ("services.identity", {"MYPAGE_DATABASE_URL": None}, "MYPAGE_DATABASE_URL"),
        ("services.identity", {"MYPAGE_LOG_LEVEL": CANARY}, "MYPAGE_LOG_LEVEL"),
        ("services.identity", {"MYPAGE_SIGNING_PRIVATE_KEY": CANARY}, "MYPAGE_SIGNING_PRIVATE_KEY"),
        ("services.identity", {"MYPAGE_PASSWORD_HASH_PASSES": "1"}, "MYPAGE_ENVIRONMENT=test"),
        ("services.billing", {"MYPAGE_DATABASE_CONNECTIONS": "0"}, "MYPAGE_DATABASE_CONNECTIONS"),
        (
            "services.billing",
            {"MYPAGE_SIGNING_PUBLIC_KEYS": "{canary-7f3a"},
            "MYPAGE_SIGNING_PUBLIC_KEYS: must be JSON",
        ),
        ("services.notification", {"MYPAGE_SMTP_URL": None}, "MYPAGE_SMTP_URL"),
        ("services.notification", {"MYPAGE_COMPANY": CANARY}, "MYPAGE_COMPANY: must be JSON"),
        ("services.billing", {"MYPAGE_DATABASE_URL": f"mysql://{CANARY}"}, "must begin with postgresql://"),
        ("services.notification", {"MYPAGE_SMTP_URL": CANARY}, "must begin with smtp:// or smtps://"),
        ("gateway", {"MYPAGE_AMQP_URL": f"http://{CANARY}"}, "must begin with amqp:// or amqps://"),
        (
            "gateway",
            {"MYPAGE_PUBLIK_URL": CANARY},
            "MYPAGE_PUBLIK_URL: nothing reads this; MYPAGE_PUBLIC_URL",
        ),
        ("services.registration", {"MYPAGE_SECRETS_DIR": f"/{CANARY}"}, "MYPAGE_SECRETS_DIR: no such folder"),
        ("services.registration", {"MYPAGE_FAILPOINT": CANARY}, "MYPAGE_FAILPOINT"),
    ],
    ids=count(),
)
def test_a_setting_that_cannot_be_used_is_a_line_of_the_log(
    module: str, environment: dict[str, str | None], told: str
) -> None:
    """One line for each of them; no value, no plain text, no traceback."""
    code, lines, text = lines_of(module, environment)
    assert code == 2
    assert any(line["event"] == "settings.refused" and told in line["problem"] for line in lines)
    assert CANARY not in text
    for line in lines:
        written = datetime.fromisoformat(line["ts"])
        assert written.utcoffset() == timedelta(0)
        assert datetime.now(UTC) - written < timedelta(hours=1)


@pytest.mark.parametrize("setting", ["MYPAGE_PORT", "MYPAGE_ADMIN_PORT"])
def test_a_port_that_is_taken_is_a_line_of_the_log(setting: str) -> None:
    """The fault that ends a process is told by its class and its kind, in one line."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        code, lines, text = lines_of(
            "gateway", {"MYPAGE_HOST": "127.0.0.1", setting: str(other.getsockname()[1])}
        )
    assert code == 1
    [fault] = [line for line in lines if line["event"] == "process.fault"]
    assert fault["errno"] == "EADDRINUSE"
    assert CANARY not in text


BROKEN = """
from pathlib import Path
from chassis.process.runner import Component, run_process
from chassis.process.settings import ServiceSettings

class Broken:
    def autocommit(self):
        raise ZeroDivisionError("canary-7f3a")
    async def close(self):
        pass

async def build(settings):
    return Component("billing", None, {}, database=Broken(), migrations=Path("."))

run_process("billing", ServiceSettings, build, variables=())
"""


def test_a_task_that_ends_by_itself_ends_the_process_and_is_a_line_of_the_log() -> None:
    """Whoever started it starts it again; it is not "starting" for ever."""
    told = {"MYPAGE_AMQP_URL": NOBODY, "MYPAGE_DATABASE_URL": "postgresql://x", "MYPAGE_ADMIN_PORT": "0"}
    done = subprocess.run(
        [sys.executable, "-c", BROKEN],
        env={**told, "PATH": os.environ["PATH"]},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    [ended] = [line for line in lines if line["event"] == "loop.ended"]
    assert (ended["name"], ended["error"]) == ("billing.begin", "ZeroDivisionError")
    assert CANARY not in done.stdout + done.stderr
