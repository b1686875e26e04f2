"""Company forms as they stand in names: each has one official reading, others that people say, an
abbreviation of the banks (全銀協 「法人略語」), and its kanji.
"""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class CompanyForm:
    """`reading` is the one that names are compared by, `readings` are the others. `abbreviations` count only
    beside a parenthesis: `カ)アイコム`, `アイコム(カ`, `アイコム(カ)アンテナ`.
    """

    reading: str
    abbreviations: tuple[str, ...]
    readings: tuple[str, ...] = ()
    kanji: tuple[str, ...] = ()


def _company(name: str, abbreviation: str, *kanji: str) -> CompanyForm:
    """A 会社, of which カイシャ is said as often as ガイシャ."""
    return CompanyForm(f"{name}ガイシャ", (abbreviation,), (f"{name}カイシャ",), kanji)


FORMS: Final = (
    _company("カブシキ", "カ", "株式会社", "株"),
    _company("ユウゲン", "ユ", "有限会社", "有"),
    _company("ゴウドウ", "ド", "合同会社", "同"),
    _company("ゴウメイ", "メ", "合名会社", "名"),
    _company("ゴウシ", "シ", "合資会社", "資"),
    _company("ソウゴ", "ソ", "相互会社", "相"),
    CompanyForm(
        "イリョウホウジン",
        ("イ",),
        ("イリョウホウジンシャダン", "イリョウホウジンザイダン", "シャカイイリョウホウジン"),
        ("医療法人社団", "医療法人財団", "社会医療法人", "医療法人", "医"),
    ),
    CompanyForm(
        "シャダンホウジン",
        ("シャ",),
        ("イッパンシャダンホウジン", "コウエキシャダンホウジン"),
        ("一般社団法人", "公益社団法人", "社団法人", "一社", "公社", "社"),
    ),
    CompanyForm(
        "ザイダンホウジン",
        ("ザイ",),
        ("イッパンザイダンホウジン", "コウエキザイダンホウジン"),
        ("一般財団法人", "公益財団法人", "財団法人", "一財", "公財", "財"),
    ),
    CompanyForm("ガッコウホウジン", ("ガク",), (), ("学校法人", "学")),
    CompanyForm("シュウキョウホウジン", ("シュウ",), (), ("宗教法人", "宗")),
    CompanyForm("シャカイフクシホウジン", ("フク",), (), ("社会福祉法人", "社福", "福")),
    CompanyForm("コウセイホゴホウジン", ("ホゴ",), (), ("更生保護法人",)),
    CompanyForm(
        "トクテイヒエイリカツドウホウジン",
        ("トクヒ",),
        ("エヌピーオーホウジン", "NPOホウジン"),
        ("特定非営利活動法人", "NPO法人", "特非"),
    ),
    CompanyForm("チホウドクリツギョウセイホウジン", ("チドク",), (), ("地方独立行政法人",)),
    CompanyForm("ドクリツギョウセイホウジン", ("ドク",), (), ("独立行政法人", "独")),
    CompanyForm(
        "ダイガクホウジン",
        ("ダイ",),
        ("コクリツダイガクホウジン", "コウリツダイガクホウジン"),
        ("国立大学法人", "公立大学法人", "大"),
    ),
    CompanyForm("ノウジクミアイホウジン", ("ノウ",), (), ("農事組合法人",)),
    CompanyForm("カンリクミアイホウジン", ("カンリ",), (), ("管理組合法人",)),
    CompanyForm("ベンゴシホウジン", ("ベン",), (), ("弁護士法人",)),
    CompanyForm("ゼイリシホウジン", ("ゼイ",), (), ("税理士法人",)),
    CompanyForm("シホウショシホウジン", ("シホウ",), (), ("司法書士法人",)),
    CompanyForm("ギョウセイショシホウジン", ("ギョ",), (), ("行政書士法人",)),
    CompanyForm("シャカイホケンロウムシホウジン", ("ロウム",), (), ("社会保険労務士法人",)),
    CompanyForm("エイギョウショ", ("エイ",), (), ("営業所",)),
    CompanyForm("シュッチョウジョ", ("シュツ",), ("シュッチョウショ",), ("出張所",)),
)

LARGE_OF_SMALL: Final = str.maketrans("ァィゥェォヵヶッャュョヮ", "アイウエオカケツヤユヨワ")


def _alternatives(texts: dict[str, str]) -> str:
    """A pattern for any of them, the longest first."""
    return "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))


_IN_KANJI = {kanji: form.reading for form in FORMS for kanji in form.kanji}
_WHOLE_KANJI = {kanji: reading for kanji, reading in _IN_KANJI.items() if len(kanji) > 2}
_KANJI = re.compile(rf"\(({_alternatives(_IN_KANJI)})\)|({_alternatives(_WHOLE_KANJI)})")

_ABBREVIATED = {
    short.translate(LARGE_OF_SMALL): form.reading.translate(LARGE_OF_SMALL)
    for form in FORMS
    for short in form.abbreviations
}
_ABBREVIATION = re.compile(
    rf"^\(?({_alternatives(_ABBREVIATED)})\)|\(({_alternatives(_ABBREVIATED)})(?:\)|$)"
)
_SAID = {
    other.translate(LARGE_OF_SMALL): form.reading.translate(LARGE_OF_SMALL)
    for form in FORMS
    for other in form.readings
}
_READING = re.compile(_alternatives(_SAID))


def kanji_read_aloud(text: str) -> str:
    """`(株)アイコム`, `㈱` in NFKC, and `株式会社アイコム` with the form in kana; other kanji stay."""
    return _KANJI.sub(lambda found: _IN_KANJI[found[1] or found[2]], text)


def with_one_reading(key: str) -> str:
    """A name without small kana and spaces, each form in it by its one reading. Idempotent."""
    said = _ABBREVIATION.sub(lambda found: _ABBREVIATED[found[1] or found[2]], key)
    while (one := _READING.sub(lambda found: _SAID[found[0]], said)) != said:
        said = one
    return said
