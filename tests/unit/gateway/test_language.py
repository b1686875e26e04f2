"""Sentences, names and figures in the language that is spoken."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from markupsafe import Markup

from gateway.company_as_spoken import company_as_spoken
from gateway.language import Language, english_sentences, original, said, speaking, spoken
from gateway.texts import refusal_text
from gateway.texts.charges import (
    difference_in_words,
    difference_sentence,
    line_in_words,
    listed_span,
    month_before,
    saved_span,
)
from gateway.texts.figures import figure, signed_yen
from gateway.texts.phrases import said_in_turn
from messages.billing import EarlierLine, ShownCause, ShownComparison, ShownLine
from messages.company import CompanyProfile
from messages.identity import RefusalCode
from messages.values import BillingMonth

OCTOBER = BillingMonth(2026, 10)


def test_japanese_is_spoken_unless_somebody_chose_otherwise() -> None:
    """And again afterwards, also after a fault."""
    assert (spoken(), said("ログアウト")) == (Language.JAPANESE, "ログアウト")
    with speaking(Language.ENGLISH):
        assert (spoken(), said("ログアウト")) == (Language.ENGLISH, "Log out")
    with pytest.raises(ZeroDivisionError), speaking(Language.ENGLISH):
        raise ZeroDivisionError
    assert spoken() is Language.JAPANESE


def test_a_sentence_without_english_is_said_in_japanese() -> None:
    """Better than none; a test of the catalogue says that it is missing."""
    with speaking(Language.ENGLISH):
        assert said("誰も訳していない{word}です。", word="文") == "誰も訳していない文です。"


def test_names_stay_and_are_marked_between_english_words() -> None:
    """What is not Japanese is not marked; what a customer typed stays text."""
    assert original("<そら>") == "<そら>"
    with speaking(Language.ENGLISH):
        assert original("<そら>") == Markup('<span lang="ja">&lt;そら&gt;</span>')
        assert (original("Netflix <4K>"), type(original("Netflix <4K>"))) == ("Netflix <4K>", str)


def test_a_sentence_with_a_marked_name_is_html_and_escapes_all_else() -> None:
    """Neither the sentence nor a plain value can bring a tag."""
    with speaking(Language.ENGLISH):
        name = original("光<1>")
        mixed = said("{name} {amount}", name=name, amount="<b>")
        assert mixed == Markup('<span lang="ja">光&lt;1&gt;</span> &lt;b&gt;')
        listed = said_in_turn(iter([mixed, "<i>"]))
        assert listed == Markup('<span lang="ja">光&lt;1&gt;</span> &lt;b&gt;, &lt;i&gt;')
    assert said_in_turn(iter(["甲", "乙"])) == "甲、乙"


@pytest.mark.parametrize(
    ("kind", "value", "japanese", "english"),
    [
        ("yen", 12345, "12,345円", "¥12,345"),
        ("yen", -500, "-500円", "-¥500"),
        ("yen", 0, "0円", "¥0"),
        ("month", OCTOBER, "2026年10月", "October 2026"),
        ("listed_month", OCTOBER, "2026年10月", "Oct 2026"),
        ("short_month", OCTOBER, "10月", "Oct"),
        ("day", date(2026, 11, 4), "2026年11月4日", "4 November 2026"),
        (
            "instant",
            datetime(2026, 11, 24, 1, 25, 59, tzinfo=UTC),
            "2026年11月24日（火） 10時25分",
            "24 November 2026, 10:25 (Japan time)",
        ),
        (
            "instant",
            datetime(2026, 12, 31, 15, 5, tzinfo=UTC),
            "2027年1月1日（金） 0時05分",
            "1 January 2027, 0:05 (Japan time)",
        ),
    ],
)
def test_figures_of_each_language(kind: str, value: object, japanese: str, english: str) -> None:
    """G20."""
    assert figure(kind, value) == japanese
    with speaking(Language.ENGLISH):
        assert figure(kind, value) == english


def test_signed_amounts() -> None:
    """With the sign first."""
    assert [signed_yen(each) for each in (1100, -500, 0)] == ["+1,100円", "-500円", "+0円"]
    with speaking(Language.ENGLISH):
        assert [signed_yen(each) for each in (1100, -500, 0)] == ["+¥1,100", "-¥500", "+¥0"]


def test_why_a_bill_differs_in_english() -> None:
    """With the names of lines as they are, and the same months and amounts."""
    causes = (ShownCause(name="有料チャンネル", difference_yen=1000), ShownCause(name="", difference_yen=50))
    comparison = ShownComparison(with_month=OCTOBER.plus(-1), difference_yen=1055, causes=causes)
    with speaking(Language.ENGLISH):
        before = month_before(OCTOBER, OCTOBER.plus(-1), is_newest=True)
        assert difference_sentence(1055, before, comparison) == (
            '¥1,055 more than last month (<span lang="ja">有料チャンネル</span> +¥1,000, Other +¥50, '
            "rounding of consumption tax +¥5)."
        )
        assert difference_sentence(-20, before) == "¥20 less than last month."
        assert difference_sentence(0, before) == "The same amount as last month."
        assert difference_in_words(1100, month_before(OCTOBER, OCTOBER.plus(-1), is_newest=False)) == (
            "¥1,100 more"
        )
        other = month_before(OCTOBER, OCTOBER.plus(-3), is_newest=True)
        assert difference_in_words(-1100, other) == "¥1,100 less than July 2026"
        assert difference_in_words(0, other) == "Same as July 2026"


def test_what_changed_of_a_line_in_english() -> None:
    """As under its Japanese name."""
    was = EarlierLine(item="旧月額", tax_rate_percent=0, amount_yen=900)
    line = ShownLine(service="光", item="月額", tax_rate_percent=10, amount_yen=1000, before=was)
    with speaking(Language.ENGLISH):
        assert line_in_words(line, "last month") == (
            '+¥100 compared with last month, “<span lang="ja">旧月額</span>” in the bill of last month, '
            "not taxable in the bill of last month"
        )


@pytest.mark.parametrize(
    ("months", "listed", "saved"),
    [(12, "1 year", "1 year"), (24, "2 years", "2 years"), (15, "15 months", "15 months")],
)
def test_spans_in_english(months: int, listed: str, saved: str) -> None:
    """T24."""
    with speaking(Language.ENGLISH):
        assert (listed_span(months), saved_span(months)) == (listed, saved)


@pytest.mark.parametrize(("seconds", "told"), [(1, "1 minute"), (60, "1 minute"), (61, "2 minutes")])
def test_how_long_to_wait_in_english(seconds: int, told: str) -> None:
    """Rounded up."""
    with speaking(Language.ENGLISH):
        text = refusal_text(RefusalCode.TOO_MANY_LOGINS, CompanyProfile(), seconds)
    assert text.endswith(f"then try again. It should take about {told}.")


def test_a_sentence_names_the_telephone_in_both_languages() -> None:
    """Values of a sentence are filled in after it was looked up."""
    with speaking(Language.ENGLISH):
        text = refusal_text(RefusalCode.ACCOUNT_FROZEN, CompanyProfile(telephone="03-0000-0000"))
    number = '<a href="tel:03-0000-0000">03-0000-0000</a>'
    assert text == f"We need to check your contract, so logging in is stopped. Call TEL {number}."


def test_the_company_has_its_english_names() -> None:
    """An address stays, as letters need it."""
    with speaking(Language.ENGLISH):
        company = company_as_spoken(CompanyProfile())
    assert (company.name, company.short_name) == ("Aicom Koka Co., Ltd.", "Aicom Koka")
    assert company.address == '<span lang="ja">滋賀県甲賀市土山町北土山1715番地</span>'
    assert company_as_spoken(CompanyProfile()) == CompanyProfile()


def test_a_company_without_english_names_keeps_its_own() -> None:
    """Never those of another company."""
    renamed = CompanyProfile(name="みずうみ<株>", service_name="Lake", opening_hours="平日9時から")
    with speaking(Language.ENGLISH):
        company = company_as_spoken(renamed)
    assert company.name == '<span lang="ja">みずうみ&lt;株&gt;</span>'
    assert (company.service_name, company.opening_hours) == ("Lake", '<span lang="ja">平日9時から</span>')
    assert company.short_name == "Aicom Koka"
    assert CompanyProfile(name=CompanyProfile().name).name_english == "Aicom Koka Co., Ltd."


def test_the_catalogue_is_read_once() -> None:
    """Not for each sentence."""
    assert english_sentences() is english_sentences()
