"""What 初回会員登録 says, from [認証] to 「仮登録が完了しました。」."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.texts.phrases import LINK_EXPIRED, NEWER_MAIL, START_AGAIN, WAIT, WayOn
from messages.identity import RefusalCode as Identity
from messages.mail_failure import MailFailure
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
    Registration.TOO_MANY_MAILS: f"メールの送信回数が多いため、いまは送信できません。{WAIT}",
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
}
"""While 本登録 is to come."""
MAIL_CAME_BACK = "送れませんでした。"

_CAME_BACK = "メールが受信側から戻ってきました。メールアドレスと受信設定を確認してください。"
MAIL_FAILURES: Mapping[MailFailure, str] = {
    MailFailure.NO_SUCH_MAILBOX: (
        "このメールアドレスは見つからないと、受信側から知らせがありました。メールアドレスを確認してください。"
        "携帯電話のメールアドレスでは、受信設定のために、同じ知らせになることがあります。"
    ),
    MailFailure.MAILBOX_FULL: (
        "受信箱がいっぱいのため、受信できませんでした。不要なメールを削除してから、もう一度お試しください。"
    ),
    MailFailure.REFUSED_BY_POLICY: (
        "受信側の迷惑メール対策などの設定により、受信されませんでした。"
        "受信設定を確認してから、もう一度お試しください。"
    ),
    MailFailure.UNDELIVERABLE_ADDRESS: (
        "このメールアドレスには、メールを届けられません。記号や「@」の後ろを確認してください。"
    ),
    MailFailure.CAME_BACK: _CAME_BACK,
    MailFailure.NOT_SENT_IN_TIME: (
        "受信側か当社の設備が応じなかったため、時間内に送れませんでした。もう一度お試しください。"
    ),
    MailFailure.UNKNOWN: _CAME_BACK,
}
"""Why the mail did not arrive, and what to do, by class of reason."""

CARRIERS: Sequence[tuple[str, str]] = (
    ("ドコモ", "「ドコモメール」の設定で、「迷惑メール対策」から「受信リスト設定」を選びます。"),
    ("au・UQ mobile", "「auメール」の設定で、「迷惑メールフィルター」から「受信リスト設定」を選びます。"),
    (
        "ソフトバンク・ワイモバイル",
        "「My SoftBank」または「My Y!mobile」の「メール設定」で、"
        "「迷惑メール対策」から「受信許可リスト」を選びます。",
    ),
    ("楽天モバイル", "「楽メール」の設定で、受信を許可するメールアドレスまたはドメインを登録します。"),
)
"""Where each carrier's customers let a sender through."""

_ACTIVATED = (
    "本登録は完了しています",
    "本登録は完了しています。アカウントIDとパスワードでログインしてください。",
    WayOn.LOG_IN,
)
PROVISIONAL_ENDS: Mapping[ProvisionalState, tuple[str, str, WayOn]] = {
    ProvisionalState.ACTIVATED: _ACTIVATED,
    ProvisionalState.COMPLETED: _ACTIVATED,
    ProvisionalState.EXPIRED: ("本登録の期限が切れました", LINK_EXPIRED, WayOn.REGISTER),
    ProvisionalState.SUPERSEDED: ("新しいメールをお送りしています", NEWER_MAIL, WayOn.OPEN_MAIL),
    ProvisionalState.MAIL_ABANDONED: (
        "メールを届けられませんでした",
        "次のメールアドレスに仮登録受付完了メールを届けられなかったため、仮登録は取り消されました。"
        "メールアドレスと受信設定を確認して、もう一度登録してください。",
        WayOn.CORRECT,
    ),
    ProvisionalState.REJECTED: (
        "この仮登録では本登録できません",
        "本登録を完了できませんでした。TEL {telephone} までご連絡ください。",
        WayOn.REGISTER,
    ),
}
"""Heading, sentence and way on once there is nothing to wait for, to be shown by `with_telephone`."""

NOT_ON_RECORD = (
    "仮登録を確認できません",
    "この仮登録の記録が見つからないため、状態を表示できません。届いたメールがある場合は、そのメールから本登録を続けてください。",
    WayOn.OPEN_MAIL,
)
"""Heading, sentence and way on where registration knows nothing of what this browser remembers."""
