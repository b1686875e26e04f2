"""What ご利用料金 says: refusals, spans, and why a bill is more or less than the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.texts.phrases import SESSION_ENDED
from messages.billing import ChargesListed, RefusalCode, ShownComparison, ShownLine
from messages.values import BillingMonth

CHARGES_REFUSALS: Mapping[str, str] = {
    RefusalCode.SESSION_ENDED: SESSION_ENDED,
    RefusalCode.STATEMENT_NOT_FOUND: "指定された請求年月の明細は表示できません。",
}
NAMELESS = "そのほか"
_CAUSES_SAID = 3


def listed_span(months: int) -> str:
    """12 is 1年間, 15 is 15か月間 (T24)."""
    return f"{months // 12}年間" if months % 12 == 0 else f"{months}か月間"


def signed_yen(amount: int) -> str:
    """+1,100円, -500円."""
    return f"{amount:+,}円"


def month_before(month: BillingMonth, compared_with: BillingMonth, *, is_newest: bool) -> str:
    """How the month that one is compared with is called: 先月 of the newest bill, 前の月 of another one, and
    by its own name when months lie between.
    """
    if compared_with.plus(1) != month:
        return f"{compared_with.year}年{compared_with.month}月"
    return "先月" if is_newest else "前の月"


def difference_in_words(difference_yen: int, before: str) -> str:
    """As it stands under an amount: 1,100円高い."""
    if difference_yen == 0:
        return f"{before}と同じ"
    since = "" if before in ("先月", "前の月") else f"{before}より"
    return f"{since}{abs(difference_yen):,}円{'高い' if difference_yen > 0 else '安い'}"


def difference_sentence(difference_yen: int, before: str, comparison: ShownComparison | None = None) -> str:
    """Why a bill is more than the one before, in one sentence, to the yen: 先月より1,100円高くなっています
    （有料チャンネル +1,100円）。 Without `comparison`, which a billing of the last release does not give, it
    says how much alone.
    """
    if difference_yen == 0:
        return f"{before}と同じ金額です。"
    way = "高く" if difference_yen > 0 else "安く"
    causes = "、".join(_causes(comparison)) if comparison else ""
    return f"{before}より{abs(difference_yen):,}円{way}なっています{f'（{causes}）' if causes else ''}。"


def _causes(comparison: ShownComparison) -> Iterator[str]:
    """Parts that add up to the difference: the largest by name, the others together."""
    said = comparison.causes[:_CAUSES_SAID]
    left = comparison.difference_yen - sum(cause.difference_yen for cause in said)
    for cause in said:
        yield f"{cause.name or NAMELESS} {signed_yen(cause.difference_yen)}"
    if len(said) < len(comparison.causes):
        yield f"ほか {signed_yen(left)}" if left else "ほか"
    elif left:
        yield f"消費税の端数 {signed_yen(left)}"


def newest_in_words(listed: ChargesListed) -> str:
    """The one sentence of the newest bill, which is there."""
    if len(listed.statements) < 2:
        return "比べられる前の月の請求はありません。"
    newest, earlier = listed.statements[:2]
    before = month_before(newest.billing_month, earlier.billing_month, is_newest=True)
    return difference_sentence(newest.amount_yen - earlier.amount_yen, before, listed.comparison)


def line_in_words(line: ShownLine, before: str) -> str:
    """What changed of a line, in words under it; empty if nothing did. Lines are without tax."""
    if line.is_new:
        return f"{before}にはない項目です"
    was, changes = line.before, []
    if was is None:
        return ""
    if was.amount_yen != line.amount_yen:
        changes.append(f"{before}より {signed_yen(line.amount_yen - was.amount_yen)}")
    if was.item != line.item:
        changes.append(f"{before}は「{was.item or NAMELESS}」")
    if was.tax_rate_percent != line.tax_rate_percent:
        rate = f"税率{was.tax_rate_percent}%" if was.tax_rate_percent else "税率の対象外"
        changes.append(f"{before}は{rate}")
    return "、".join(changes)
