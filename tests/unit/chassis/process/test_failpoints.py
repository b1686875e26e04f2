"""Failpoints: the process dies where it was told to, at its turn, and never in production."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chassis.process.failpoints import arm
from chassis.process.settings import HashingSettings, ProcessSettings, SettingsError, load

ROOT = Path(__file__).parents[4]
SIGKILLED = -9

PROGRAM = """
import sys
from chassis.process.failpoints import arm, reach, working_on
arm(sys.argv[1])
with working_on("mail.sent.v1"):
    reach("commit.before")
reach("commit.before", "mail.lost.v1")
reach("commit.before")
print("alive")
"""


def run(spec: str) -> subprocess.CompletedProcess[str]:
    """A process that comes to `commit.before` three times, once for each of two kinds of work."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, spec],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize(
    "spec", ["commit.before", "commit.before:3", "commit.before@mail.sent.v1", "commit.before@mail.lost.v1:1"]
)
def test_a_process_kills_itself_where_it_was_told_to(spec: str) -> None:
    """At that place, for that kind of work, the n-th time."""
    assert run(spec).returncode == SIGKILLED


@pytest.mark.parametrize(
    "spec", ["commit.before:4", "commit.after", "commit.before@mail.sent.v1:2", "commit.before@mail.sent.v2"]
)
def test_a_process_lives_when_it_does_not_come_to_its_place(spec: str) -> None:
    """Another place, another kind of work, or not so often."""
    assert run(spec).stdout == "alive\n"


@pytest.mark.parametrize(
    "spec", ["", "commit", "commit.before:0", "commit.before:x", "commit.before@", "rm -rf /"]
)
def test_a_text_that_is_no_place_is_refused(spec: str) -> None:
    """A typing error must not make a fault test green."""
    with pytest.raises(ValueError, match="not a failpoint"):
        arm(spec)


def test_production_settings_refuse_a_failpoint() -> None:
    """The environment is production unless it says otherwise."""
    with pytest.raises(SettingsError, match="MYPAGE_ENVIRONMENT=test"):
        load(ProcessSettings, amqp_url="amqp://h", failpoint="commit.before")
    assert (
        load(ProcessSettings, amqp_url="amqp://h", failpoint="commit.before", environment="test").failpoint
        == "commit.before"
    )


def test_production_settings_refuse_cheap_password_hashes() -> None:
    """Less than OWASP's minimum is for tests only."""
    told = {"amqp_url": "amqp://h", "database_url": "postgresql://h/d", "password_hash_memory_kib": 64}
    with pytest.raises(SettingsError, match="MYPAGE_ENVIRONMENT=test"):
        load(HashingSettings, **told)
    assert load(HashingSettings, **told, environment="test").password_hash_memory_kib == 64
