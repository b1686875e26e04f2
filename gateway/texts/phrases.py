"""Sentences that several areas say, and the company's telephone number in sentences that name it."""

from __future__ import annotations

from messages.company import CompanyProfile

WAIT = "しばらく待ってから、もう一度お試しください。"
START_AGAIN = "認証から30分以上たったため、続きを登録できません。もう一度、認証情報の入力から行ってください。"
SESSION_ENDED = "ログインの有効時間が過ぎました。もう一度ログインしてください。"
LOGIN_PROOF_SPENT = (
    "[そのままログイン]の有効時間が過ぎました。アカウントIDとパスワードでログインしてください。"
)


def with_telephone(text: str, company: CompanyProfile) -> str:
    """The sentence as it is shown: `{telephone}` in it is the number that customers call."""
    return text.format(telephone=company.telephone)
