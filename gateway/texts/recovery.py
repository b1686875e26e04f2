"""What アカウントIDやパスワードを忘れた方 says of a form or a link that leads nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from gateway.texts.phrases import WAIT
from messages.recovery import RefusalCode

RECOVERY_REFUSALS: Mapping[str, str] = {
    RefusalCode.TOO_MANY_RECOVERIES: (f"お申し込みの回数が多いため、いまはメールをお送りできません。{WAIT}"),
    RefusalCode.RESET_UNKNOWN: (
        "パスワード再設定URLを確認できません。メールのURLを、途中で切れないように、もう一度開いてください。"
    ),
    RefusalCode.RESET_EXPIRED: (
        "お申し込みから30分以上たったため、または、お申し込みのあとに登録内容が変わったため、"
        "このURLではパスワードを設定できません。もう一度お申し込みください。"
    ),
    RefusalCode.RESET_SUPERSEDED: (
        "より新しいメールをお送りしています。いちばん新しいメールの「パスワード再設定URL」を開いてください。"
    ),
    RefusalCode.RESET_USED: (
        "パスワードの再設定は、すでに完了しています。そのとき設定したパスワードでログインしてください。"
    ),
    RefusalCode.PASSWORD_NOT_ACCEPTED: "推測されやすいため使えません。別のパスワードを入力してください。",
}


class ResetWayOn(StrEnum):
    """What helps a customer whose link is dead; a value of `recovery/ended.html`."""

    LOG_IN = "log in"
    OPEN_MAIL = "open the mail"
    ASK_AGAIN = "ask again"


RESET_ENDS: Mapping[str, tuple[int, str, ResetWayOn]] = {
    RefusalCode.RESET_UNKNOWN: (404, "パスワード再設定URLを確認できません", ResetWayOn.OPEN_MAIL),
    RefusalCode.RESET_EXPIRED: (410, "パスワード再設定URLの期限が切れました", ResetWayOn.ASK_AGAIN),
    RefusalCode.RESET_SUPERSEDED: (410, "より新しいメールのURLを開いてください", ResetWayOn.OPEN_MAIL),
    RefusalCode.RESET_USED: (410, "パスワードの再設定は完了しています", ResetWayOn.LOG_IN),
}
"""Where a link leads when it no longer works: status, heading and way on; the sentence is the refusal's."""

NO_COOKIE = (
    "メールのURLを開き直してください",
    "メールの「パスワード再設定URL」から開き直してください。開き直してもこの画面になる場合は、"
    "ブラウザがCookieを受け付けていません。ブラウザの設定でこのサイトのCookieを許可するか、"
    "別のブラウザでURLを開いてください。",
)
"""Heading and sentence where neither the link nor any other cookie of ours came along."""
