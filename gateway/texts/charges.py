"""What ご利用料金 says."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.texts.phrases import SESSION_ENDED
from messages.billing import RefusalCode

CHARGES_REFUSALS: Mapping[str, str] = {
    RefusalCode.SESSION_ENDED: SESSION_ENDED,
    RefusalCode.STATEMENT_NOT_FOUND: "指定された請求年月の明細は表示できません。",
}


def listed_span(months: int) -> str:
    """12 is 1年間, 15 is 15か月間 (T24)."""
    return f"{months // 12}年間" if months % 12 == 0 else f"{months}か月間"
