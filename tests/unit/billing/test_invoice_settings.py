"""What an operator says of 適格請求書 is proved at the start (C16)."""

from __future__ import annotations

from typing import Any

import pytest
from support.billing_harness import KEYS

from chassis.process.settings import SettingsError, load
from services.billing.settings import OtherIssuer, Settings

NUMBER = "T7000012050002"


def settings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    """As a process reads them."""
    for name, text in environment.items():
        monkeypatch.setenv(f"MYPAGE_{name}", text)
    urls = {"amqp_url": "amqp://x", "database_url": "postgresql://x"}
    given: dict[str, Any] = {**urls, **KEYS.settings_of("billing")}
    return load(Settings, **given)


def test_the_number_is_read_however_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Full-width, with dashes."""
    found = settings(
        monkeypatch, INVOICE_REGISTRATION_NUMBER="Ｔ7-0000-1205-0002", INVOICE_USAGE_MONTHS_AGO="1"
    )
    assert (found.invoice_registration_number, found.invoice_usage_months_ago) == (NUMBER, 1)


def test_without_a_word_there_is_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is commonly billed along is nobody's invoice of ours."""
    found = settings(monkeypatch)
    assert (found.invoice_registration_number, found.invoice_usage_months_ago) == (None, None)
    assert "ケーブルプラス電話" in found.billed_along


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("T7000012050003", "check digit does not fit"),
        ("7000012050002", "must be T and 13 digits"),
        ("T123", "must be T and 13 digits"),
        ("", "must not be empty"),
    ],
)
def test_a_wrong_number_refuses_the_start_and_says_why(
    monkeypatch: pytest.MonkeyPatch, number: str, sentence: str
) -> None:
    """In one line that names the setting."""
    with pytest.raises(SettingsError) as refused:
        settings(monkeypatch, INVOICE_REGISTRATION_NUMBER=number)
    [problem] = refused.value.problems
    assert problem.startswith("MYPAGE_INVOICE_REGISTRATION_NUMBER: ")
    assert sentence in problem
    assert not number or number not in problem


@pytest.mark.parametrize(
    "wrong",
    [
        {"INVOICE_USAGE_MONTHS_AGO": "-1"},
        {"INVOICE_USAGE_MONTHS_AGO": "先月"},
        {"BILLED_ALONG": "電話"},
        {"BILLED_ALONG": '{"電話": "電話会社"}'},
        {"BILLED_ALONG": '{"電話": {"name": ""}}'},
        {"BILLED_ALONG": '{"電話": {"name": "電話会社", "registration_number": "T7000012050003"}}'},
        {"BILLED_ALONG": '{"電話": {"name": "電話会社", "number": "T7000012050002"}}'},
    ],
)
def test_whatever_else_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]) -> None:
    """Before the first customer comes."""
    with pytest.raises(SettingsError, match=f"MYPAGE_{next(iter(wrong))}"):
        settings(monkeypatch, **wrong)


def test_other_companies_are_told_with_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or none, while there is nobody; the default is replaced."""
    told = f'{{"電話": {{"name": "電話会社", "registration_number": "{NUMBER}"}}}}'
    assert settings(monkeypatch, BILLED_ALONG=told).billed_along == {
        "電話": OtherIssuer(name="電話会社", registration_number=NUMBER)
    }
    assert settings(monkeypatch, BILLED_ALONG="{}").billed_along == {}
