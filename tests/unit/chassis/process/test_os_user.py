"""Who did it, as an audit row names him."""

from __future__ import annotations

import getpass

import pytest

from chassis.process.os_user import os_user


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "mypage"),
        ({"SUDO_USER": "hanako"}, "hanako"),
        ({"MYPAGE_OPERATOR": "taro", "SUDO_USER": "hanako"}, "taro"),
        ({"MYPAGE_OPERATOR": "  ", "SUDO_USER": ""}, "mypage"),
        ({"MYPAGE_OPERATOR": "田中\x1b[31m"}, "田中�[31m"),
        ({"MYPAGE_OPERATOR": "taro\udcff"}, "taro?"),
    ],
)
def test_the_person_is_named_and_not_the_account_of_the_software(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], name: str
) -> None:
    """In a container, or through sudo, the process runs as somebody else."""
    for variable in ("MYPAGE_OPERATOR", "SUDO_USER"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(getpass, "getuser", lambda: "mypage")
    assert os_user() == name
