"""`mypage mail preview`: what customers get, without sending anything."""

from __future__ import annotations

import subprocess
import sys
from email import message_from_bytes
from pathlib import Path

import pytest

from services.notification.orders.domain import MailKind

ROOT = Path(__file__).parents[3]


def preview(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """As an operator runs it: it needs no database and no setting."""
    told = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environment}
    command = [sys.executable, "-m", "mypage", "mail", "preview", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env=told,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def test_without_a_word_every_mail_is_shown_as_text(tmp_path: Path) -> None:
    """Each with sender and subject; in the name of whoever runs the portal."""
    done = preview(folder=tmp_path, MYPAGE_COMPANY__SHORT_NAME="みずうみネット")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("件名: 【みずうみネット】") == len(MailKind)
    assert done.stdout.count("\nTEL 0748-66-0739") == len(MailKind)
    assert "<table" not in done.stdout


def test_one_kind_as_html(tmp_path: Path) -> None:
    """For a look in a browser, or for whoever writes templates."""
    done = preview("activation", "--html", folder=tmp_path)
    assert done.stdout.count("<!doctype html>") == 1


@pytest.mark.parametrize(
    ("part", "endings"), [((), {".txt", ".html", ".eml"}), (("--html",), {".html"}), (("--text",), {".txt"})]
)
def test_a_folder_gets_a_file_of_each_part(tmp_path: Path, part: tuple[str, ...], endings: set[str]) -> None:
    """Made where it is not there; what was written is told, one file a line."""
    done = preview(*part, "--out", "a/b", folder=tmp_path)
    written = {tmp_path / line for line in done.stdout.splitlines()}
    assert written == {*(tmp_path / "a" / "b").iterdir()}
    assert {(file.stem, file.suffix) for file in written} == {(k.value, e) for k in MailKind for e in endings}
    for file in written:
        if file.suffix == ".eml":
            assert message_from_bytes(file.read_bytes())["To"] == "taro@example.jp"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("receipt",), "activation、completed"),
        (("--html", "--text"), "どちらか一つ"),
        (("activation", "--out", "taken"), "taken"),
    ],
)
def test_wrong_use_is_said(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """Exit code 2, and nothing is written."""
    (tmp_path / "taken").touch()
    done = preview(*arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
