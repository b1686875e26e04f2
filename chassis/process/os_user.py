"""Who did something at the command line, for audit rows."""

from __future__ import annotations

import getpass
import os

from chassis.process.system import SYSTEM


def os_user() -> str:
    """The person, as far as it can be told: who the setting `operator` names, who called sudo, else the
    user of the operating system. Containers run under a user of the software, or under a number
    without a name, who is `unknown` then.
    """
    named = (
        os.environ.get(f"{SYSTEM.upper()}_OPERATOR", "").strip() or os.environ.get("SUDO_USER", "").strip()
    )
    if not named:
        try:
            named = getpass.getuser()
        except (ImportError, KeyError, OSError):
            return "unknown"
    readable = named.encode("utf-8", "replace").decode()
    return "".join(sign if sign.isprintable() else "�" for sign in readable[:100])
