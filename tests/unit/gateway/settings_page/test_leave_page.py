"""退会: said plainly, confirmed twice, and nothing left in the browser."""

from __future__ import annotations

import pytest
from support.scripted_services import Browser, Services

from messages.account_settings import AccountLeft, LeaveAccount, RefusalCode


async def test_whoever_leaves_is_logged_out_and_told_so(logged_in: Browser, services: Services) -> None:
    """The session's cookie goes; the password is on no queue in clear."""
    services.answer(LeaveAccount, AccountLeft())
    answer = await logged_in.post("/settings/leave", confirmed="yes", password="Abcdef12")
    assert (answer.status, answer.headers["Location"]) == (303, "/left")
    assert "sid" not in logged_in.cookies()
    page = await logged_in.get("/left")
    assert "退会のお手続きが済みました" in page.text
    assert "ログアウト</button>" not in page.text
    assert all("Abcdef12" not in each.model_dump_json() for each in services.were_asked(LeaveAccount))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"confirmed": "yes"}, "パスワードを入力してください。"),
        ({"password": "x"}, "内容を確認し、チェックを入れてください。"),
        ({}, "パスワードを入力してください。"),
    ],
    ids=range(3),
)
async def test_what_is_missing_is_asked_for(
    logged_in: Browser, services: Services, typed: dict[str, str], said: str
) -> None:
    """G3; nobody is asked to leave."""
    page = await logged_in.post("/settings/leave", **typed)
    assert page.status == 422
    assert page.text.count(said) == 2
    assert services.were_asked(LeaveAccount) == []


async def test_a_wrong_password_keeps_the_tick(logged_in: Browser, services: Services) -> None:
    """Bad input loses nothing that was given but the password."""
    services.refuse(LeaveAccount, RefusalCode.WRONG_PASSWORD)
    page = await logged_in.post("/settings/leave", confirmed="yes", password="Wrong-12")
    assert page.status == 422
    assert 'name="confirmed" value="yes" checked' in page.text
    assert "Wrong-12" not in page.text
