"""Sentences that several areas say, the ways on that a page of an end offers, and the company's telephone
number in sentences that name it.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from markupsafe import Markup, escape

from gateway.language import said
from messages.company import CompanyProfile

BETWEEN = "、"
"""Of things that are listed."""
WAIT = "しばらく待ってから、もう一度お試しください。"
START_AGAIN = "認証から30分以上たったため、続きを登録できません。もう一度、認証情報の入力から行ってください。"
SESSION_ENDED = "ログインの有効時間が過ぎました。もう一度ログインしてください。"
LOGIN_PROOF_SPENT = (
    "[そのままログイン]の有効時間が過ぎました。アカウントIDとパスワードでログインしてください。"
)
PASSKEY_OFFER_ENDED = (
    "パスワードの入力から10分以上たったか、別の画面で登録が済んでいるため、パスキーは登録していません。"
    "続ける場合は、もう一度パスワードを入力してください。"
)
TOO_MANY_PASSKEYS = "登録できるパスキーは10個までです。使っていないパスキーを削除してから登録してください。"
LINK_EXPIRED = (
    "仮登録有効期限（仮登録メール送信から 24 時間以内）までに本登録を行わなかった場合、"
    "再度、認証及び仮登録を実施する必要があります。"
)
NEWER_MAIL = (
    "より新しい仮登録受付完了メールをお送りしています。新しいメールの「本登録手続きURL」を開いてください。"
)


class WayOn(StrEnum):
    """What helps a customer whose registration has ended; a value of `ended.html`."""

    LOG_IN = "log in"
    REGISTER = "register"
    CORRECT = "correct"
    """What was typed is still there; without it, as REGISTER."""
    OPEN_MAIL = "open the mail"
    """A mail with a link that works may be there, and to register would end it."""
    SETTINGS = "settings"
    """The customer has an account, and does it there."""


def with_telephone(text: str, company: CompanyProfile) -> str:
    """The sentence as it is shown. `{telephone}` in it is the number that customers call, as a link: the
    sentence is HTML then.
    """
    if "{telephone}" not in text:
        return said(text)
    pressed = Markup('<a href="tel:{0}">{0}</a>').format(company.telephone)
    return said(text, telephone=pressed)


def said_in_turn(parts: Iterator[str]) -> str:
    """The parts, one after the other, as the language lists things; HTML if one of them is."""
    listed = list(parts)
    between = said(BETWEEN)
    if any(isinstance(part, Markup) for part in listed):
        return escape(between).join(listed)
    return between.join(listed)
