"""ニックネームの変更."""

from __future__ import annotations

import pytest
from support.scripted_services import SESSION, Browser, Services

from messages.account_settings import ChangeNickname, NicknameChanged
from messages.identity import ShowSession
from messages.values import Nickname


async def test_the_present_one_stands_in_the_field(logged_in: Browser) -> None:
    """Escaped (X36)."""
    page = await logged_in.get("/settings/nickname")
    assert 'value="&lt;そら&gt;"' in page.text


async def test_the_next_page_says_the_new_one(logged_in: Browser, services: Services) -> None:
    """What the gateway remembered is forgotten; the queue holds no name."""
    services.answer(ChangeNickname, NicknameChanged())
    services.answer(ShowSession, SESSION.model_copy(update={"nickname": Nickname("はな")}))
    answer = await logged_in.post("/settings/nickname", nickname=" はな ")
    assert (answer.status, answer.headers["Location"]) == (303, "/settings")
    page = await logged_in.get("/settings")
    assert "ニックネームを変更しました。" in page.text
    assert "はな 様" in page.text
    assert all("はな" not in each.model_dump_json() for each in services.were_asked(ChangeNickname))


@pytest.mark.parametrize("typed", ["", "x" * 21, "http://example.jp", "\u202eabc"], ids=range(4))
async def test_a_nickname_by_no_rule_is_refused_and_kept(
    logged_in: Browser, services: Services, typed: str
) -> None:
    """X25, X29."""
    page = await logged_in.post("/settings/nickname", nickname=typed)
    assert page.status == 422
    assert f'value="{typed}"' in page.text
    assert services.were_asked(ChangeNickname) == []
