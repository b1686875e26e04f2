"""What ログイン says of a login that does not succeed."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.texts.phrases import LOGIN_PROOF_SPENT, SESSION_ENDED, WAIT
from messages.identity import RefusalCode

LOGIN_REFUSALS: Mapping[str, str] = {
    RefusalCode.WRONG_CREDENTIALS: "アカウントIDまたはパスワードが違います。",
    RefusalCode.TOO_MANY_LOGINS: f"ログインの回数が多いため、いまはログインできません。{WAIT}",
    RefusalCode.TOO_MANY_LINKS: (
        f"メールのURLや登録コードの確認の回数が多いため、いまは確認できません。{WAIT}"
    ),
    RefusalCode.ACCOUNT_FROZEN: (
        "ご契約内容の確認が必要なため、ログインを停止しています。TEL {telephone} までご連絡ください。"
    ),
    RefusalCode.ACCOUNT_NOT_READY: (
        "アカウントを準備しています。1分ほど待ってから、もう一度お試しください。"
    ),
    RefusalCode.LOGIN_PROOF_SPENT: LOGIN_PROOF_SPENT,
    RefusalCode.SESSION_ENDED: SESSION_ENDED,
}

CANNOT_SAY = f"いまは、アカウントIDとパスワードを確認できません。{WAIT}"

PROVISIONAL_LOGIN = (
    "本登録がお済みでありません。仮登録受付完了メールの「本登録手続きURL」を開き、本登録を行ってください。"
    "メールが届かない場合は、[初めてログインされる方]から、もう一度登録してください。"
)
