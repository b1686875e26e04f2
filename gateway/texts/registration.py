"""What 初回会員登録 says, from [認証] to 「仮登録が完了しました。」."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.texts.phrases import START_AGAIN, WAIT
from messages.identity import RefusalCode as Identity
from messages.registration import ProvisionalState
from messages.registration import RefusalCode as Registration

_REGISTERED_CONTRACT = "このご契約はすでに登録されています。登録済みのアカウントIDでログインしてください。"
TAKEN = "このアカウントIDは使用できません。別のアカウントIDを入力してください。"
FREE = "このアカウントIDは使用できます。"

REGISTRATION_REFUSALS: Mapping[str, str] = {
    Identity.CONTRACT_MISMATCH: (
        "入力された内容が契約者情報と一致しません。もう一度お手元の登録書をご確認ください。"
    ),
    Identity.CONTRACT_ALREADY_REGISTERED: _REGISTERED_CONTRACT,
    Identity.TOO_MANY_PROOFS: f"認証の回数が多いため、いまは認証できません。{WAIT}",
    Registration.PROOF_EXPIRED: START_AGAIN,
    Registration.ACCOUNT_ID_TAKEN: TAKEN,
    Registration.PASSWORD_NOT_ACCEPTED: ("推測されやすいため使えません。別のパスワードを入力してください。"),
    Registration.CONTRACT_ALREADY_REGISTERED: _REGISTERED_CONTRACT,
    Registration.TOO_MANY_REGISTRATIONS: f"仮登録の回数が多いため、いまは仮登録できません。{WAIT}",
    Registration.TOO_MANY_ID_CHECKS: f"IDチェックの回数が多いため、いまは確認できません。{WAIT}",
}

CALL_US = (
    "再入力をお試しいただいてもエラーメッセージが表示される場合は、"
    "弊社お問い合わせ窓口までご連絡お願いいたします。"
)

MAIL_STATES: Mapping[ProvisionalState, str] = {
    ProvisionalState.REGISTERED: (
        "送信待ちです。混み合っている場合は、届くまでに時間がかかることがあります。"
    ),
    ProvisionalState.MAIL_SENT: "送信済みです。",
    ProvisionalState.ACTIVATED: "本登録は完了しています。",
    ProvisionalState.COMPLETED: "本登録は完了しています。",
    ProvisionalState.EXPIRED: "仮登録有効期限が過ぎました。もう一度、最初から登録してください。",
    ProvisionalState.SUPERSEDED: (
        "より新しい仮登録があります。新しいメールの「本登録手続きURL」を開いてください。"
    ),
    ProvisionalState.MAIL_ABANDONED: (
        "送信できませんでした。メールアドレスを確認し、もう一度、最初から登録してください。"
    ),
    ProvisionalState.REJECTED: "本登録を完了できませんでした。TEL {telephone} までご連絡ください。",
}
"""To be shown by `with_telephone`."""
