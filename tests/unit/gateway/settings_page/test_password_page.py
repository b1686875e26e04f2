"""パスワードの変更 and ログイン履歴."""

from __future__ import annotations

import pytest
from support.scripted_services import SESSION, Browser, Services

from messages.account_settings import ChangePassword, PasswordChanged, RefusalCode
from messages.login_history import HistoryKind, HistoryLine, LoginHistoryShown, ShowLoginHistory
from messages.values import Device

OLD, NEW = "Abcdef12", "Ghijkl34"


async def test_the_customer_logs_in_with_what_he_has_chosen(logged_in: Browser, services: Services) -> None:
    """His ID stands there; neither password is on a queue in clear."""
    services.answer(ChangePassword, PasswordChanged())
    answer = await logged_in.post("/settings/password", password=OLD, new_password=NEW)
    assert (answer.status, answer.headers["Location"]) == (303, "/login")
    assert "sid" not in logged_in.cookies()
    page = await logged_in.get("/login")
    assert "パスワードを変更しました。新しいパスワードでログインしてください。" in page.text
    assert 'value="taro-01"' in page.text
    [asked] = services.were_asked(ChangePassword)
    assert not {OLD, NEW} & set(asked.model_dump_json().split('"'))


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"new_password": NEW}, "password", "パスワードを入力してください。"),
        ({"password": OLD}, "new_password", "新しいパスワードを入力してください。"),
        ({"password": OLD, "new_password": "short1"}, "new_password", "8文字以上16文字以内"),
        ({"password": OLD, "new_password": "password1"}, "new_password", "推測されやすい"),
    ],
    ids=range(4),
)
async def test_what_is_wrong_is_said_beside_its_field(
    logged_in: Browser, services: Services, typed: dict[str, str], field: str, said: str
) -> None:
    """S2-6, G4; nobody is asked, and no password comes back."""
    page = await logged_in.post("/settings/password", **typed)
    assert page.status == 422
    assert f'<a href="#{field}">' in page.text
    assert said in page.text
    assert not any(f'value="{value}"' in page.text for value in typed.values())
    assert services.were_asked(ChangePassword) == []


@pytest.mark.parametrize(
    ("code", "wait", "status", "field"),
    [
        (RefusalCode.WRONG_PASSWORD, None, 422, "password"),
        (RefusalCode.TOO_MANY_PASSWORDS, 600, 429, "password"),
        (RefusalCode.NEW_PASSWORD_NOT_ACCEPTED, None, 422, "new_password"),
    ],
)
async def test_identitys_no_stands_beside_its_field(
    logged_in: Browser, services: Services, code: str, wait: int | None, status: int, field: str
) -> None:
    """The session lives on."""
    services.refuse(ChangePassword, code, retry_after_seconds=wait)
    page = await logged_in.post("/settings/password", password=OLD, new_password=NEW)
    assert page.status == status
    assert f'<a href="#{field}">' in page.text
    assert "sid" in logged_in.cookies()


async def test_the_history_is_said_in_a_customers_words(logged_in: Browser, services: Services) -> None:
    """Newest first, as identity tells it; a kind of a newer release is no fault."""
    lines = (
        HistoryLine(happened_at=SESSION.ends_at, kind=HistoryKind.LOGGED_IN, device=Device("iphone/safari")),
        HistoryLine(happened_at=SESSION.ends_at, kind=HistoryKind("of_tomorrow")),
    )
    services.answer(ShowLoginHistory, LoginHistoryShown(lines=lines))
    page = await logged_in.get("/settings/history")
    assert page.status == 200
    for words in ("2026年11月23日（月） 9時00分", "ログイン", "iPhone（Safari）", "そのほかの操作"):
        assert words in page.text


async def test_an_account_without_a_history_says_so(logged_in: Browser, services: Services) -> None:
    """No empty table."""
    services.answer(ShowLoginHistory, LoginHistoryShown(lines=()))
    page = await logged_in.get("/settings/history")
    assert "<table" not in page.text
    assert "表示できる履歴はまだありません。" in page.text
