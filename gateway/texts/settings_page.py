"""What 設定 says, and the pages behind the link that stops mails."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.texts.phrases import WAIT
from messages.billing import BillNoticeChoice, RefusalCode

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
SETTINGS_REFUSALS: Mapping[str, str] = {RefusalCode.STOP_LINK_UNKNOWN: STOP_LINK_UNKNOWN}
