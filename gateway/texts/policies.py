"""What プライバシーポリシー says of each cookie; all else stands in templates/policies/."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.language import said

SESSION_COOKIE = "ログインしていることを確かめるため"
SESSION_COOKIE_KEPT = "ログアウトするか、ブラウザを閉じるまで"
LANGUAGE_COOKIE = "選んだ言語で画面を表示するため（英語を選んだときだけ）"
LANGUAGE_COOKIE_KEPT = "1年間"

COOKIES: Mapping[str, str] = {
    "visitor": "送信された内容が、このブラウザで開いた画面からのものであることを確かめるため",
    "device": (
        "前にログインしたブラウザであることを確かめ、ほかの人がパスワードを試していてもログインできるようにするため"
    ),
    "draft": "初回会員登録の入力内容を、次の画面に引き継ぐため",
    "registered": "仮登録のあと、メールの再送や宛先の変更ができるようにするため",
    "activation": "メールの「本登録手続きURL」を開いたことを、次の画面に引き継ぐため",
    "ticket": "本登録のあと、[そのままログイン]を使えるようにするため",
    "waiting-login": "アカウントの準備ができるまで、ログインの手続きを続けるため",
    "second-step": "2段階認証の確認コードを入力するまで、ログインの手続きを続けるため",
    "recovery-codes": "2段階認証の回復コードを、次の画面に1回だけ表示するため",
    "reset": "メールの「パスワード再設定URL」を開いたことを、次の画面に引き継ぐため",
    "reset-done": "パスワードを変更したことを、次の画面に表示するため",
    "asked-address": "新しいメールアドレスの確認メールの送信先を、次の画面に表示するため",
    "address-link": "新しいメールアドレスを確認するURLを開いたことを、次の画面に引き継ぐため",
    "undo-link": "メールアドレスの変更を取り消すURLを開いたことを、次の画面に引き継ぐため",
    "passkey-offer": "パスワードを確認したあと、パスキーの作成を次の画面で続けるため",
    "notice": "操作の結果のお知らせを、次の画面に表示するため",
    "typed": "ログインの有効期限が切れたとき、入力していた内容を元の画面に戻すため",
    "wanted": "ログインのあと、開こうとしていた画面に戻るため",
}
"""What each sealed cookie is for, by its name in the code."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400  # seconds


def span_in_words(seconds: int) -> str:
    """1800 is 30分, 86400 is 24時間, two of them 2日; what is no whole minute is said as the next one."""
    if seconds % _DAY == 0 and seconds > _DAY:
        return said("{days}日", days=seconds // _DAY)
    if seconds % _HOUR == 0:
        return said("{hours}時間", hours=seconds // _HOUR)
    return said("{minutes}分", minutes=-(-seconds // _MINUTE))
