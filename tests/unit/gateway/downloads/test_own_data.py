"""データのダウンロード: the file, and when there is none."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from support.owned_columns import owned_columns
from support.scripted_services import SESSION, Browser, Services
from support.statement_files import given_a_year

from chassis.security.sealing import Sealer
from gateway.downloads.own_data import LEFT_OUT
from messages.account_settings import RefusalCode
from messages.billing import (
    BillNoticeChoice,
    BillNoticeShown,
    ListCharges,
    ShowBillNotice,
    ShowStatement,
)
from messages.billing import RefusalCode as BillingCode
from messages.data_export import DataExported, ExportData, KeptContract, KeptData, KeptPasskey, KeptSession
from messages.login_history import HistoryKind, HistoryLine
from messages.values import (
    AccountId,
    CustomerNumber,
    Device,
    EmailAddress,
    HolderKana,
    Nickname,
    PasskeyName,
    PhoneNumber,
)

AT = datetime(2026, 11, 24, 15, 30, 59, 123456, tzinfo=UTC)
IN_JAPAN = "2026-11-25T00:30:59+09:00"
PHONE = Device("iphone/safari")
KEPT = KeptData(
    account_id=AccountId("taro-01"),
    nickname=Nickname("<そら>"),
    email_address=EmailAddress("taro@example.jp"),
    created_at=AT,
    last_login_at=AT,
    mail_bounced_at=AT,
    contract=KeptContract(
        customer_number=CustomerNumber("12345678"),
        holder_kana=HolderKana("アイコム　タロウ"),
        phone_numbers=(PhoneNumber("0748001234"), PhoneNumber("09000000001")),
        began_on=date(2019, 4, 1),
        closed_on=date(2026, 10, 31),
        held_since=date(2020, 4, 1),
        held_until=None,
    ),
    sessions=(KeptSession(began_at=AT, last_seen_at=AT, device=PHONE, is_this_one=True),),
    history=(HistoryLine(happened_at=AT, kind=HistoryKind.LOGGED_IN, device=PHONE),),
    passkeys=(KeptPasskey(name=PasskeyName("台所"), made_at=AT, last_used_at=None),),
)


def exported(asked: ExportData) -> DataExported:
    """As identity answers, sealed for its asker."""
    box = Sealer({"asker": asked.answer_key}).seal(KEPT, to="asker", bound_to=asked.session_token_hash)
    return DataExported(data=box, exported_at=AT)


@pytest.fixture
def all_there(services: Services) -> Services:
    """Both services know the customer."""
    given_a_year(services)
    services.answer(ShowBillNotice, BillNoticeShown(choice=BillNoticeChoice.WITH_AMOUNT))
    services.says[ExportData] = exported
    return services


async def press(browser: Browser, **more: str) -> Any:
    """[ダウンロードする]."""
    return await browser.post("/settings/export", password="Abcdef12", **more)


async def test_the_file_is_saved_under_its_day_and_kept_by_nobody_else(
    logged_in: Browser, all_there: Services
) -> None:
    """Its name says the day in Japan, and nobody's name; the password is on no queue in clear."""
    answer = await press(logged_in)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mypage-data-20261125.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert all("Abcdef12" not in each.model_dump_json() for each in all_there.were_asked(ExportData))


async def test_the_file_says_what_the_services_say(logged_in: Browser, all_there: Services) -> None:
    """In the words of the pages, readable as it is."""
    answer = await press(logged_in)
    assert "アイコム　タロウ" in answer.text  # and not \\u30a2…
    data = json.loads(answer.text)
    assert data["このファイルについて"]["作成日時"] == IN_JAPAN
    assert data["アカウント"]["ニックネーム"] == "<そら>"
    assert data["アカウント"]["登録日時"] == IN_JAPAN
    assert data["ご契約"]["電話番号"] == ["0748001234", "09000000001"]
    assert data["ご契約"]["この名義の開始日"] == "2020-04-01"
    [session] = data["ログイン中の端末"]
    assert (session["端末"], session["この端末"]) == (PHONE.in_words, True)
    assert data["ログインと変更の履歴"] == [{"日時": IN_JAPAN, "内容": "ログイン", "端末": PHONE.in_words}]
    [passkey] = data["パスキー"]
    assert passkey == {"パスキーの名前": "台所", "登録した日時": IN_JAPAN, "パスキーの最後の利用": None}
    assert data["お知らせメール"] == "受け取る（ご請求額も記載する）"
    assert [each["請求月"] for each in data["ご利用料金"]] == ["2026-08", "2026-09", "2026-10"]
    newest = data["ご利用料金"][-1]
    assert newest["明細（税抜）"]
    assert all(type(line["金額"]) is int for line in newest["明細（税抜）"])
    bases = [(total["税抜金額"], total["消費税"]) for total in newest["税率ごとの合計"]]
    assert sum(map(sum, bases)) == newest["ご請求額"]
    assert data["このファイルにない記録"] == list(LEFT_OUT)


async def test_everything_that_is_kept_of_a_customer_is_in_it_or_said_to_be_left_out(
    logged_in: Browser, all_there: Services
) -> None:
    """docs/personal-data.md names a label of the file, or a reason, for each personal column."""
    labels = _labels_in(json.loads((await press(logged_in)).text))
    told = {name: each.in_file for name, each in owned_columns().items() if each.in_file}
    promised = {name: label for name, label in told.items() if not label.startswith("no: ")}
    assert {name for name, label in promised.items() if label not in labels} == set()
    assert len(promised) > 30


async def test_no_month_is_asked_for_but_those_that_billing_lists(
    logged_in: Browser, all_there: Services
) -> None:
    """So a former holder gets his own months, and one that left the list meanwhile is left out (Q23)."""
    all_there.refuse(ShowStatement, BillingCode.STATEMENT_NOT_FOUND)
    answer = await press(logged_in)
    assert json.loads(answer.text)["ご利用料金"] == []
    asked = sorted(str(each.billing_month) for each in all_there.were_asked(ShowStatement))
    assert asked == ["2026-08", "2026-09", "2026-10"]
    assertions = {each.session_assertion for each in all_there.were_asked(ShowStatement)}
    assert assertions == {SESSION.session_assertion}


def _labels_in(data: Any) -> set[str]:
    if isinstance(data, dict):
        return set(data) | {label for each in data.values() for label in _labels_in(each)}
    return {label for each in data for label in _labels_in(each)} if isinstance(data, list) else set()


async def test_a_double_click_asks_with_one_key_and_gets_two_files(
    logged_in: Browser, all_there: Services
) -> None:
    """G17: told of once. A form without a key is a form of its own."""
    page = await logged_in.get("/settings/export")
    key = page.text.partition('name="form_key" value="')[2].partition('"')[0]
    for _ in range(2):
        assert (await press(logged_in, form_key=key)).status == 200
    await press(logged_in, form_key="none")
    first, second, third = (each.form_key for each in all_there.were_asked(ExportData))
    assert first == second == UUID(key) != third


@pytest.mark.parametrize("asked", [ListCharges, ShowStatement, ShowBillNotice])
async def test_while_billing_is_away_there_is_a_page_and_no_half_file(
    logged_in: Browser, all_there: Services, asked: type[Any]
) -> None:
    """Identity is not asked, so nothing is told of that did not happen."""
    del all_there.says[asked]
    page = await press(logged_in)
    assert page.status == 503
    assert "ファイルを作れませんでした。" in page.text
    assert "Retry-After" in page.headers
    assert "Content-Disposition" not in page.headers
    assert all_there.were_asked(ExportData) == []


async def test_while_identity_is_away_there_is_the_same_page(logged_in: Browser, all_there: Services) -> None:
    """Whoever typed his password may try again."""
    del all_there.says[ExportData]
    page = await press(logged_in)
    assert page.status == 503
    assert "ファイルを作れませんでした。" in page.text


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (RefusalCode.WRONG_PASSWORD, 422),
        (RefusalCode.TOO_MANY_PASSWORDS, 429),
        (RefusalCode.TOO_MANY_EXPORTS, 429),
    ],
)
async def test_a_refusal_stands_beside_the_field(
    logged_in: Browser, all_there: Services, code: RefusalCode, status: int
) -> None:
    """G3; the password is not given back."""
    all_there.refuse(ExportData, code, retry_after_seconds=60 if status == 429 else None)
    page = await press(logged_in)
    assert page.status == status
    assert 'id="password-error"' in page.text
    assert "Abcdef12" not in page.text
    assert "Content-Disposition" not in page.headers


async def test_without_a_password_nobody_is_asked(logged_in: Browser, all_there: Services) -> None:
    """The form comes back."""
    page = await logged_in.post("/settings/export")
    assert page.status == 422
    assert "パスワードを入力してください。" in page.text
    assert all_there.were_asked(ListCharges) == []


async def test_a_stranger_is_led_to_the_log_in(browser: Browser) -> None:
    """And no file begins."""
    for answer in (
        await browser.get("/settings/export"),
        await browser.post("/settings/export", password="x"),
    ):
        assert (answer.status, answer.headers["Location"]) == (303, "/login")
