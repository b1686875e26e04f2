"""What the PDF and CSV files of statements say."""

from __future__ import annotations

from gateway.texts.figures import day_in_words
from messages.billing import BilledAlong, ShownLine, StatementShown
from messages.company import CompanyProfile
from messages.values import BillingMonth

REDUCED_RATE = 8  # percent
REDUCED_MARK = "※"
AMOUNT = "ご請求額（税込）"
LINES = "明細（税抜）"
LINE_TITLES = ("サービス", "内訳", "税率", "金額", "小計")
RATES = "税率ごとの合計"
RATE_TITLES = ("税率", "税抜金額", "消費税額", "税込金額")
YEAR = "請求年月ごとの合計"
YEAR_TITLES = (
    "請求年月",
    "10%対象（税抜）",
    "消費税額",
    f"8%対象{REDUCED_MARK}（税抜）",
    "消費税額",
    "対象外",
    "ご請求額（税込）",
)
TOTAL = "合計"
NO_LINES = "この請求の内訳は登録されていません。"
REDUCED_LEGEND = "※は軽減税率（8%）の対象です。"
NO_INVOICE = "この書面は適格請求書ではありません。"
NO_INVOICE_OF_A_YEAR = "この合計は適格請求書ではありません。適格請求書は、そう書かれた請求年月の明細です。"
INVOICE = "適格請求書"
CONTRACT_NAME, CUSTOMER_NUMBER, NICKNAME = "契約者名", "お客様番号", "ニックネーム"
MONTH, PUBLISHED, REVISED, USED = "請求年月", "公開日", "訂正日", "ご利用月"
UNPRINTABLE = (
    "「〓」は、この書面に印刷できない文字です。正しい文字は、マイページの画面かCSVで確認してください。"
)

CSV_TITLES = (
    "請求年月",
    "区分",
    "サービス",
    "内訳",
    "税率",
    "軽減税率",
    "税抜金額（円）",
    "消費税額（円）",
    "請求額（税込・円）",
    CONTRACT_NAME,
    CUSTOMER_NUMBER,
    PUBLISHED,
    REVISED,
    USED,
    "発行者",
    "登録番号",
    INVOICE,
)
LINE_ROW, TAX_ROW, TOTAL_ROW = "明細", "消費税", "合計"


def service_of(line: ShownLine) -> str:
    """As the page calls it."""
    return line.service or "そのほか"


def item_of(line: ShownLine) -> str:
    """As the page calls it."""
    return line.item or "（名称なし）"


def rate_in_words(percent: int) -> str:
    """10%, or 対象外."""
    return f"{percent}%" if percent else "対象外"


def reduced_mark(percent: int) -> str:
    """※ for what is taxed at the reduced rate."""
    return REDUCED_MARK if percent == REDUCED_RATE else ""


def correction(statement: StatementShown) -> str:
    """With both days, as the page says it; empty if nothing was corrected (C13)."""
    if statement.revised_on is None:
        return ""
    published, revised = day_in_words(statement.published_on), day_in_words(statement.revised_on)
    return f"訂正：{published}に公開した明細を、{revised}に訂正しました。この書面は訂正後の内容です。"


def billed_along_title(other: BilledAlong, company: CompanyProfile) -> str:
    """Over the lines of another company (C17)."""
    number = f"（登録番号 {other.registration_number}）" if other.registration_number else ""
    return f"{other.issuer}{number}のサービス（{company.short_name}があわせてご請求しています）"


def invoice_note(statement: StatementShown, recipient: str | None, company: CompanyProfile) -> str:
    """What it is in law, with the items that stand nowhere else in it (C16)."""
    if not statement.is_qualified_invoice_for(recipient):
        return NO_INVOICE
    return (
        f"この書面は適格請求書です。発行者：{company.name}（登録番号 {statement.registration_number}）、"
        f"交付先：{recipient} 様"
    )


def statement_title(month_in_words: str) -> str:
    """The page's own heading."""
    return f"ご利用料金の明細（{month_in_words}請求分）"


def year_title(first: str, last: str) -> str:
    """As a month's, from the first to the last."""
    return statement_title(first) if first == last else f"ご利用料金の明細（{first}から{last}請求分）"


def file_names(first: BillingMonth, last: BillingMonth, ending: str) -> tuple[str, str]:
    """In ASCII for old programs, and in Japanese. They name months and nobody."""
    months = (first,) if first == last else (first, last)
    in_words = "から".join(f"{month.year}年{month.month:02}月" for month in months)
    return (
        f"statement-{'_'.join(map(str, months))}.{ending}",
        f"ご利用料金の明細_{in_words}請求分.{ending}",
    )
