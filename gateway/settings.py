"""The gateway's environment."""

from __future__ import annotations

import base64
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from pydantic import Field, field_validator

from chassis.process.settings import Origin, Port, ProcessSettings
from chassis.security.key_texts import PublicKeyText, SecretKeyText, of_each
from chassis.web.guarded_server import ServerLimits
from messages.company import OfOneCompany
from messages.values import PasswordPolicy

SEALS_FOR = ("identity", "registration")


class Settings(OfOneCompany, ProcessSettings):
    """What the gateway needs besides the broker. All names have the prefix `MYPAGE_`."""

    host: str = Field("127.0.0.1", description="Address that the pages are served on")
    port: Port = Field(8080, description="Port that the pages are served on")
    public_url: Origin = Field(
        description="What customers type, like https://mypage.example.jp; "
        "https turns Secure cookies and HSTS on"
    )
    sealing_public_keys: Annotated[dict[str, PublicKeyText], of_each(*SEALS_FOR)] = Field(
        description="JSON: public sealing key (base64) of identity and of registration"
    )
    cookie_key: SecretKeyText = Field(
        description="32 random bytes, base64: encrypts the cookies; the same for all replicas"
    )
    password_policy: PasswordPolicy = Field(
        PasswordPolicy.MANUAL, description="manual (8 to 16 letters and digits) or nist (15 to 64)"
    )
    drain_seconds: float = Field(
        15.0,
        ge=0,
        le=300,
        description="After SIGTERM: pages are still served, each connection's last one, for longer than a "
        "balancer needs to notice (interval times failed checks) and than it keeps connections idle",
    )
    trusted_proxies: int = Field(
        0, ge=0, le=10, description="How many proxies of ours append to X-Forwarded-For; 0 ignores the header"
    )
    trusted_proxy_networks: str = Field(
        "127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
        description="Networks (CIDR, comma between) that those proxies' connections come from",
    )
    max_connections: int = Field(2000, ge=10, description="Open connections; one more is closed at once")
    max_connections_per_client: int = Field(
        100, ge=1, description="Open connections of one client network outside trusted_proxy_networks"
    )
    header_seconds: float = Field(
        15.0,
        gt=0,
        description="From a connection's start, or its last answer, to the end of the next headers",
    )
    body_seconds: float = Field(20.0, gt=0, description="For a request's body to come")
    answer_seconds: float = Field(30.0, gt=0, description="For a browser to take an answer")

    @field_validator("trusted_proxy_networks")
    @classmethod
    def _are_networks(cls, networks: str) -> str:
        try:
            _networks(networks)
        except ValueError:
            raise ValueError("must be networks like 10.0.0.0/8, with a comma between") from None
        return networks

    @property
    def cookie_key_bytes(self) -> bytes:
        """The 32 bytes."""
        return base64.b64decode(self.cookie_key.get_secret_value())

    @cached_property
    def proxy_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Where our proxies stand."""
        return _networks(self.trusted_proxy_networks)

    @property
    def server_limits(self) -> ServerLimits:
        """What the server bears."""
        return ServerLimits(
            connections=self.max_connections,
            connections_of_one_client=self.max_connections_per_client,
            headers=self.header_seconds,
            body=self.body_seconds,
            answer=self.answer_seconds,
            proxies=self.proxy_networks,
        )

    @property
    def is_https(self) -> bool:
        """Whether browsers reach us by TLS."""
        return self.public_url.startswith("https:")


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
