"""A start fails once, with everything that is wrong; a log line never holds a secret."""

from __future__ import annotations

import io
import json
import logging

import pytest

from chassis.process.logger import Logger
from chassis.process.logs import fault_fields, set_up_logs
from chassis.process.settings import ServiceSettings, SettingsError, load
from services.billing.settings import Settings as BillingSettings


def test_all_missing_and_wrong_settings_are_listed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator corrects them in one go; values are not shown."""
    for name in ("MYPAGE_AMQP_URL", "MYPAGE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MYPAGE_ADMIN_PORT", "not-a-port")
    with pytest.raises(SettingsError) as wrong:
        load(ServiceSettings)
    text = str(wrong.value)
    assert all(name in text for name in ("MYPAGE_AMQP_URL", "MYPAGE_DATABASE_URL", "MYPAGE_ADMIN_PORT"))
    assert "not-a-port" not in text


def test_a_setting_can_come_from_a_secrets_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """As Kubernetes mounts it."""
    (tmp_path / "mypage_database_url").write_text("postgresql://x")  # type: ignore[operator]
    monkeypatch.setenv("MYPAGE_SECRETS_DIR", str(tmp_path))
    assert load(ServiceSettings, amqp_url="amqp://x").database_url.get_secret_value() == "postgresql://x"


def test_a_table_that_is_no_json_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken JSON is the operator's mistake, not a traceback."""
    monkeypatch.setenv("MYPAGE_SIGNING_PUBLIC_KEYS", "{canary")
    with pytest.raises(SettingsError) as wrong:
        load(BillingSettings, amqp_url="amqp://x", database_url="postgresql://x")
    assert "MYPAGE_SIGNING_PUBLIC_KEYS: must be JSON" in str(wrong.value)
    assert "canary" not in str(wrong.value)


def test_a_setting_does_not_show_itself() -> None:
    """URLs hold passwords."""
    settings = load(ServiceSettings, amqp_url="amqp://u:canary@h", database_url="postgresql://u:canary@h/d")
    assert "canary" not in f"{settings!r} {settings}"


def test_a_log_line_is_one_json_object_and_masks_what_is_forbidden() -> None:
    """The second fence."""
    out = io.StringIO()
    set_up_logs("INFO", stream=out)
    Logger().info("account.opened", password="canary", message_id="m1")
    line = json.loads(out.getvalue())
    assert line["event"] == "account.opened"
    assert line["password"] == "***"
    assert "canary" not in out.getvalue()


def test_debug_does_not_switch_on_the_libraries_that_print_bodies() -> None:
    """aio_pika and aiormq print frames at DEBUG."""
    set_up_logs("DEBUG", stream=io.StringIO())
    assert not logging.getLogger("aiormq").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger("aio_pika").isEnabledFor(logging.DEBUG)


def test_of_a_fault_only_its_class_and_place_are_told() -> None:
    """The text of an exception may hold a value."""
    try:
        raise ValueError("canary")
    except ValueError as error:
        fields = fault_fields(error)
    assert fields["error"] == "ValueError"
    assert "canary" not in str(fields)
