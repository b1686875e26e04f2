"""What メール受信確認 says of a link or a password that does not open the account."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.texts.phrases import WAIT
from messages.registration import RefusalCode

ACTIVATION_REFUSALS: Mapping[str, str] = {
    RefusalCode.ACTIVATION_UNKNOWN: (
        "本登録手続きURLを確認できません。仮登録受付完了メールのURLをもう一度開いてください。"
    ),
    RefusalCode.ACTIVATION_EXPIRED: (
        "仮登録有効期限（仮登録メール送信から 24 時間以内）までに本登録を行わなかった場合、"
        "再度、認証及び仮登録を実施する必要があります。"
    ),
    RefusalCode.ACTIVATION_SUPERSEDED: (
        "より新しい仮登録受付完了メールをお送りしています。"
        "新しいメールの「本登録手続きURL」を開いてください。"
    ),
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
    RefusalCode.TOO_MANY_PASSWORDS: f"パスワードの入力回数が多いため、いまは確認できません。{WAIT}",
}

ACTIVATION_ENDS: Mapping[str, tuple[int, str]] = {
    RefusalCode.ACTIVATION_UNKNOWN: (404, "本登録手続きURLを確認できません"),
    RefusalCode.ACTIVATION_EXPIRED: (410, "本登録の期限が切れました"),
    RefusalCode.ACTIVATION_SUPERSEDED: (410, "新しいメールをお送りしています"),
    RefusalCode.CONTRACT_REPLACED: (410, "この仮登録では本登録できません"),
    RefusalCode.ALREADY_ACTIVATED: (410, "本登録は完了しています"),
}
"""Where an activation link leads when it no longer works: status and heading; the sentence is the refusal's.
"""
