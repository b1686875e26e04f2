"""What 設定 says, and the pages behind the link that stops mails."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.texts.phrases import WAIT
from messages.account_settings import RefusalCode
from messages.billing import BillNoticeChoice
from messages.billing import RefusalCode as BillingCode
from messages.login_history import HistoryKind

BILL_NOTICE_CHOICES: Mapping[BillNoticeChoice, str] = {
    BillNoticeChoice.OFF: "受け取らない",
    BillNoticeChoice.WITHOUT_AMOUNT: "受け取る（ご請求額は記載しない）",
    BillNoticeChoice.WITH_AMOUNT: "受け取る（ご請求額も記載する）",
}
BILL_NOTICE_NOT_CHOSEN = "お知らせメールの受け取り方を選んでください。"
BILL_NOTICE_AWAY = f"料金のシステムが混み合っているか、点検中のため、いまの設定を表示できません。{WAIT}"
BILL_NOTICE_NOT_SAVED = f"料金のシステムが混み合っているか、点検中のため、設定を保存できませんでした。{WAIT}"

STOP_LINK_UNKNOWN = (
    "URLが途中で切れているか、メールが届いてから1年以上たったため、このURLではお知らせメールを停止できません。"
    "ログインして、設定の画面で停止してください。"
)
SETTINGS_REFUSALS: Mapping[str, str] = {
    BillingCode.STOP_LINK_UNKNOWN: STOP_LINK_UNKNOWN,
    RefusalCode.ACCOUNT_LEFT: (
        "このご契約のアカウントは、退会のお手続きが済んでいます。お手続きから30日間は、登録とログインができません。"
        "続けてお使いになる場合は、TEL {telephone} までご連絡ください。"
    ),
    RefusalCode.WRONG_PASSWORD: "パスワードが違います。ログインに使っているパスワードを入力してください。",
    RefusalCode.TOO_MANY_PASSWORDS: f"パスワードの入力回数が多いため、いまは確認できません。{WAIT}",
    RefusalCode.NEW_PASSWORD_NOT_ACCEPTED: (
        "推測されやすいため使えません。別のパスワードを入力してください。"
    ),
    RefusalCode.TOO_MANY_ADDRESS_CHANGES: (
        f"確認のメールの送信回数が多いため、いまは送れません。届いたメールを確認するか、{WAIT}"
    ),
    RefusalCode.TOO_MANY_EXPORTS: f"ダウンロードの回数が多いため、いまはファイルを作れません。{WAIT}",
    RefusalCode.ADDRESS_LINK_UNKNOWN: (
        "メールアドレスを変更するURLを確認できません。メールのURLをもう一度開くか、設定の画面からやり直してください。"
    ),
    RefusalCode.ADDRESS_LINK_OF_ANOTHER: (
        "このURLは、いまログインしているアカウントのものではありません。"
        "変更を申し込んだアカウントでログインし直してから、メールのURLをもう一度開いてください。"
    ),
    RefusalCode.ADDRESS_LINK_USED: "このURLでのメールアドレスの変更は、すでに完了しています。",
    RefusalCode.ADDRESS_LINK_SUPERSEDED: (
        "このURLは使えなくなりました。変更をやり直した場合は、より新しいメールのURLを開いてください。"
    ),
    RefusalCode.ADDRESS_LINK_EXPIRED: (
        "URLの有効期限（申し込みから24時間）が過ぎました。設定の画面から、もう一度やり直してください。"
    ),
    RefusalCode.UNDO_LINK_UNKNOWN: (
        "メールアドレスを元に戻すURLを確認できません。メールのURLをもう一度開いてください。"
    ),
    RefusalCode.UNDO_LINK_USED: "メールアドレスは、すでに元に戻っています。",
    RefusalCode.UNDO_LINK_EXPIRED: (
        "元に戻せる期限（変更から72時間）が過ぎました。お心当たりのない変更の場合は、"
        "TEL {telephone} までお電話ください。"
    ),
}

EXPORT_NOT_MADE = f"システムが混み合っているか、点検中のため、ファイルを作れませんでした。{WAIT}"

LEAVING_NOT_CONFIRMED = "内容を確認し、チェックを入れてください。"

ADDRESS_LINK_ENDS: Mapping[str, tuple[int, str]] = {
    RefusalCode.ADDRESS_LINK_UNKNOWN: (404, "URLを確認できません"),
    RefusalCode.ADDRESS_LINK_OF_ANOTHER: (403, "ほかのアカウントのURLです"),
    RefusalCode.ADDRESS_LINK_USED: (410, "変更は完了しています"),
    RefusalCode.ADDRESS_LINK_SUPERSEDED: (410, "新しいメールをお送りしています"),
    RefusalCode.ADDRESS_LINK_EXPIRED: (410, "URLの有効期限が切れました"),
}
UNDO_LINK_ENDS: Mapping[str, tuple[int, str]] = {
    RefusalCode.UNDO_LINK_UNKNOWN: (404, "URLを確認できません"),
    RefusalCode.UNDO_LINK_USED: (410, "すでに元に戻っています"),
    RefusalCode.UNDO_LINK_EXPIRED: (410, "元に戻せる期限が過ぎました"),
}
"""Status and heading of the page for a link that does not work; the sentence is the refusal's."""

HISTORY_WORDS: Mapping[HistoryKind, str] = {
    HistoryKind.OTHER: "そのほかの操作",
    HistoryKind.LOGGED_IN: "ログイン",
    HistoryKind.LOG_IN_FAILED: "ログインの失敗（パスワードが違う）",
    HistoryKind.LOG_IN_THROTTLED: "ログインの失敗（回数が多いため停止中）",
    HistoryKind.LOG_IN_WHILE_FROZEN: "ログインの失敗（アカウントの停止中）",
    HistoryKind.LOGGED_OUT: "ログアウト",
    HistoryKind.SESSIONS_ENDED: "すべての端末からのログアウト（窓口）",
    HistoryKind.SESSIONS_ENDED_BY_OWNER: "ほかの端末のログアウト",
    HistoryKind.ACCOUNT_OPENED: "本登録",
    HistoryKind.ACCOUNT_FROZEN: "アカウントの停止",
    HistoryKind.ACCOUNT_UNFROZEN: "アカウントの停止の解除（窓口）",
    HistoryKind.PASSWORD_CHANGED: "パスワードの変更",
    HistoryKind.PASSWORD_RESET: "パスワードの再設定",
    HistoryKind.MAIL_ADDRESS_CHANGE_ASKED: "メールアドレスの変更の申し込み",
    HistoryKind.MAIL_ADDRESS_CHANGED: "メールアドレスの変更",
    HistoryKind.MAIL_ADDRESS_CHANGE_UNDONE: "メールアドレスの変更の取り消し",
    HistoryKind.NICKNAME_CHANGED: "ニックネームの変更",
    HistoryKind.DATA_EXPORTED: "登録内容のダウンロード",
    HistoryKind.ACCOUNT_LEFT: "退会",
    HistoryKind.ACCOUNT_RESTORED: "退会の取り消し（窓口）",
    HistoryKind.ENROLMENT_CODE_ISSUED: "登録コードの発行（窓口）",
    HistoryKind.ENROLMENT_CODE_USED: "登録コードでの再設定",
    HistoryKind.SECOND_FACTOR_ADDED: "2段階認証の登録",
    HistoryKind.SECOND_FACTOR_REMOVED: "2段階認証の解除",
    HistoryKind.SECOND_FACTOR_FAILED: "2段階認証の失敗",
    HistoryKind.PASSKEY_ADDED: "パスキーの登録",
    HistoryKind.PASSKEY_REMOVED: "パスキーの削除",
    HistoryKind.PASSKEY_FAILED: "パスキーでのログインの失敗",
    HistoryKind.RECOVERY_CODES_MADE: "回復コードの作り直し",
    HistoryKind.RECOVERY_CODE_USED: "回復コードの使用",
}
"""What was done with an account, in a customer's words."""
