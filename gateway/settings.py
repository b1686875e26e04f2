"""The gateway's environment."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from chassis.process.settings import ProcessSettings
from messages.company import CompanyProfile
from messages.values import PasswordPolicy


class Settings(ProcessSettings):
    """What the gateway needs besides the broker. All names have the prefix `MYPAGE_`."""

    host: str = Field("127.0.0.1", description="Address that the pages are served on")
    port: int = Field(8080, ge=0, le=65535, description="Port that the pages are served on")
    public_url: str = Field(
        description="What customers type, like https://mypage.example.jp; "
        "https turns Secure cookies and HSTS on"
    )
    sealing_public_keys: dict[str, str] = Field(
        description="JSON: public sealing key (base64) of identity and of registration"
    )
    cookie_key: SecretStr = Field(
        description="32 random bytes, base64: encrypts the cookies; the same for all replicas"
    )
    password_policy: PasswordPolicy = Field(
        PasswordPolicy.MANUAL, description="manual (8 to 16 letters and digits) or nist (8 to 64)"
    )
    drain_seconds: float = Field(
        3.0, ge=0, le=20, description="After SIGTERM: pages are still served, each connection's last one"
    )
    trusted_proxies: int = Field(
        0, ge=0, le=10, description="How many proxies of ours append to X-Forwarded-For; 0 ignores the header"
    )

    company: CompanyProfile = Field(
        default_factory=CompanyProfile, description="Name, addresses and telephone on the pages"
    )

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, url: str) -> str:
        parts = urlsplit(url)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.path.strip("/")
            or parts.query
            or parts.fragment
        ):
            raise ValueError("must be http(s)://host[:port] and nothing more")
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @field_validator("sealing_public_keys")
    @classmethod
    def _knows_its_recipients(cls, keys: dict[str, str]) -> dict[str, str]:
        missing = {"identity", "registration"} - keys.keys()
        if missing:
            raise ValueError(f"no key for {', '.join(sorted(missing))}")
        return keys

    @field_validator("cookie_key")
    @classmethod
    def _is_a_key(cls, key: SecretStr) -> SecretStr:
        try:
            raw = base64.b64decode(key.get_secret_value(), validate=True)
        except binascii.Error:
            raw = b""
        if len(raw) != 32:
            raise ValueError("must be 32 bytes in base64")
        return key

    @property
    def cookie_key_bytes(self) -> bytes:
        """The 32 bytes."""
        return base64.b64decode(self.cookie_key.get_secret_value())

    @property
    def is_https(self) -> bool:
        """Whether browsers reach us by TLS."""
        return self.public_url.startswith("https:")
