"""Who may use a data directory, and what is said when nobody can."""

import subprocess
import sys
from pathlib import Path

import pytest

from mypage.errors import UnusableData
from mypage.local.data_directory import held
from mypage.local.key_ring import KeyRing
from mypage.local.statefile import kept_passwords

_HOLD = (
    "import sys, pathlib, time\n"
    "from mypage.local.data_directory import held\n"
    "with held(pathlib.Path(sys.argv[1])):\n"
    "    print('held', flush=True)\n"
    "    time.sleep(600)\n"
)


def test_a_second_one_is_told_and_a_killed_one_frees_it(tmp_path: Path) -> None:
    """One at a time, told with the directory's name; SIGKILL leaves nothing that has to be removed."""
    with subprocess.Popen([sys.executable, "-c", _HOLD, str(tmp_path)], stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        try:
            assert first.stdout.readline() == b"held\n"
            with pytest.raises(UnusableData, match=str(tmp_path)), held(tmp_path):
                pass
        finally:
            first.kill()
    with held(tmp_path):
        pass


@pytest.mark.parametrize("below", ["file", "file/deeper"])
def test_a_place_that_cannot_be_a_directory_is_named(tmp_path: Path, below: str) -> None:
    """A file stands where the directory should be."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UnusableData, match=str(tmp_path / below)), held(tmp_path / below):
        pass
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("broken", [b"", b'{"sealing_private": {', b"{}", b"\xff\xfe", b"null"])
def test_a_half_written_key_file_is_named_and_kept(tmp_path: Path, broken: bytes) -> None:
    """New keys in its place would make every sealed message unreadable."""
    path = tmp_path / "keys.json"
    path.write_bytes(broken)
    with pytest.raises(UnusableData, match=str(path)):
        KeyRing.kept_in(path)
    assert path.read_bytes() == broken


@pytest.mark.parametrize("broken", [b"", b'{"postgres": "ab', b"\xff\xfe", b"null", b"[]"])
def test_a_half_written_file_of_passwords_is_named_and_kept(tmp_path: Path, broken: bytes) -> None:
    """Another password would lock us out of the data."""
    path = tmp_path / "passwords.json"
    path.write_bytes(broken)
    with pytest.raises(UnusableData, match=str(path)):
        kept_passwords(path, ["postgres"])
    assert path.read_bytes() == broken
