"""お名前（カナ） and the key it is compared by (T6, Q4, S1-5, S1-6).

Cases are numbered, as nothing personal belongs in the name of a test, not even an invented one.
"""

import re
from itertools import count

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from messages.values import HolderKana, InvalidValue, Reason
from messages.values.kana import DASHES, comparing_key, shown_form

KATAKANA = "".join(map(chr, range(ord("ァ"), ord("ヾ") + 1)))
HIRAGANA = "".join(map(chr, range(ord("ぁ"), ord("ゖ") + 1)))
HALF_WIDTH = "".join(map(chr, range(0xFF65, 0xFFA0)))
MARKS = "\u3099\u309a\u309b\u309c"
SPACES = " \u3000\u00a0\u200b\t"


@pytest.mark.parametrize(
    "typed",
    [
        "アイコム　タロウ",
        "アイコム タロウ",
        "アイコム\u00a0タロウ",
        "アイコム\u200bタロウ",
        "アイコムタロウ",
        "ｱｲｺﾑ ﾀﾛｳ",
        "あいこむ たろう",
        "アイコム・タロウ",
        " アイコム  タロウ\n",
        "アイコム\x00タロウ",
    ],
    ids=count(),
)
def test_every_way_of_typing_a_name_has_one_key(typed: str) -> None:
    """Width, script, spaces and middle dots make no difference."""
    assert HolderKana.parse(typed).key == "アイコムタロウ"


@pytest.mark.parametrize("dash", ["-", "‐", "‑", "–", "—", "―", "−", "─", "ー", "－", "ｰ"], ids=count())
def test_a_dash_between_kana_is_a_long_vowel_mark(dash: str) -> None:
    """People type whatever dash their keyboard gives."""
    assert HolderKana.parse(f"ニ{dash}ナ").key == "ニーナ"


def test_a_dash_at_the_end_of_a_name_is_a_long_vowel_mark() -> None:
    """ミキー ends with one."""
    assert HolderKana.parse("ミキ-") == "ミキー"


@pytest.mark.parametrize("typed", ["ガ", "ｶﾞ", "カ゛", "カ\u3099", "か゛", "が"], ids=count())
def test_a_voicing_mark_joins_its_kana(typed: str) -> None:
    """A mark of its own is the same sound; NFKC alone would leave three characters."""
    assert HolderKana.parse(typed) == "ガ"


def test_a_sound_written_only_in_katakana_can_be_typed_in_hiragana() -> None:
    """わ゛ has no composed hiragana."""
    assert HolderKana.parse("わ゛") == "ヷ"


def test_small_kana_are_large_in_the_key_and_small_when_shown() -> None:
    """Billing data often lacks small kana."""
    kana = HolderKana.parse("キョウヘイ　ショッピ")
    assert (kana, kana.key) == ("キョウヘイ　ショッピ", "キヨウヘイシヨツピ")


def test_vu_stays_itself_in_the_key() -> None:
    """ヴ is neither ウ nor ブ."""
    assert HolderKana.parse("ヴァン").key == "ヴアン"


def test_a_company_name_with_a_digit_is_a_name() -> None:
    """Billing data has them, in either width."""
    assert HolderKana.parse("ｶﾌﾞｼｷｶﾞｲｼｬ ｺｳｶｼｮｳｼﾞ７") == "カブシキガイシャ　コウカショウジ7"


def test_words_are_shown_apart_by_one_full_width_space() -> None:
    """The form the manual asks for."""
    assert HolderKana.parse("  ｱｲｺﾑ \u3000 ﾀﾛｳ ") == "アイコム　タロウ"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        (" \u3000\u200b", Reason.EMPTY),
        ("相子無　太郎", Reason.NOT_KANA),
        ("アイコム　太郎", Reason.NOT_KANA),
        ("Aicom Taro", Reason.NOT_KANA),
        ("Aicom", Reason.NOT_KANA),
        ("アイコム\u309b\u309b", Reason.NOT_KANA),
        ("=HYPERLINK(ア)", Reason.NOT_KANA),
        ("0748660739", Reason.NOT_KANA),
        ("---", Reason.NOT_KANA),
        ("・", Reason.NOT_KANA),
        ("ア" * 101, Reason.LENGTH),
    ],
    ids=count(),
)
def test_what_is_no_name_in_kana_is_refused_with_its_reason(typed: str, reason: Reason) -> None:
    """The first failing rule tells which sentence the page shows."""
    with pytest.raises(InvalidValue) as refused:
        HolderKana.parse(typed)
    assert refused.value.reason is reason
    assert reason in HolderKana.reasons


def test_a_name_of_a_hundred_kana_is_accepted() -> None:
    """The limit itself is allowed."""
    assert len(HolderKana.parse("ア" * 100)) == 100


def test_a_name_is_not_shown_in_its_repr() -> None:
    """A log line or traceback does not show it."""
    assert repr(HolderKana.parse("アイコム　タロウ")) == "***"


@given(st.text(KATAKANA + HIRAGANA + HALF_WIDTH + MARKS + SPACES + DASHES + "0７") | st.text(st.characters()))
@example("わ\u309b")
@example("ウ\u309bァ-ッ・ 7")
def test_any_text_gives_katakana_with_a_stable_key_or_a_listed_reason(typed: str) -> None:
    """Nothing else can come out; parsing the name or its key again changes nothing."""
    try:
        kana = HolderKana.parse(typed)
    except InvalidValue as refused:
        if refused.reason not in HolderKana.reasons:
            raise
    else:
        assert re.fullmatch(r"[ァ-ヾ0-9A-Z\u3000()「」.,、。/&'+:¥\\]{1,100}", kana)
        assert HolderKana.parse(str(kana)) == kana
        assert HolderKana.parse(kana.key).key == kana.key
        assert not re.search("[\u3000・ァィゥェォヵヶッャュョヮ]", kana.key)


@given(st.text(st.characters()))
def test_folding_any_text_twice_is_folding_it_once(typed: str) -> None:
    """Also for what is refused afterwards."""
    shown = shown_form(typed)
    assert shown_form(shown) == shown
    assert comparing_key(comparing_key(shown)) == comparing_key(shown)


@given(st.text(HIRAGANA, min_size=1, max_size=40), st.lists(st.sampled_from(SPACES), min_size=1, max_size=3))
def test_spaces_between_any_kana_do_not_change_the_key(hiragana: str, spaces: list[str]) -> None:
    """Spaces are ignored on purpose: the commonest typing error (Q4)."""
    spaced = "".join(spaces).join(hiragana)
    assert HolderKana.parse(spaced).key == HolderKana.parse(hiragana).key
