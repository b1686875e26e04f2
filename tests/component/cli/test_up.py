"""`mypage up` that cannot start says so in one sentence, without a traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent.parent


def up(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs it to its end."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MYPAGE_")}
    return subprocess.run(
        [sys.executable, "-m", "mypage", "up"],
        cwd=ROOT,
        env=clean | {"MYPAGE_DATA_DIR": str(folder)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_port_that_is_taken_is_named_with_the_setting_that_changes_it(tmp_path: Path) -> None:
    """Nothing is started."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = up(tmp_path, MYPAGE_PORT=port)
    assert ended.returncode == 1
    assert port in ended.stderr
    assert "MYPAGE_PORT" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "postgres").exists()


def test_wrong_settings_are_all_named_and_the_exit_code_is_two(tmp_path: Path) -> None:
    """Before anything is started."""
    ended = up(tmp_path, MYPAGE_PORT="http", MYPAGE_LOG_LEVEL="loud")
    assert ended.returncode == 2
    assert "MYPAGE_PORT" in ended.stderr
    assert "MYPAGE_LOG_LEVEL" in ended.stderr
    assert "Traceback" not in ended.stderr
