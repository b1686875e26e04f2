"""A lock is proven by installing it: with the oldest pip that is allowed, with the newest, and with uv.

Each installation is the one of the project's own files, into an empty environment: `make` with uv, the same
recipe with uv taken away, and the line of the Dockerfile. They install from a registry of the test's own, in
which every package has a release that is newer than the lock: that must make no difference.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import venv
import zipfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
PIPS = {
    "the oldest pip that is allowed": HERE / "pip-oldest.lock",  # came with Python 3.11.0
    "the newest pip": HERE / "pip-newest.lock",
}
MAKE_TARGETS = {"requirements-local.lock": ".local", "requirements-dev.lock": ".dev"}
IMAGE_LOCKS = ("requirements.lock", "requirements-gateway.lock")
LOCKS = (*IMAGE_LOCKS, *MAKE_TARGETS)


def _run(*command: str | Path, **environment: str) -> str:
    words, quickly = (
        [str(part) for part in command],
        {"PIP_NO_COMPILE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    done = subprocess.run(
        words, cwd=ROOT, env=os.environ | quickly | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{shlex.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _pinned(lock: Path) -> dict[str, str]:
    """Version by name of what the lock pins for every machine."""
    found = re.findall(r"^([a-z0-9-]+)(?:\[[a-z,-]+\])?==([^ ;]+) \\", lock.read_text(), re.MULTILINE)
    assert found, f"{lock.name} pins nothing"
    return dict(found)


def _release_newer_ones(registry: Path, names: Iterable[str]) -> None:
    """A release of each that no lock knows; whoever resolves takes it, and stops at its hash."""
    for name in names:
        release = f"{name.replace('-', '_')}-9999"
        with zipfile.ZipFile(registry / f"{release}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(
                f"{release}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 9999\n"
            )
            wheel.writestr(
                f"{release}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            wheel.writestr(f"{release}.dist-info/RECORD", "")


@pytest.fixture(scope="session")
def newest_pip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds nothing but the newest pip."""
    place = tmp_path_factory.mktemp("newest-pip")
    venv.create(place, with_pip=True)
    pip = (place / "bin/python", "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement")
    _run(*pip, PIPS["the newest pip"])
    return place


@pytest.fixture(scope="session")
def uv(tmp_path_factory: pytest.TempPathFactory, newest_pip: Path) -> Path:
    """What looks at an environment after the installation, in no time."""
    place = tmp_path_factory.mktemp("uv")
    pip = (newest_pip / "bin/python", "-m", "pip", "install", "--quiet", "--require-hashes")
    _run(*pip, "--target", place, "--requirement", "requirements-uv.lock")
    return place / "bin/uv"


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory, newest_pip: Path) -> dict[str, str]:
    """The environment in which every installer knows that registry and no other."""
    place, pip = tmp_path_factory.mktemp("registry"), (newest_pip / "bin/python", "-m", "pip")
    download = (*pip, "download", "--quiet", "--no-deps", "--require-hashes", "--dest", place)
    for lock in ("requirements-dev.lock", "requirements-uv.lock"):
        _run(*download, "--requirement", lock)
    for pip_lock in PIPS.values():
        _run(*download, "--requirement", pip_lock)
    _release_newer_ones(place, _pinned(ROOT / "requirements-dev.lock"))
    ours = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(place), "PIP_CONFIG_FILE": os.devnull}
    return ours | {"UV_NO_INDEX": "1", "UV_FIND_LINKS": str(place), "UV_NO_CONFIG": "1"}


@pytest.fixture(params=PIPS)
def only_pip(
    request: pytest.FixtureRequest, tmp_path: Path, newest_pip: Path, registry: dict[str, str]
) -> Path:
    """An environment that holds nothing but that pip: the Makefile finds no uv and takes the other way."""
    place, pip_lock = tmp_path / "pip", PIPS[request.param]
    shutil.copytree(newest_pip, place, symlinks=True)
    _run(
        place / "bin/python",
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--requirement",
        pip_lock,
        **registry,
    )
    (place / ".uv").touch()
    return place


def _install_as_the_makefile_does(lock: str, place: Path, registry: dict[str, str]) -> None:
    _run("make", "--no-print-directory", f"VENV={place}", place / MAKE_TARGETS[lock], **registry)


def _install_as_the_dockerfile_does(lock: str, place: Path, registry: dict[str, str]) -> None:
    """All its lines up to the one of that lock: an image's second lock comes on top of the first."""
    lines = re.findall(r"/venv/bin/pip (install [^;\n]*)", (ROOT / "Dockerfile").read_text())
    assert [shlex.split(line)[-1] for line in lines] == [*IMAGE_LOCKS]
    for line in lines[: IMAGE_LOCKS.index(lock) + 1]:
        _run(place / "bin/python", "-m", "pip", *shlex.split(line), **registry)


def _assert_complete(lock: str, place: Path, uv: Path) -> None:
    """Everything that the lock names for this machine is there in its version, and nobody misses anything."""
    looking = (uv, "pip")
    _run(*looking, "check", "--python", place / "bin/python")
    listed = _run(*looking, "list", "--format=freeze", "--python", place / "bin/python").splitlines()
    installed = {re.sub(r"[-_.]+", "-", line).lower() for line in listed}
    pinned = {re.sub(r"[-_.]+", "-", f"{name}=={version}") for name, version in _pinned(ROOT / lock).items()}
    assert pinned <= installed


def test_every_pip_that_is_allowed_installs_every_lock(
    only_pip: Path, tmp_path: Path, registry: dict[str, str], uv: Path
) -> None:
    """A pip that does not tie `coverage` to another's `coverage[toml]` must not stop at a newer coverage."""

    def install(lock: str) -> None:
        place = tmp_path / lock
        shutil.copytree(only_pip, place, symlinks=True)
        if lock in MAKE_TARGETS:
            _install_as_the_makefile_does(lock, place, registry)
        else:
            _install_as_the_dockerfile_does(lock, place, registry)
        _assert_complete(lock, place, uv)

    with ThreadPoolExecutor() as side_by_side:
        for outcome in [side_by_side.submit(install, lock) for lock in LOCKS]:
            outcome.result()


def test_uv_installs_what_make_asks_for(tmp_path: Path, registry: dict[str, str], uv: Path) -> None:
    """The usual way: a uv of the hash-checked lock."""
    place = tmp_path / "venv"
    _install_as_the_makefile_does("requirements-dev.lock", place, registry)
    assert (place / "bin/uv").exists()
    _assert_complete("requirements-dev.lock", place, uv)
