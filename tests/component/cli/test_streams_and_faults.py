"""However standard output and standard error are, a command ends with the exit code of what it did; and
whatever goes wrong is one sentence.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from journeys.system import some_customers
from support.billing_exports import write_contracts

from chassis.database.db import Database
from mypage.local.postgres import PrivatePostgres

ROOT = Path(__file__).parents[3]
STREAMS = {
    "latin-1": ('"$@"', {"PYTHONIOENCODING": "latin-1"}),
    "ascii": ('"$@"', {"PYTHONIOENCODING": "ascii:strict"}),
    "cp932": ('"$@"', {"PYTHONIOENCODING": "cp932"}),
    "LANG=C without UTF-8": ('"$@"', {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    "closed output": ('"$@" >&-', {}),
    "closed error": ('"$@" 2>&-', {}),
    "all closed": ('"$@" <&- >&- 2>&-', {}),
    "full disk": ('"$@" >/dev/full 2>/dev/full', {}),
    "nobody reads": ('{ "$@"; echo $? >code; } 2>&1 | true; exit $(cat code)', {}),
    "who reads had enough": ('{ "$@"; echo $? >code; } | head -c 1 >&2; exit $(cat code)', {}),
}


@pytest.fixture
async def told(
    databases: dict[str, Database],
    fresh_database: Callable[[str], Awaitable[Database]],
    postgres: PrivatePostgres,
    tmp_path: Path,
) -> dict[str, str]:
    """The environment of an operator of four databases."""
    all_four = databases | {name: await fresh_database(name) for name in ("registration", "notification")}
    environment = {
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
        "MYPAGE_DATA_DIR": str(tmp_path / "data"),
    }
    for service, database in all_four.items():
        async with database.transaction() as tx:
            name = await tx.fetchval("SELECT current_database()")
        environment[f"MYPAGE_DATABASES__{service.upper()}"] = postgres.url(name)
    return environment


def _run(
    folder: Path, told: dict[str, str], *arguments: object, shell: str = '"$@"'
) -> subprocess.CompletedProcess[bytes]:
    command = ["sh", "-c", shell, "sh", sys.executable, "-m", "mypage", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=told, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("streams", STREAMS)
async def test_a_command_ends_with_the_exit_code_of_what_it_did(
    databases: dict[str, Database], told: dict[str, str], tmp_path: Path, streams: str
) -> None:
    """An import that is committed ends with 0, one that is refused with 1; so does every other kind."""
    shell, environment = STREAMS[streams]
    contracts = write_contracts(tmp_path / "contracts.csv", some_customers(2))
    (tmp_path / "broken.csv").write_text("これは契約の表ではありません\n", encoding="utf-8")
    codes = {
        ("contracts", "import", contracts): 0,
        ("contracts", "import", tmp_path / "broken.csv"): 1,
        ("contracts", "import", contracts, "--json"): 0,
        ("keys", "generate", "--out", tmp_path / "keys"): 0,
        ("registrations", "stuck"): 0,
        ("outbox", "status", "--json"): 0,
        ("db", "migrate"): 0,
        ("dead", "list"): 1,
        ("charges", "publish", "2026-99"): 2,
    }
    found = {
        arguments: _run(tmp_path, told | environment, *arguments, shell=shell).returncode
        for arguments in codes
    }
    assert found == codes
    async with databases["identity"].autocommit() as tx:
        assert await tx.fetchval("SELECT count(*) FROM contracts") == 2
    assert (tmp_path / "keys" / "gateway" / "mypage_cookie_key").exists()


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp932", "utf-8"])
def test_json_is_json_in_every_encoding(told: dict[str, str], tmp_path: Path, encoding: str) -> None:
    """A program reads it; a sign that the encoding does not have is written as JSON writes it."""
    said = "名前、é と 𠮷"
    (tmp_path / "broken.csv").write_text(f"お客様番号,{said}\n", encoding="utf-8")
    environment = told | {"PYTHONIOENCODING": encoding}
    done = _run(tmp_path, environment, "contracts", "import", tmp_path / "broken.csv", "--json")
    assert done.returncode == 1
    text = done.stdout.decode("utf-8" if encoding == "ascii" else encoding)
    assert json.loads(text)["count"] >= 1


def test_a_document_that_could_not_be_written_is_a_failure(told: dict[str, str], tmp_path: Path) -> None:
    """Its output is all that this command does; who closes a pipe early wanted no more."""
    lost = _run(tmp_path, told, "broker", "definitions", shell='"$@" >/dev/full')
    assert (lost.returncode, b"Traceback" in lost.stderr) == (1, False)
    shell = STREAMS["who reads had enough"][0]
    assert _run(tmp_path, told, "broker", "asyncapi", shell=shell).returncode == 0


CANARIES = ("カナリヤ", "0748007700", "secret-of-the-row")


async def _raising(database: Database) -> None:
    """Whatever is written to contracts, the server complains with what stands in the row."""
    async with database.transaction() as tx:
        await tx.execute(
            "CREATE FUNCTION complain() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{' '.join(CANARIES)}' "
            f"USING DETAIL = '{CANARIES[0]}', ERRCODE = '23505'; END $$"
        )
        await tx.execute(
            "CREATE TRIGGER t BEFORE INSERT ON contracts FOR EACH ROW EXECUTE FUNCTION complain()"
        )


async def test_a_fault_that_nobody_foresaw_is_one_sentence_with_a_reference(
    databases: dict[str, Database], told: dict[str, str], tmp_path: Path
) -> None:
    """Its kind and its place; no traceback and no value."""
    await _raising(databases["identity"])
    contracts = write_contracts(tmp_path / "contracts.csv", some_customers(2))
    done = _run(tmp_path, told | {"PYTHONIOENCODING": "utf-8"}, "contracts", "import", contracts)
    said = done.stderr.decode()
    assert done.returncode == 1
    assert "UniqueViolationError" in said
    assert "23505" in said
    assert len(said.splitlines()) == 1
    assert not [canary for canary in (*CANARIES, "Traceback") if canary in said + done.stdout.decode()]


def _failing(folder: Path) -> dict[str, tuple[Any, ...]]:
    return {
        "broken JSON": ("broker", "definitions", "--passwords", folder / "not.json"),
        "a folder that is a file": ("keys", "generate", "--out", folder / "file" / "below"),
        "a file that is a folder": ("broker", "definitions", "--out", folder),
        "nowhere": ("broker", "asyncapi", "--out", folder / "nowhere" / "a.json"),
        "no database at that address": ("registrations", "stuck"),
    }


@pytest.mark.parametrize("case", _failing(Path()))
def test_no_failure_is_a_traceback(told: dict[str, str], tmp_path: Path, case: str) -> None:
    """Files, folders, addresses: one sentence each, exit code 1."""
    (tmp_path / "not.json").write_text("{'secret-of-the-file'")
    (tmp_path / "file").write_text("")
    arguments = _failing(tmp_path)[case]
    told = told | {"MYPAGE_DATABASES__REGISTRATION": "postgresql://u:secret-of-the-url@127.0.0.1:1/x"}
    done = _run(tmp_path, told | {"PYTHONIOENCODING": "utf-8"}, *arguments)
    said = done.stderr.decode()
    assert done.returncode == 1, said
    assert len(said.splitlines()) == 1
    assert "secret-of" not in said
    assert "Traceback" not in said
