"""A rule about two settings is told with all that is wrong besides, by the variable that breaks it."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import mkdtemp

import pytest
from support.private_authority import Authority

from chassis.process.setting_sources import ReadToTheEnd
from chassis.process.settings import SettingsError, load
from gateway.settings import Settings as GatewaySettings
from messages.variables import VARIABLES
from mypage.settings import LocalSettings, OperatorSettings
from services.billing.settings import Settings as BillingSettings
from services.identity.settings import Settings as IdentitySettings
from services.notification.settings import Settings as NotificationSettings

CANARY = "canary-7f3a"
AUTHORITY = Authority(Path(mkdtemp()))
_OF_IDENTITY = (
    "AMQP_URL",
    "DATABASE_URL",
    "SEALING_PRIVATE_KEYS",
    "SEALING_PUBLIC_KEYS",
    "SIGNING_PRIVATE_KEY",
    "SIGNING_PUBLIC_KEYS",
)
_OF_THE_GATEWAY = ("SEALING_PUBLIC_KEYS", "COOKIE_KEY")
SETTINGS: dict[str, type[ReadToTheEnd]] = {
    "gateway": GatewaySettings,
    "identity": IdentitySettings,
    "notification": NotificationSettings,
    "billing": BillingSettings,
    "up": LocalSettings,
    "operator": OperatorSettings,
}
CA = str(AUTHORITY.file)
WRONG_TOGETHER = {
    "a broker without TLS, and nothing else is right": (
        "billing",
        {"AMQP_URL": "amqp://x", "AMQP_CA_FILE": CA, "DATABASE_CONNECTIONS": "many"},
        {
            "AMQP_CA_FILE",
            "DATABASE_CONNECTIONS",
            "DATABASE_URL",
            "SIGNING_PUBLIC_KEYS",
            "SEALING_PUBLIC_KEYS",
        },
    ),
    "a failpoint in production, a port beyond all": (
        "billing",
        {"FAILPOINT": "relay.after_confirm:3", "ADMIN_PORT": "70000", "AMQP_URL": "amqp://x"},
        {"FAILPOINT", "ADMIN_PORT", "DATABASE_URL", "SIGNING_PUBLIC_KEYS", "SEALING_PUBLIC_KEYS"},
    ),
    "hashes too cheap by both, a level that is none": (
        "identity",
        {"PASSWORD_HASH_MEMORY_KIB": "8", "PASSWORD_HASH_PASSES": "1", "LOG_LEVEL": "loud"},
        {"PASSWORD_HASH_MEMORY_KIB", "PASSWORD_HASH_PASSES", "LOG_LEVEL", *_OF_IDENTITY},
    ),
    "whether hashes are too cheap nobody knows": (
        "identity",
        {"PASSWORD_HASH_PASSES": "1", "ENVIRONMENT": "tset"},
        {"ENVIRONMENT", *_OF_IDENTITY},
    ),
    "a password with a slash": (
        "billing",
        {"AMQP_URL": f"amqp://u:{CANARY}/x@host", "DATABASE_URL": f"postgresql://u:{CANARY}#x@host/y"},
        {"AMQP_URL", "DATABASE_URL", "SIGNING_PUBLIC_KEYS", "SEALING_PUBLIC_KEYS"},
    ),
    "an address with half a bracket, networks of letters, a path": (
        "gateway",
        {
            "AMQP_URL": f"amqp://[{CANARY}",
            "TRUSTED_PROXY_NETWORKS": CANARY,
            "PUBLIC_URL": "https://x/menu",
            "DRAIN_SECONDS": "-1",
        },
        {"AMQP_URL", "TRUSTED_PROXY_NETWORKS", "PUBLIC_URL", "DRAIN_SECONDS", *_OF_THE_GATEWAY},
    ),
    "links to nowhere, a sender who is nobody, a relay that speaks http": (
        "notification",
        {
            "AMQP_URL": "amqp://x",
            "DATABASE_URL": "postgresql://x",
            "PUBLIC_URL": "mypage.example.jp",
            "MAIL_FROM": CANARY,
            "MAIL_REPLY_TO": f"<{CANARY}",
            "SMTP_URL": f"http://{CANARY}",
        },
        {"PUBLIC_URL", "MAIL_FROM", "MAIL_REPLY_TO", "SMTP_URL", "SEALING_PRIVATE_KEYS"},
    ),
    "one database of four, a broker without TLS": (
        "up",
        {
            "DATABASES__IDENTITY": "postgresql://x",
            "AMQP_URL": "amqp://x",
            "AMQP_CA_FILE": CA,
            "PORT": "http",
        },
        {"DATABASES", "AMQP_URL", "PORT"},
    ),
    "addresses of others, a mistyped name": (
        "up",
        {"DATABASE_URL": f"mysql://{CANARY}", "SMTP_URL": CANARY, "INBOX_PORT": "-1", "PROT": "1"},
        {"DATABASE_URL", "SMTP_URL", "INBOX_PORT", "PROT"},
    ),
    "a service that is none, the operator's broker without TLS": (
        "operator",
        {
            "DATABASES": '{"identty": "postgresql://x"}',
            "OPERATOR_AMQP_URL": "amqp://x",
            "AMQP_CA_FILE": CA,
        },
        {"DATABASES__IDENTTY", "OPERATOR_AMQP_URL"},
    ),
}


@pytest.mark.parametrize(
    ("reader", "given", "named"),
    WRONG_TOGETHER.values(),
    ids=[each.replace(" ", "-") for each in WRONG_TOGETHER],
)
def test_a_rule_about_two_settings_is_told_with_all_the_rest(
    monkeypatch: pytest.MonkeyPatch, reader: str, given: dict[str, str], named: set[str]
) -> None:
    """Where what the rule needs could be read; and never a value."""
    for name in [name for name in os.environ if name.upper().startswith("MYPAGE_")]:
        monkeypatch.delenv(name)
    for name, text in given.items():
        monkeypatch.setenv(f"MYPAGE_{name}", text)
    with pytest.raises(SettingsError) as wrong:
        load(SETTINGS[reader], known=VARIABLES)
    assert {each.partition(":")[0] for each in wrong.value.problems} == {f"MYPAGE_{name}" for name in named}
    assert CANARY not in str(wrong.value)
