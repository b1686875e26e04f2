"""What the audit trail tells, in the desk's words."""

from __future__ import annotations

from collections.abc import Mapping

from messages.japan import JAPAN
from services.identity.audit.domain import AuditKind, ToldEntry

KINDS: Mapping[str, str] = {
    AuditKind.LOGGED_IN: "ログイン",
    AuditKind.LOG_IN_FAILED: "ログイン失敗",
    AuditKind.LOG_IN_THROTTLED: "ログイン制限",
    AuditKind.LOG_IN_WHILE_FROZEN: "ログイン（閲覧停止中）",
    AuditKind.LOGGED_OUT: "ログアウト",
    AuditKind.ACCOUNT_OPENED: "本登録",
    AuditKind.ACCOUNT_LEFT: "退会の手続き",
    AuditKind.ACCOUNT_RESTORED: "退会の取り消し",
    AuditKind.ACCOUNT_CLOSED: "利用終了",
    AuditKind.ACCOUNT_FROZEN: "閲覧停止",
    AuditKind.ACCOUNT_UNFROZEN: "閲覧再開",
    AuditKind.ACCOUNT_DETACHED: "契約からの切り離し",
    AuditKind.ACCOUNT_SHOWN: "窓口での照会",
    AuditKind.SESSIONS_ENDED: "全端末ログアウト",
    AuditKind.SESSIONS_ENDED_BY_OWNER: "ほかの端末のログアウト",
    AuditKind.PASSWORD_CHANGED: "パスワード変更",
    AuditKind.PASSWORD_RESET: "パスワード再設定",
    AuditKind.PASSWORD_RESET_ASKED: "パスワード再設定の申込み",
    AuditKind.ACCOUNT_ID_ASKED: "アカウントIDの問い合わせ",
    AuditKind.MAIL_ADDRESS_CHANGE_ASKED: "メールアドレス変更の申込み",
    AuditKind.MAIL_ADDRESS_CHANGED: "メールアドレス変更",
    AuditKind.MAIL_ADDRESS_CHANGE_UNDONE: "メールアドレス変更の取り消し",
    AuditKind.MAIL_BOUNCE_CLEARED: "不達の印を外した",
    AuditKind.NICKNAME_CHANGED: "ニックネーム変更",
    AuditKind.DATA_EXPORTED: "データの書き出し",
    AuditKind.CONTRACT_PROVED_AGAIN: "登録済みの契約の認証",
    AuditKind.ENROLMENT_CODE_ISSUED: "登録コードの発行",
    AuditKind.ENROLMENT_CODE_FAILED: "登録コードの誤り",
    AuditKind.ENROLMENT_CODE_USED: "登録コードでの再設定",
    AuditKind.SECOND_FACTOR_ADDED: "2段階認証の追加",
    AuditKind.SECOND_FACTOR_REMOVED: "2段階認証の解除",
    AuditKind.SECOND_FACTOR_FAILED: "2段階認証の失敗",
    AuditKind.PASSKEY_ADDED: "パスキーの登録",
    AuditKind.PASSKEY_REMOVED: "パスキーの削除",
    AuditKind.PASSKEY_FAILED: "パスキーでのログインの失敗",
    AuditKind.RECOVERY_CODES_MADE: "回復コードの作り直し",
    AuditKind.RECOVERY_CODE_USED: "回復コードの使用",
    AuditKind.AUDIT_READ: "監査記録の閲覧",
}

HEAD = "日時                 種類  アカウントID  接続元  端末  担当  理由"


def line_of(entry: ToldEntry) -> str:
    """One line of the table. The network is a keyed hash: its beginning tells whether two are the same."""
    cells = (
        f"{entry.happened_at.astimezone(JAPAN):%Y-%m-%d %H:%M:%S}",
        KINDS.get(entry.kind, entry.kind),
        entry.account_id or "-",
        (entry.client_network or "-")[:8],
        entry.device.in_words if entry.device else "-",
        entry.done_by or "-",
        " ".join((entry.reason or "-").split()),
    )
    return "  ".join(cells)
