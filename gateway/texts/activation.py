"""What メール受信確認 says of a link or a password that does not open the account."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.texts.phrases import LINK_EXPIRED, NEWER_MAIL, WAIT, WayOn
from messages.registration import RefusalCode

ACTIVATION_REFUSALS: Mapping[str, str] = {
    RefusalCode.ACTIVATION_UNKNOWN: (
        "本登録手続きURLを確認できません。仮登録受付完了メールのURLをもう一度開いてください。"
    ),
    RefusalCode.ACTIVATION_EXPIRED: LINK_EXPIRED,
    RefusalCode.ACTIVATION_SUPERSEDED: NEWER_MAIL,
    RefusalCode.CONTRACT_REPLACED: (
        "仮登録のあとにご契約の名義が変わったため、このURLでは本登録できません。"
        "いまのご契約のお客様番号で、もう一度、認証からお手続きください。お困りのときは、お電話でお問い合わせください。"
    ),
    RefusalCode.ALREADY_ACTIVATED: (
        "このURLでの本登録は、すでに完了しています。アカウントIDとパスワードでログインしてください。"
    ),
    RefusalCode.PASSWORD_MISMATCH: (
        "パスワードが違います。仮登録のときに設定したパスワードを入力してください。"
    ),
    RefusalCode.TOO_MANY_LINKS: f"本登録手続きURLの確認の回数が多いため、いまは確認できません。{WAIT}",
    RefusalCode.TOO_MANY_PASSWORDS: f"パスワードの入力回数が多いため、いまは確認できません。{WAIT}",
}

ACTIVATION_ENDS: Mapping[str, tuple[int, str, WayOn]] = {
    RefusalCode.ACTIVATION_UNKNOWN: (404, "本登録手続きURLを確認できません", WayOn.OPEN_MAIL),
    RefusalCode.ACTIVATION_EXPIRED: (410, "本登録の期限が切れました", WayOn.REGISTER),
    RefusalCode.ACTIVATION_SUPERSEDED: (410, "新しいメールをお送りしています", WayOn.OPEN_MAIL),
    RefusalCode.CONTRACT_REPLACED: (410, "この仮登録では本登録できません", WayOn.REGISTER),
    RefusalCode.ALREADY_ACTIVATED: (410, "本登録は完了しています", WayOn.LOG_IN),
}
"""Where an activation link leads when it no longer works: status, heading and way on; the sentence is the
refusal's.
"""

NO_COOKIE = (
    "メールのURLを開き直してください",
    "仮登録受付完了メールの「本登録手続きURL」から開き直してください。開き直してもこの画面になる場合は、"
    "ブラウザがCookieを受け付けていません。ブラウザの設定でこのサイトのCookieを許可するか、"
    "別のブラウザでURLを開いてください。",
)
"""Heading and sentence where neither the link nor any other cookie of ours came along."""
