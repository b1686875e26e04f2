"""Every refusal and every field problem has its Japanese sentence."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules

import pytest

import messages
from gateway.texts import REFUSALS, refusal_text
from gateway.texts.charges import listed_span
from gateway.texts.errors import ERRORS
from gateway.texts.fields import FIELD_MESSAGES, LABELS, field_message
from gateway.texts.login import PROVISIONAL_LOGIN
from gateway.texts.notices import NOTICES
from gateway.texts.phrases import with_telephone
from gateway.texts.registration import CALL_US, FREE, MAIL_STATES, PROVISIONAL_ENDS
from messages.company import CompanyProfile
from messages.registration import ProvisionalState
from messages.values import (
    AccountId,
    CustomerNumber,
    EmailAddress,
    EnrolmentCode,
    HolderKana,
    Nickname,
    PasskeyName,
    Password,
    PasswordPolicy,
    PhoneNumber,
    Reason,
    SecondFactorCode,
)

FIELDS = {
    "customer_number": CustomerNumber,
    "phone_number": PhoneNumber,
    "holder_kana": HolderKana,
    "account_id": AccountId,
    "password": Password,
    "new_password": Password,
    "email_address": EmailAddress,
    "nickname": Nickname,
    "enrolment_code": EnrolmentCode,
    "code": SecondFactorCode,
    "recovery_code": SecondFactorCode,
    "passkey_name": PasskeyName,
}
CONTEXTS = [import_module(f"messages.{each.name}") for each in iter_modules(messages.__path__)]
NOT_JUDGED = {"account"}
"""Fields that take whatever is typed: only what is stored says whether it is right."""
SENTENCES = [
    *REFUSALS.values(),
    *FIELD_MESSAGES.values(),
    *NOTICES.values(),
    *MAIL_STATES.values(),
    *(text for _, text, _ in PROVISIONAL_ENDS.values()),
    *(text for _, text in ERRORS.values()),
    PROVISIONAL_LOGIN,
    FREE,
]


def test_every_refusal_code_has_a_sentence_and_no_sentence_lacks_a_code() -> None:
    """A code without words would show the customer nothing."""
    codes = {str(code) for context in CONTEXTS for code in getattr(context, "RefusalCode", ())}
    assert set(REFUSALS) == codes


@pytest.mark.parametrize("policy", PasswordPolicy)
def test_every_reason_of_every_field_has_a_sentence_and_no_other_has(policy: PasswordPolicy) -> None:
    """The values say which rules can fail."""
    possible = {(name, reason) for name, value in FIELDS.items() for reason in value.reasons}
    possible |= {(name, Reason.EMPTY) for name in NOT_JUDGED}
    assert set(FIELD_MESSAGES) == possible
    assert all(field_message(name, reason, policy) for name, reason in possible)
    assert set(LABELS) == {*FIELDS, *NOT_JUDGED}


def test_every_state_of_a_provisional_account_has_words() -> None:
    """The page after 仮登録 shows them."""
    assert {*MAIL_STATES, *PROVISIONAL_ENDS} == set(ProvisionalState)
    assert not set(MAIL_STATES) & set(PROVISIONAL_ENDS)


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_is_polite_complete_and_blames_nobody(text: str) -> None:
    """G8: it ends as a sentence, and the banned words do not occur."""
    assert text.endswith("。")
    assert not re.search("不正|無効な値|禁止|お手数ですが|エラーコード|下さい", text)


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_has_no_gap_but_the_telephone(text: str) -> None:
    """Every gap is filled when the sentence is shown, with a number that a phone calls."""
    shown = with_telephone(text, CompanyProfile(telephone="03-1234-5678"))
    assert shown == text.replace("{telephone}", '<a href="tel:03-1234-5678">03-1234-5678</a>')
    assert "{" not in shown


def test_the_manuals_own_sentences_are_kept_to_the_letter() -> None:
    """T8, T9, T21."""
    assert (
        REFUSALS["identity.contract_mismatch"]
        == "入力された内容が契約者情報と一致しません。もう一度お手元の登録書をご確認ください。"
    )
    assert CALL_US == (
        "再入力をお試しいただいてもエラーメッセージが表示される場合は、弊社お問い合わせ窓口までご連絡お願いいたします。"
    )
    assert REFUSALS["registration.activation_expired"] == (
        "仮登録有効期限（仮登録メール送信から 24 時間以内）までに本登録を行わなかった場合、"
        "再度、認証及び仮登録を実施する必要があります。"
    )


def test_the_nist_policy_states_its_own_limits() -> None:
    """Q7: the text must not promise the manual's limit where another one applies."""
    assert "64" in field_message("password", Password.reasons[3], PasswordPolicy.NIST)
    assert "16" in field_message("password", Password.reasons[3], PasswordPolicy.MANUAL)


def test_a_refusal_says_how_long_to_wait_in_whole_minutes_rounded_up() -> None:
    """L4: never less than what is needed."""
    assert refusal_text("identity.too_many_logins", CompanyProfile(), 61).endswith("目安は約2分後です。")
    assert refusal_text("identity.too_many_logins", CompanyProfile(), 5).endswith("目安は約1分後です。")


@pytest.mark.parametrize(("months", "words"), [(12, "1年間"), (24, "2年間"), (15, "15か月間")])
def test_the_window_is_named_from_its_length(months: int, words: str) -> None:
    """T24, Q21: the text follows the setting."""
    assert listed_span(months) == words
