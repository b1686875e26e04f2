"""Who runs this process, for audit rows."""

from __future__ import annotations

import getpass


def os_user() -> str:
    """The user of the operating system; containers may run under a number without a name, who is `unknown`
    then.
    """
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return "unknown"
