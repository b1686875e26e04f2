"""The written list of what SmartHR's rules object to and stays: the manual's own words, by the number of
docs/requirements.md that holds them. A value of the portal is written as 10.
"""

from __future__ import annotations

import re
import unicodedata

WORDS = {
    r"お客様 => お客さま": "T4, T23: お客様番号, お客様メニューリスト",
    r"初めて => はじめて": "T2: [初めてログインされる方]",
    r"行[うっわいえ] => 行な": "T21: 本登録を行わなかった場合; the guide says 行う throughout",
    r'"(登録|認証|入力)を行う"': "T21: 本登録を行わなかった場合",
    r"ウィンドウ => 画面": "T2: （別ウィンドウ）",
    r"後で => あとで": "no word: 約10分後です",
}
"""By a pattern of the finding: a term of the manual, which own sentences use as it does."""

_SENTENCES = {
    "E4": (
        "JIS X 8341-3:2016「高齢者・障害者等配慮設計指針－情報通信における機器，ソフトウェア及びサービス－"
        "第3部：ウェブコンテンツ」の適合レベルAA"  # the standard's title
    ),
    "T1": "※本サービスのご利用は無料ですが、本サービスのご利用にかかる通信料等は、お客様のご負担となります。",
    "T4": "※わからない場合は10までお問合せください",
    "T8": (
        "「入力された内容が契約者情報と一致しません。もう一度お手元の登録書をご確認ください。」など、何らかのエラー"
        "メッセージが表示された場合は、入力内容がお客さま情報と一致しているか確認の上、再度入力、認証を行ってください。"
    ),
    "T11": "※アカウント ID は未使用の場合のみ登録が可能です。",
    "T12": "ID チェックボタンをクリックすることで、ID が利用可能か事前に確認できます。",
    "T14": (
        "※PCメールを推奨しますが、携帯メールの場合は事前に<@10>を受信できる設定に変更しておいてください。"
    ),
    "T19": "再度、最初からユーザ情報入力を行ってください。",
    "T21": (
        "仮登録有効期限（仮登録メール送信から 24 時間以内）までに本登録を行わなかった場合、"
        "再度、認証及び仮登録を実施する必要があります。"
    ),
    "T23": (
        "マイページにログインすると「お客様メニューリスト」が表示されますので、"
        "ここから必要な情報を確認することができます。"
    ),
}


def is_given(sentence: str) -> bool:
    """Whether it is the manual's, whatever the width of its signs."""
    return _plain(sentence) in {_plain(given) for given in _SENTENCES.values()}


def is_given_word(finding: str) -> bool:
    """Whether it objects to a term of the manual."""
    return any(re.search(pattern, finding) for pattern in WORDS)


def _plain(sentence: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", sentence)).rstrip("。")
