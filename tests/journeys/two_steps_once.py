"""The customer who does everything turns on 2段階認証, and logs in by each kind of code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from journeys.authenticator import Authenticator
from support.canaries import SECRET

if TYPE_CHECKING:
    from journeys.everything_once import Life

AREA = "/settings/second-factor"


async def guards_his_log_in(life: Life) -> None:
    """Key, recovery codes and the log-in that waits are canaries; it stays on for the desk to turn off."""
    await life.opens(AREA)
    await life.presses("設定を始める", password=life.password)
    life.is_logged_in()
    application = Authenticator.that_reads(life.visitor.html)
    life.lets_fly(SECRET, "key of the application", application.secret)
    await life.presses("有効にする", code=application.code())
    life.is_logged_in()
    codes = _recovery_codes_on(life)
    await _logs_in_by(life, "/login/code", code=application.code(later=1))
    await life.opens(f"{AREA}/new-codes")
    await life.presses("回復コードを作り直す", password=life.password, code=codes[0])
    codes = _recovery_codes_on(life)
    await _logs_in_by(life, "/login/code/recovery", recovery_code=codes[0])


def _recovery_codes_on(life: Life) -> list[str]:
    codes = re.findall("<code>((?:[0-9A-Z]{4} ?){6})</code>", life.visitor.html)
    assert len(codes) == 10
    for code in codes:
        life.lets_fly(SECRET, "recovery code", code)
        life.lets_fly(SECRET, "recovery code, bare", code.replace(" ", ""))
    return codes


async def _logs_in_by(life: Life, path: str, **code: str) -> None:
    await life.presses("ログアウト")
    await life.opens("/login")
    await life.presses("ログイン", account_id=life.customer.account_id, password=life.password)
    assert life.visitor.url.endswith("/login/code")
    life.lets_fly(SECRET, "log-in that waits", life.visitor.cookie("second-step"))
    await life.opens(path)
    await life.presses("ログイン", **code)
    assert "/menu" in life.visitor.url, life.visitor.url
    life.is_logged_in()
