"""Whatever is wrong with the settings is told by one start: what, and what is expected; never a value."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import pytest

from chassis.process import setting_sources
from chassis.process.setting_sources import unknown_names
from chassis.process.settings import ServiceSettings, SettingsError, load
from gateway.settings import Settings as GatewaySettings
from messages.variables import VARIABLES
from mypage.local.key_ring import KeyRing, as_texts
from services.billing.settings import Settings as BillingSettings

CANARY = "canary-7f3a"
SEALING_KEYS = as_texts(KeyRing.generate().settings_of("billing"))["sealing_public_keys"]


def problems_of(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> list[str]:
    """What a start of billing with that environment says."""
    for name in [name for name in os.environ if name.upper().startswith("MYPAGE_")]:
        monkeypatch.delenv(name)
    for name, text in given.items():
        monkeypatch.setenv(name, text)
    with pytest.raises(SettingsError) as wrong:
        load(BillingSettings, known=VARIABLES)
    assert CANARY not in str(wrong.value)
    return wrong.value.problems


def test_missing_wrong_unreadable_and_unknown_ones_are_told_together(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A folder, a table that is no JSON, a number that is none, a mistyped name, and one that is missing."""
    (tmp_path / "mypage_signing_public_keys").write_text("{" + CANARY)
    (tmp_path / "mypage_signing_publik_keys").write_text(CANARY)
    given = {
        "MYPAGE_SECRETS_DIR": str(tmp_path),
        "MYPAGE_DATABASE_URL": f"mysql://{CANARY}",
        "MYPAGE_DATABASE_CONNECTIONS": CANARY,
        "MYPAGE_CHARGES_FLOR": CANARY,
        "MYPAGE_PORT": "8080",  # a neighbour's
    }
    assert [problem.partition(" (")[0] for problem in problems_of(monkeypatch, given)] == [
        "MYPAGE_AMQP_URL: Field required",
        "MYPAGE_CHARGES_FLOR: nothing reads this; MYPAGE_CHARGES_FLOOR may be meant",
        "MYPAGE_DATABASE_CONNECTIONS: Input should be a valid integer, unable to parse string as an integer",
        "MYPAGE_DATABASE_URL: Value error, must begin with postgresql:// or postgres://",
        "MYPAGE_SEALING_PUBLIC_KEYS: Field required",
        "MYPAGE_SIGNING_PUBLIC_KEYS: must be JSON, and is not at character 2: "
        "Expecting property name enclosed in double quotes",
        "MYPAGE_SIGNING_PUBLIK_KEYS: nothing reads this; MYPAGE_SIGNING_PUBLIC_KEYS may be meant",
    ]


def test_two_tables_that_are_no_json_are_both_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library would stop at the first one."""
    keys = as_texts(KeyRing.generate().settings_of("gateway"))
    monkeypatch.setenv("MYPAGE_COMPANY", CANARY)
    monkeypatch.setenv("MYPAGE_SEALING_PUBLIC_KEYS", CANARY)
    with pytest.raises(SettingsError) as wrong:
        load(GatewaySettings, amqp_url="amqp://x", public_url="http://x", cookie_key=keys["cookie_key"])
    assert [each.partition(":")[0] for each in wrong.value.problems] == [
        "MYPAGE_COMPANY",
        "MYPAGE_SEALING_PUBLIC_KEYS",
    ]
    assert CANARY not in str(wrong.value)


_NOBODY = 65534


@pytest.fixture
def folder_of_nobody() -> Iterator[Path]:
    """Its owner is who runs now, and is not root, to whom rights of files mean nothing."""
    before = os.geteuid()
    with TemporaryDirectory(dir=gettempdir()) as folder:
        try:
            if before == 0:
                os.chown(folder, _NOBODY, -1)
                os.seteuid(_NOBODY)
            yield Path(folder)
        finally:
            os.seteuid(before)
        os.chmod(folder, 0o700)


def test_a_file_that_may_not_be_read_is_told_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, folder_of_nobody: Path
) -> None:
    """Keys that were made under umask 077 by somebody else."""
    file = folder_of_nobody / "mypage_signing_public_keys"
    file.write_text("{}")
    file.chmod(0)
    given = {
        "MYPAGE_SEALING_PUBLIC_KEYS": SEALING_KEYS,
        "MYPAGE_SECRETS_DIR": str(folder_of_nobody),
        "MYPAGE_AMQP_URL": "amqp://x",
        "MYPAGE_DATABASE_URL": "postgres://x",
    }
    [problem] = problems_of(monkeypatch, given)
    assert problem.partition(" (")[0] == (
        f"MYPAGE_SIGNING_PUBLIC_KEYS: the file {file} cannot be read: Permission denied"
    )
    folder_of_nobody.chmod(0)
    assert problems_of(monkeypatch, given) == [
        "MYPAGE_SECRETS_DIR: the folder cannot be read: Permission denied"
    ]


def test_a_file_that_is_no_text_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As after a copy of the wrong file."""
    (tmp_path / "mypage_signing_public_keys").write_bytes(b"\xff\xfe")
    given = {
        "MYPAGE_SEALING_PUBLIC_KEYS": SEALING_KEYS,
        "MYPAGE_SECRETS_DIR": str(tmp_path),
        "MYPAGE_AMQP_URL": "amqp://x",
        "MYPAGE_DATABASE_URL": "postgresql://x",
    }
    [problem] = problems_of(monkeypatch, given)
    assert problem.startswith("MYPAGE_SIGNING_PUBLIC_KEYS: must be text in UTF-8")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("MYPAGE_PORT", None),
        ("mypage_port", None),
        ("OTHER_PORT", None),
        ("MYPAGE_COMPANY", None),
        ("MYPAGE_COMPANY__FAX", None),
        ("MYPAGE_COMPANY__FAXX", "nothing reads this; MYPAGE_COMPANY__FAX may be meant"),
        ("MYPAGE_SEALING_PUBLIC_KEYS__IDENTITY", None),
        ("MYPAGE_PROT", "nothing reads this; MYPAGE_PORT may be meant"),
        ("MYPAGE_WHOLLY_UNLIKE_ANYTHING", "nothing reads this"),
        ("MYPAGE_OTHER__PART", "nothing reads this"),
    ],
)
def test_a_name_is_known_or_is_said_what_may_be_meant(name: str, said: str | None) -> None:
    """In any case of letters, with the parts of tables."""
    assert unknown_names([name], VARIABLES, prefix="MYPAGE_") == ({name: said} if said else {})


def test_outside_of_a_start_what_cannot_be_read_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody would hear of what was remembered."""
    monkeypatch.setenv("MYPAGE_SIGNING_PUBLIC_KEYS", "{")
    with pytest.raises(Exception, match="signing_public_keys"):
        BillingSettings(amqp_url="amqp://x", database_url="postgresql://x")  # type: ignore[arg-type]
    assert setting_sources._unreadable.get() is None


def test_without_a_list_of_names_nobody_looks_for_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A component that is built inside another process has been looked after by that one."""
    monkeypatch.setenv("MYPAGE_PROT", "1")
    assert load(ServiceSettings, amqp_url="amqp://x", database_url="postgresql://x")
