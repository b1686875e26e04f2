"""What the PDF and CSV files of statements say."""

from __future__ import annotations

from messages.billing import ShownLine
from messages.values import BillingMonth

REDUCED_RATE = 8  # percent
REDUCED_MARK = "※"
AMOUNT = "ご請求額（税込）"
LINES = "明細（税抜）"
LINE_TITLES = ("サービス", "内訳", "税率", "金額")
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
REDUCED_LEGEND = "※は軽減税率対象"
NO_INVOICE = "この書面は適格請求書ではありません。"
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
)
LINE_ROW, TAX_ROW, TOTAL_ROW = "明細", "消費税", "合計"

TOO_LONG_TITLE = "PDFを作成できません"
TOO_LONG = (
    "明細の行数が多いため、PDFを作成できません。CSVをダウンロードするか、請求年月ごとに保存してください。"
)


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
