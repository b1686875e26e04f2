"""What the forms of 初回会員登録 send, read by the manual's rules."""

from __future__ import annotations

import pytest

from gateway.forms import InvalidForm
from gateway.registration.forms import account_details, holder_details
from messages.values import PasswordPolicy

GOOD = {
    "account_id": "taro-01",
    "password": "kirakiraBoshi7",
    "email_address": "sora@example.jp",
    "nickname": "そら",
}


def test_all_problems_of_a_form_are_found_at_once_in_the_order_of_its_fields() -> None:
    """G4: the summary names every field, so that one correction suffices."""
    with pytest.raises(InvalidForm) as wrong:
        holder_details({"customer_number": "", "phone_number": "abc", "holder_kana": "山田"})
    assert [(problem.field, problem.text) for problem in wrong.value.problems] == [
        ("customer_number", "お客様番号を入力してください。"),
        ("phone_number", "電話番号は数字で入力してください。"),
        ("holder_kana", "お名前（カナ）は全角カタカナで入力してください。"),
    ]


def test_holder_details_are_read_in_their_canonical_form() -> None:
    """T4 to T6: zeros, hyphens and half-width kana are no mistakes."""
    holder = holder_details(
        {"customer_number": "0010-2030", "phone_number": "0748-66-0739", "holder_kana": "ｱｲｺﾑ ﾀﾛｳ"}
    )
    assert (holder.customer_number, holder.phone_number, holder.holder_kana) == (
        "102030",
        "0748660739",
        "アイコム　タロウ",
    )


@pytest.mark.parametrize("password", ["Taro2024", "102030abcD", "sora2024"])
def test_a_password_made_of_the_customers_own_words_is_refused(password: str) -> None:
    """S2-8: account ID, mail address, nickname and the numbers of step 1."""
    typed = GOOD | {"account_id": "Taro-2024", "password": password}
    with pytest.raises(InvalidForm) as wrong:
        account_details(typed, PasswordPolicy.MANUAL, known=("102030", "0748660739"), password_is_kept=False)
    assert [problem.field for problem in wrong.value.problems] == ["password"]


def test_an_empty_password_is_missed_unless_one_is_kept() -> None:
    """S3-3: coming back from the confirm screen, the customer need not type it again."""
    typed = GOOD | {"password": ""}
    assert account_details(typed, PasswordPolicy.MANUAL, known=(), password_is_kept=True).password is None
    with pytest.raises(InvalidForm):
        account_details(typed, PasswordPolicy.MANUAL, known=(), password_is_kept=False)


def test_a_new_password_is_judged_even_where_one_is_kept() -> None:
    """Keeping one is no way round the rule."""
    with pytest.raises(InvalidForm):
        account_details(GOOD | {"password": "short"}, PasswordPolicy.MANUAL, known=(), password_is_kept=True)
