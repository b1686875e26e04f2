"""`mypage up --processes`: what is set arrives at every process that reads it, whichever field it is."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from pydantic.fields import FieldInfo
from support.private_authority import Authority

from chassis.process.settings import ProcessSettings, load
from messages.company import CompanyProfile
from mypage.local.backing_services import BackingServices
from mypage.local.components import gateway_settings, process_environment, service_settings
from mypage.local.key_ring import COMPONENTS, KeyRing
from mypage.settings import LocalSettings

KEYS = KeyRing.generate()
AUTHORITY = Authority(Path(mkdtemp()))
DECIDED_BY_UP = {"amqp_url", "amqp_shared_user", "admin_port", "database_url", "host", "port", "smtp_url"}
VALUES = {
    "environment": "test",
    "failpoint": "relay.after_confirm:3",
    "log_level": "WARNING",
    "password_policy": "nist",
    "charges_floor": "2021-01",
    "company_profile": "deploy/profiles/mizuumi",
    "invoice_registration_number": "T7000012050002",
    "invoice_usage_months_ago": "1",
    "identity_limits": '{"failed_proofs_of_all": "400/1h"}',
    "registration_limits": '{"mails_to_all": "40/1m"}',
    "billed_along": '{"電話": {"name": "電話会社"}}',
    "trusted_proxy_networks": "10.1.0.0/16",
    "public_url": "https://mypage.example.net",
    "mail_from": "sender@example.net",
    "mail_reply_to": "answers@example.net",
    "mail_bounces_to": "bounces@example.net",
}


def _settings_class(component: str) -> type[ProcessSettings]:
    package = component if component == "gateway" else f"services.{component}"
    found: type[ProcessSettings] = import_module(f"{package}.settings").Settings
    return found


def _wanted(component: str) -> dict[str, FieldInfo]:
    decided = DECIDED_BY_UP | KEYS.settings_of(component).keys()
    fields = _settings_class(component).model_fields
    return {name: field for name, field in fields.items() if name not in decided}


def _another(name: str, field: FieldInfo) -> str:
    """A value that is not the default."""
    if name.endswith("_ca_file"):
        return str(AUTHORITY.file)
    if name in VALUES:
        return VALUES[name]
    if isinstance(field.default, bool) or field.default is None:
        return json.dumps(not field.default)
    return json.dumps(field.default + 1) if isinstance(field.default, int | float) else "another"


def _company() -> dict[str, str]:
    return {name: f"another {name}" for name in CompanyProfile.model_fields} | {
        "brand_colour": "#00623a",
        "brand_colour_dark": "#9bd4b5",
        "service_links": '{"光": "https://www.example.jp/"}',
    }


LINKS = {"光": "https://www.example.jp/"}
ARRIVED = CompanyProfile.model_validate(_company() | {"service_links": LINKS})


def _at_the_process(component: str, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> Any:
    """The settings that a component has when `up` was told these."""
    given = {**given, "MYPAGE_DATABASE_URL": "postgresql://x@y/z"}
    for name, text in given.items():
        monkeypatch.setenv(name, text)
    local = load(LocalSettings)
    backing = BackingServices(dict.fromkeys(COMPONENTS, "postgresql://x@y/z"), "smtp://x:1", None, KEYS)
    if component == "gateway":
        told = gateway_settings(local, backing, amqp_url="amqps://x")
    else:
        told = service_settings(component, local, backing, amqp_url="amqps://x")
    environment = process_environment(component, told, given, admin_port=9_000)
    for name in given:
        monkeypatch.delenv(name)
    for name, text in environment.items():
        monkeypatch.setenv(name, text)
    return load(_settings_class(component))


def _assert_that_all_arrived(component: str, found: ProcessSettings) -> None:
    lost = []
    for name, field in _wanted(component).items():
        value = getattr(found, name)
        arrived = value == ARRIVED if name == "company" else value != field.get_default()
        if not arrived:
            lost.append(name)
    assert not lost, f"set, and not heard of by {component}: {lost}"


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_variable_arrives(component: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain ones, numbers, tables one field at a time; in small letters, too."""
    given = {f"MYPAGE_COMPANY__{name.upper()}": value for name, value in _company().items()}
    for number, (name, field) in enumerate(_wanted(component).items()):
        if name != "company":
            variable = f"MYPAGE_{name.upper()}"
            given[variable.lower() if number % 2 else variable] = _another(name, field)
    _assert_that_all_arrived(component, _at_the_process(component, monkeypatch, given))


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_file_of_the_secrets_folder_arrives(
    component: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file for each setting."""
    for name, field in _wanted(component).items():
        company = json.dumps(_company() | {"service_links": LINKS})
        text = company if name == "company" else _another(name, field)
        (tmp_path / f"mypage_{name}").write_text(text)
    given = {"MYPAGE_SECRETS_DIR": str(tmp_path)}
    _assert_that_all_arrived(component, _at_the_process(component, monkeypatch, given))


@pytest.mark.parametrize("component", COMPONENTS)
def test_nothing_that_only_others_read_arrives(component: str) -> None:
    """A process that is taken over tells no other one's secrets; what is not ours is everybody's."""
    others = ["MYPAGE_OPERATOR_AMQP_URL", "MYPAGE_DATABASES__BILLING", "MYPAGE_NOBODY_READS_THIS"]
    given = dict.fromkeys([*others, "LANG", "MYPAGE_ADMIN_HOST"], "x")
    passed_on = process_environment(component, {"log_level": "INFO"}, given, admin_port=9_000)
    assert passed_on.keys() == {"LANG", "MYPAGE_ADMIN_HOST", "MYPAGE_LOG_LEVEL", "MYPAGE_ADMIN_PORT"}
