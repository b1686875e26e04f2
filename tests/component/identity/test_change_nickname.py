"""[ニックネームを変更する]."""

from __future__ import annotations

import pytest
from support.identity_harness import KEYS, Harness, received

from chassis.messaging.refusal import Refusal
from chassis.security.sealing import Sealer
from messages.account_settings import ChangeNickname, ChosenNickname
from messages.identity import RefusalCode
from messages.values import Nickname
from services.identity.own_account.change_nickname import change_nickname


async def change(harness: Harness, nickname: str, *, session: str = "session") -> None:
    """What the gateway sends."""
    sealed = Sealer(KEYS.sealing_public).seal(
        ChosenNickname(nickname=Nickname(nickname)), to="identity", bound_to=session
    )
    command = ChangeNickname(session_token_hash=session, client_network="network", chosen=sealed)
    await change_nickname(harness.service, command, received())


async def test_pages_say_the_new_nickname(harness: Harness) -> None:
    """At once, in every session of the account and no other's."""
    await harness.given_account()
    await harness.given_account("hanako-1", number="999")
    await harness.log_in(session="session")
    await harness.log_in("hanako-1", session="other")
    await change(harness, "はなたろう")
    assert (await harness.show_session("session")).nickname == "はなたろう"
    assert (await harness.show_session("other")).nickname == "たろう"


async def test_without_a_session_nothing_changes(harness: Harness) -> None:
    """Nobody is asked for a password, so the session must live."""
    await harness.given_account()
    with pytest.raises(Refusal) as refused:
        await change(harness, "はなたろう")
    assert refused.value.code == RefusalCode.SESSION_ENDED
    await harness.log_in(session="session")
    assert (await harness.show_session("session")).nickname == "たろう"
