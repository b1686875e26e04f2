"""What each process is told: its own keys and database, nothing of another component, nothing of ours."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from faults.proxy import Proxy
from faults.servers import COMPONENTS, Servers
from faults.smtp_sink import SmtpSink
from support.limits_of_all import LIFTED

from mypage.local.key_ring import KeyRing, as_texts
from mypage.local.ports import free_ports

ROOT = Path(__file__).parent.parent.parent
TEST_BUILD = ROOT / "tests" / "testbuild"
FAST_HASH = {"MYPAGE_PASSWORD_HASH_MEMORY_KIB": "64", "MYPAGE_PASSWORD_HASH_PASSES": "1"}


def component_of(name: str) -> str:
    """identity-2 is a process of identity."""
    return name.partition("-")[0]


class Environment:
    """The variables of every process of one plant, worked out anew at every start of one."""

    def __init__(
        self, servers: Servers, sink: SmtpSink, names: Iterable[str], proxies: Iterable[tuple[str, str]]
    ) -> None:
        names = list(names)
        gateways = [name for name in names if component_of(name) == "gateway"]
        self._servers = servers
        self._sink = sink
        self.keys = KeyRing.generate()
        self.admin_ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.gateway_urls = {
            name: f"http://127.0.0.1:{port}"
            for name, port in zip(gateways, free_ports(len(gateways)), strict=True)
        }
        self.proxies = {(component, kind): Proxy(partial(self._port, kind)) for component, kind in proxies}
        self.overrides: dict[str, dict[str, str]] = {each: {} for each in (*COMPONENTS, *names)}

    @property
    def public_url(self) -> str:
        """The address in mails: the first gateway's."""
        return next(iter(self.gateway_urls.values()))

    def use_test_build(self, guards_off: Iterable[str], disturb: str | None) -> None:
        """Every process runs with these guards patched out and with its deliveries disturbed."""
        told = {"TESTBUILD_GUARD_OFF": ",".join(guards_off), "TESTBUILD_DISTURB": disturb or ""}
        told = {name: value for name, value in told.items() if value}
        for component in COMPONENTS if told else ():
            self.overrides[component] |= {**told, "PYTHONPATH": str(TEST_BUILD)}

    def of(self, name: str, failpoint: str | None) -> Mapping[str, str]:
        """All variables of a process."""
        component = component_of(name)
        told = {
            f"MYPAGE_{key.upper()}": text for key, text in as_texts(self.keys.settings_of(component)).items()
        }
        told |= {
            "MYPAGE_ENVIRONMENT": "test",
            "MYPAGE_ADMIN_PORT": str(self.admin_ports[name]),
            "MYPAGE_AMQP_URL": self._servers.amqp_url(component, port=self._proxied(component, "amqp")),
            "MYPAGE_PUBLIC_URL": self.public_url,
        }
        if component == "gateway":
            told |= {
                "MYPAGE_PORT": self.gateway_urls[name].rpartition(":")[2],
                "MYPAGE_TRUSTED_PROXIES": "1",
                "MYPAGE_DRAIN_SECONDS": "3",  # the balancer of these tests looks twice a second
            }
        else:
            told |= (
                FAST_HASH
                | LIFTED
                | {
                    "MYPAGE_DATABASE_URL": self._servers.database_url(
                        component, port=self._proxied(component, "sql")
                    )
                }
            )
        if component == "notification":
            told["MYPAGE_SMTP_URL"] = (
                f"smtp://127.0.0.1:{self._proxied(component, 'smtp') or self._sink.port}"
            )
        if failpoint:
            told["MYPAGE_FAILPOINT"] = failpoint
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("MYPAGE_")}
        return {**inherited, **told, **self.overrides[component], **self.overrides[name]}

    def _proxied(self, component: str, kind: str) -> int | None:
        proxy = self.proxies.get((component, kind))
        return proxy.port if proxy else None

    def _port(self, kind: str) -> int:
        return {
            "amqp": self._servers.rabbit.amqp_port,
            "sql": self._servers.postgres.port,
            "smtp": self._sink.port,
        }[kind]
