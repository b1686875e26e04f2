"""What ご利用料金 says: refusals, spans, and why a bill is more or less than the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.language import original, said
from gateway.texts.figures import figure, signed_yen
from gateway.texts.phrases import SESSION_ENDED, said_in_turn
from messages.billing import ChargesListed, RefusalCode, ShownComparison, ShownLine
from messages.values import BillingMonth

CHARGES_REFUSALS: Mapping[str, str] = {
    RefusalCode.SESSION_ENDED: SESSION_ENDED,
    RefusalCode.STATEMENT_NOT_FOUND: "指定された請求年月の明細は表示できません。",
}
NAMELESS = "そのほか"
TOO_LONG_TITLE = "PDFを作成できません"
TOO_LONG = (
    "明細の行数が多いため、PDFを作成できません。CSVをダウンロードするか、請求年月ごとに保存してください。"
)
_CAUSES_SAID = 3


def listed_span(months: int) -> str:
    """12 is 1年間, 15 is 15か月間 (T24)."""
    if months == 12:
        return said("1年間")
    if months % 12 == 0:
        return said("{years}年間", years=months // 12)
    return said("{months}か月間", months=months)


def saved_span(months: int) -> str:
    """As listed_span, of what is saved: 1年分, 15か月分."""
    if months == 12:
        return said("1年分")
    if months % 12 == 0:
        return said("{years}年分", years=months // 12)
    return said("{months}か月分", months=months)


def month_before(month: BillingMonth, compared_with: BillingMonth, *, is_newest: bool) -> str:
    """How the month that one is compared with is called: 先月 of the newest bill, 前の月 of another one, and
    by its own name when months lie between.
    """
    if compared_with.plus(1) != month:
        return figure("month", compared_with)
    return said("先月") if is_newest else said("前の月")


def difference_in_words(difference_yen: int, before: str) -> str:
    """As it stands under an amount: 1,100円高い."""
    if difference_yen == 0:
        return said("{before}と同じ", before=before)
    amount = figure("yen", abs(difference_yen))
    if before not in (said("先月"), said("前の月")):
        way = "{before}より{amount}高い" if difference_yen > 0 else "{before}より{amount}安い"
        return said(way, before=before, amount=amount)
    return said("{amount}高い" if difference_yen > 0 else "{amount}安い", amount=amount)


def difference_sentence(difference_yen: int, before: str, comparison: ShownComparison | None = None) -> str:
    """Why a bill is more than the one before, in one sentence, to the yen: 先月より1,100円高くなっています
    （有料チャンネル +1,100円）。 Without `comparison`, which a billing of the last release does not give, it
    says how much alone.
    """
    if difference_yen == 0:
        return said("{before}と同じ金額です。", before=before)
    more, amount = difference_yen > 0, figure("yen", abs(difference_yen))
    causes = said_in_turn(_causes(comparison)) if comparison else ""
    if not causes:
        way = "{before}より{amount}高くなっています。" if more else "{before}より{amount}安くなっています。"
        return said(way, before=before, amount=amount)
    why = (
        "{before}より{amount}高くなっています（{causes}）。"
        if more
        else "{before}より{amount}安くなっています（{causes}）。"
    )
    return said(why, before=before, amount=amount, causes=causes)


def _causes(comparison: ShownComparison) -> Iterator[str]:
    """Parts that add up to the difference: the largest by name, the others together."""
    causes = comparison.causes[:_CAUSES_SAID]
    left = comparison.difference_yen - sum(cause.difference_yen for cause in causes)
    for cause in causes:
        name = original(cause.name) if cause.name else said(NAMELESS)
        yield said("{name} {amount}", name=name, amount=signed_yen(cause.difference_yen))
    if len(causes) < len(comparison.causes):
        yield said("ほか {amount}", amount=signed_yen(left)) if left else said("ほか")
    elif left:
        yield said("消費税の端数 {amount}", amount=signed_yen(left))


def newest_in_words(listed: ChargesListed) -> str:
    """The one sentence of the newest bill, which is there."""
    if len(listed.statements) < 2:
        return said("比べられる前の月の請求はありません。")
    newest, earlier = listed.statements[:2]
    before = month_before(newest.billing_month, earlier.billing_month, is_newest=True)
    return difference_sentence(newest.amount_yen - earlier.amount_yen, before, listed.comparison)


def line_in_words(line: ShownLine, before: str) -> str:
    """What changed of a line, in words under it; empty if nothing did. Lines are without tax."""
    if line.is_new:
        return said("{before}にはない項目です", before=before)
    return said_in_turn(_changes(line, before))


def _changes(line: ShownLine, before: str) -> Iterator[str]:
    was = line.before
    if was is None:
        return
    if was.amount_yen != line.amount_yen:
        more = signed_yen(line.amount_yen - was.amount_yen)
        yield said("{before}より {amount}", before=before, amount=more)
    if was.item != line.item:
        name = original(was.item) if was.item else said(NAMELESS)
        yield said("{before}は「{name}」", before=before, name=name)
    if was.tax_rate_percent != line.tax_rate_percent and was.tax_rate_percent:
        yield said("{before}は税率{percent}%", before=before, percent=was.tax_rate_percent)
    elif was.tax_rate_percent != line.tax_rate_percent:
        yield said("{before}は税率の対象外", before=before)
