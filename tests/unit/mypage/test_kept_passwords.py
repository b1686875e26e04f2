"""Passwords of a private server are made once; a user that a newer version adds gets one, too."""

from __future__ import annotations

from pathlib import Path

from mypage.local.statefile import kept_passwords


def test_passwords_stay_and_a_new_name_gets_one(tmp_path: Path) -> None:
    """A data directory of an older version has no password for a user that did not exist then."""
    file = tmp_path / "passwords.json"
    older = kept_passwords(file, ["identity"])
    newer = kept_passwords(file, ["identity", "operator"])
    assert newer["identity"] == older["identity"]
    assert newer["operator"] not in ("", newer["identity"])
    assert kept_passwords(file, ["identity", "operator"]) == newer
    assert file.stat().st_mode & 0o077 == 0
