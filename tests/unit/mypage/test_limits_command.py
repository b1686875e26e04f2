"""`mypage limits`, and the page that explains them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from chassis.database.limits import NamedLimits
from chassis.process.settings import SettingsError, load
from mypage.cli import run
from mypage.commands.limits import MEANINGS
from services.identity.settings import Limits as IdentityLimits
from services.identity.settings import LimitSettings
from services.registration.settings import Limits as RegistrationLimits

SERVICES: dict[str, NamedLimits] = {"identity": IdentityLimits(), "registration": RegistrationLimits()}
PAGE = (Path(__file__).parent.parent.parent.parent / "docs" / "limits.md").read_text(encoding="utf-8")


def test_the_page_has_a_row_for_each_limit_as_it_is_built_in() -> None:
    """And no others."""
    rows = re.findall(r"^\| ([a-z]+) \| `([a-z_]+)` \| `([^`]+)` \|", PAGE, re.MULTILINE)
    built_in = [
        (service, name, str(limit))
        for service, limits in SERVICES.items()
        for name, limit in limits.by_name().items()
    ]
    assert rows == built_in


def test_every_limit_is_explained_and_an_alarm_is_called_one() -> None:
    """In Japanese, for whoever runs the portal."""
    names = {name for limits in SERVICES.values() for name in limits.by_name()}
    assert names == set(MEANINGS)
    alarms = {name for limits in SERVICES.values() for name in limits.alarms}
    assert alarms == {name for name, said in MEANINGS.items() if said.startswith("警報：")}


def test_what_is_set_is_shown_beside_what_is_built_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that nobody takes a changed one for ours."""
    monkeypatch.setenv("MYPAGE_IDENTITY_LIMITS", '{"failed_log_ins_of_a_network": "40/15m 1m-15m"}')
    assert run(["limits"]) == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if "failed_log_ins_of_a_network" in line]
    assert "40/15m 1m-15m" in line
    assert "設定。既定は 20/15m 1m-15m" in line


def test_a_program_reads_them(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json."""
    assert run(["limits", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {each["name"] for each in found} == set(MEANINGS)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{"failed_log_ins": "5/1h"}', "no such limit: failed_log_ins"),
        ('{"failed_log_ins_of_all": "many"}', "failed_log_ins_of_all must be written like 5/1h"),
        ('{"failed_log_ins_of_all": "0/1h"}', "failed_log_ins_of_all must be written like 5/1h"),
        ('{"failed_log_ins_of_all": "5/2d"}', "failed_log_ins_of_all must not look back longer than a day"),
        ("many", "must be JSON"),
    ],
)
def test_a_slip_in_a_setting_ends_the_start_and_is_named(
    monkeypatch: pytest.MonkeyPatch, written: str, said: str
) -> None:
    """It must not switch a limit off."""
    monkeypatch.setenv("MYPAGE_IDENTITY_LIMITS", written)
    with pytest.raises(SettingsError, match=said):
        load(LimitSettings)
