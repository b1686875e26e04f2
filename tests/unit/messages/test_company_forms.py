"""Company forms: each has one reading (ADR 0034). Pairs of spellings: tests/inputs/same_holder.csv."""

from itertools import count

import pytest

from messages.values.company_forms import (
    FORMS,
    LARGE_OF_SMALL,
    CompanyForm,
    kanji_read_aloud,
    with_one_reading,
)


@pytest.mark.parametrize(
    ("key", "read"),
    [
        ("カ)アイコム", "カブシキガイシヤアイコム"),
        ("(カ)アイコム", "カブシキガイシヤアイコム"),
        ("アイコム(カ", "アイコムカブシキガイシヤ"),
        ("アイコム(カ)アンテナ", "アイコムカブシキガイシヤアンテナ"),
        ("カ)アイコム(エイ", "カブシキガイシヤアイコムエイギヨウシヨ"),
        ("カアイコム", "カアイコム"),
    ],
    ids=count(),
)
def test_an_abbreviation_counts_only_beside_a_parenthesis(key: str, read: str) -> None:
    """カ alone begins ordinary names as well."""
    assert with_one_reading(key) == read


def test_a_reading_that_is_made_of_another_is_read_to_the_end() -> None:
    """One replacement may complete another form's reading; the key of a key is itself all the same."""
    once = with_one_reading("シヤカイシヤカイイリヨウホウジンイリヨウホウジンアイ")
    assert with_one_reading(once) == once


@pytest.mark.parametrize("form", FORMS, ids=count())
def test_every_way_of_saying_a_form_is_its_one_reading(form: CompanyForm) -> None:
    """Readings, kanji in parentheses, and whole kanji."""
    one = form.reading.translate(LARGE_OF_SMALL)
    for other in form.readings:
        assert with_one_reading(other.translate(LARGE_OF_SMALL)) == one
    for kanji in form.kanji:
        assert kanji_read_aloud(f"({kanji})") == form.reading
