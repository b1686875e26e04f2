"""Walks of somebody who forgot an ID or a password, prepared over a near database, done over a far one."""

from __future__ import annotations

import asyncio

from support.identity_harness import Harness
from support.recovery_steps import Forgetful

_in_turn = asyncio.Lock()


async def asks_for_a_reset(near: Harness, far: Harness, number: int) -> None:
    """[メールを送る] of パスワードを忘れた方."""
    await near.given_account(f"taro-{number}", number=f"40506{number}")
    await Forgetful(far).ask(f"taro-{number}")


async def asks_for_a_reset_in_vain(near: Harness, far: Harness, number: int) -> None:
    """The same, of somebody who has no account."""
    await Forgetful(far).ask(f"nobody-{number}")


async def asks_for_ids(near: Harness, far: Harness, number: int) -> None:
    """[メールを送る] of アカウントIDを忘れた方."""
    await Forgetful(far).ask_for_ids(f"nobody{number}@example.jp")


async def given_reset_link(near: Harness, number: int) -> str:
    """Somebody who has a mail. One after the other: whoever is given an account begins with an empty
    outbox.
    """
    async with _in_turn:
        await near.given_account(f"taro-{number}", number=f"40506{number}")
        await Forgetful(near).ask(f"taro-{number}")
        return (await Forgetful(near).mails())[-1].reset_token


async def opens_a_reset_link(near: Harness, far: Harness, number: int) -> None:
    """The link in that mail."""
    await Forgetful(far).open(await given_reset_link(near, number))


async def resets_a_password(near: Harness, far: Harness, number: int) -> None:
    """[パスワードを変更する]."""
    await Forgetful(far).reset(await given_reset_link(near, number))
