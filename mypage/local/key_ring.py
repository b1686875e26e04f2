"""Every key that the system needs, made at once, and handed to each component: only its own secrets,
everybody's public keys.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from chassis.security.sealing import new_sealing_keys
from chassis.security.signing import new_signing_keys
from mypage.errors import UnusableData
from mypage.local.statefile import write_private

READERS = ("identity", "registration", "notification")
SIGNERS = ("identity", "registration")
COMPONENTS = ("identity", "registration", "notification", "billing", "gateway")


class KeyRing(BaseModel):
    """All keys, base64, by service name. Kept in one file only where one machine runs everything."""

    sealing_private: dict[str, str]
    sealing_public: dict[str, str]
    signing_private: dict[str, str]
    signing_public: dict[str, str]
    cookie_key: str

    def __repr__(self) -> str:
        return "<key ring>"

    __str__ = __repr__

    @classmethod
    def generate(cls) -> KeyRing:
        """A fresh ring."""
        sealing = {name: new_sealing_keys() for name in READERS}
        signing = {name: new_signing_keys() for name in SIGNERS}
        return cls(
            sealing_private={name: private for name, (private, _) in sealing.items()},
            sealing_public={name: public for name, (_, public) in sealing.items()},
            signing_private={name: private for name, (private, _) in signing.items()},
            signing_public={name: public for name, (_, public) in signing.items()},
            cookie_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        )

    @classmethod
    def kept_in(cls, path: Path) -> KeyRing:
        """The ring of that file, which is made at first use, readable by its owner alone. Raises UnusableData
        when the file is broken, and leaves it as it is: new keys would make what is sealed unreadable.
        """
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_private(path, cls.generate().model_dump_json())
        try:
            return cls.model_validate_json(path.read_bytes())
        except ValueError:  # pydantic's text would show the keys
            raise UnusableData(
                f"鍵のファイル {path} が壊れています。控えから戻してください（何も上書きしていません）。"
            ) from None

    def settings_of(self, component: str) -> dict[str, object]:
        """The key settings of one component: its own secrets, and the public keys of those it writes to or
        believes.
        """
        found: dict[str, object] = {}
        if component in self.sealing_private:
            found["sealing_private_keys"] = [self.sealing_private[component]]
        if component in ("identity", "registration", "billing", "gateway"):
            found["sealing_public_keys"] = self.sealing_public
        if component in self.signing_private:
            found["signing_private_key"] = self.signing_private[component]
        if component in ("identity", "registration", "billing"):
            found["signing_public_keys"] = self.signing_public
        if component == "gateway":
            found["cookie_key"] = self.cookie_key
        return found

    def write_secrets(self, folder: Path) -> None:
        """One file per setting and component, as `MYPAGE_SECRETS_DIR` wants them:
        folder/<component>/mypage_<setting>.
        """
        for component in COMPONENTS:
            own = folder / component
            own.mkdir(parents=True, exist_ok=True, mode=0o700)
            for name, text in as_texts(self.settings_of(component)).items():
                (own / f"mypage_{name}").write_text(text)


def as_texts(settings: Mapping[str, object]) -> dict[str, str]:
    """Settings as the environment holds them: numbers, lists and tables as JSON."""
    return {
        name: str(value) if isinstance(value, str | Path) else json.dumps(value)
        for name, value in settings.items()
    }
