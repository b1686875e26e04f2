"""Everything that is kept of a customer, as a file for himself: JSON with the labels of the pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gateway.texts.downloads import item_of, rate_in_words, service_of
from gateway.texts.settings_page import BILL_NOTICE_CHOICES, HISTORY_WORDS
from messages.billing import BillNoticeChoice, StatementShown
from messages.company import CompanyProfile
from messages.data_export import DataExported, KeptContract, KeptData, KeptPasskey, KeptSession
from messages.japan import JAPAN
from messages.values import Device

LEFT_OUT = (
    "1,000件より前の履歴：ログインと変更の履歴は1年間保存し、ここには新しいものから1,000件までを記載します。",
    "パスワード：元に戻せない形（ハッシュ）で保存しているため、記載できません。",
    "操作したネットワーク：元に戻せない形で記録しているため、記載できません。",
    "送信を待っているメール：送信のシステムだけが開ける形で保存し、送信すると消去します。",
    "送信したメールの種類と日時：30日間保存します。ご利用料金のお知らせは、13か月です。",
    "手続き中のメールアドレスの変更：変更前と変更後のメールアドレスを、申し込みから5日間保存します。",
    "仮登録の記録：アカウントIDとお客様番号を、アカウントがあるあいだ保存します。上の内容と同じです。",
    "訂正前の明細と、一覧に表示していない月の明細：帳簿として7年間保存します。",
    "窓口が操作した理由と担当者：7年間保存します。",
)
"""What is kept and not in the file, and why (docs/personal-data.md)."""


@dataclass(frozen=True)
class BillingSays:
    """What billing told of the customer: his choice, and what he may see, oldest first."""

    bill_notice: BillNoticeChoice
    statements: Sequence[StatementShown]


def own_data(kept: KeptData, exported: DataExported, billing: BillingSays, company: CompanyProfile) -> bytes:
    """The file. Instants are ISO 8601 in Japanese time, days and months as 2026-10-31 and 2026-10, amounts
    whole yen.
    """
    content = {
        "このファイルについて": {
            "内容": f"{company.service_name}に保存されている、お客様の登録内容とご利用の記録です。",
            "作成日時": _instant(exported.exported_at),
            "お問い合わせ先": f"{company.name} TEL {company.telephone}",
        },
        "アカウント": _account(kept),
        "ご契約": _contract(kept.contract),
        "ログイン中の端末": [_session(each) for each in kept.sessions],
        "パスキー": [_passkey(each) for each in kept.passkeys],
        "ログインと変更の履歴": [
            {
                "日時": _instant(line.happened_at),
                "内容": HISTORY_WORDS[line.kind],
                "端末": _device(line.device),
            }
            for line in kept.history
        ],
        "お知らせメール": BILL_NOTICE_CHOICES[billing.bill_notice],
        "ご利用料金": [_statement(each) for each in billing.statements],
        "このファイルにない記録": list(LEFT_OUT),
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"


def _account(kept: KeptData) -> dict[str, Any]:
    return {
        "アカウントID": kept.account_id,
        "ニックネーム": kept.nickname,
        "メールアドレス": kept.email_address,
        "登録日時": _instant(kept.created_at),
        "最後のログイン": _instant(kept.last_login_at),
        "メールが戻ってきた日時": _instant(kept.mail_bounced_at),
    }


def _contract(contract: KeptContract) -> dict[str, Any]:
    return {
        "お客様番号": contract.customer_number,
        "お名前（カナ）": contract.holder_kana,
        "電話番号": list(contract.phone_numbers),
        "ご契約日": _day(contract.began_on),
        "ご解約日": _day(contract.closed_on),
        "この名義の開始日": _day(contract.held_since),
        "この名義の終了日": _day(contract.held_until),
    }


def _session(session: KeptSession) -> dict[str, Any]:
    return {
        "ログインした日時": _instant(session.began_at),
        "最後のご利用": _instant(session.last_seen_at),
        "端末": _device(session.device),
        "この端末": session.is_this_one,
    }


def _passkey(passkey: KeptPasskey) -> dict[str, Any]:
    return {
        "パスキーの名前": passkey.name,
        "登録した日時": _instant(passkey.made_at),
        "パスキーの最後の利用": _instant(passkey.last_used_at),
    }


def _statement(statement: StatementShown) -> dict[str, Any]:
    return {
        "請求月": str(statement.billing_month),
        "ご利用月": str(statement.usage_month) if statement.usage_month else None,
        "公開日": _day(statement.published_on),
        "訂正日": _day(statement.revised_on),
        "ご請求額": statement.amount_yen,
        "税率ごとの合計": [
            {
                "税率": rate_in_words(total.tax_rate_percent),
                "税抜金額": total.base_yen,
                "消費税": total.consumption_tax_yen,
            }
            for total in statement.rate_totals
        ],
        "明細（税抜）": [
            {
                "サービス": service_of(line),
                "内容": item_of(line),
                "税率": rate_in_words(line.tax_rate_percent),
                "金額": line.amount_yen,
            }
            for line in statement.lines
        ],
    }


def _instant(instant: datetime | None) -> str | None:
    return instant.astimezone(JAPAN).isoformat(timespec="seconds") if instant else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _device(device: Device | None) -> str | None:
    return device.in_words if device else None
