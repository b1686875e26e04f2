"""How Japanese is found in a template."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, Environment

from gateway.translated_templates import messages_of, translated


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        ("<p>これは文です。</p>", ["これは文です。"]),
        ("<p>\n  これは\n  文です。\n</p>", ["これは 文です。"]),
        ("<p>{{ name }} 様</p>", ["{{ name }} 様"]),
        ('<p>詳しくは<a href="/x">使い方</a>へ</p>', ['詳しくは<a href="/x">使い方</a>へ']),
        ('<li><a href="/x">使い方</a></li>', ["使い方"]),
        ('<a href="/x">前</a>と<a href="/y">次</a>', ['<a href="/x">前</a>と<a href="/y">次</a>']),
        ("<p>一行目<br>二行目</p>", ["一行目<br>二行目"]),
        ("<br>二行目<br>", ["二行目"]),
        ("<p>はい{% if x %}、どうぞ{% endif %}。</p>", ["はい", "、どうぞ", "。"]),
        ('<img src="x" alt="図の説明">', ["図の説明"]),
        ('<button data-busy-text="送信中">送信</button>', ["送信中", "送信"]),
        ('{% set heading = "見出し" %}', ["見出し"]),
        ("{{ '値' if x else \"別の値\" }}", ["値", "別の値"]),
        ('{{ button("押す") }}<a href="/x">戻る</a>', ["押す", "戻る"]),
        ('<p class="a{{ \' b\' if "あ" in x }}">い</p>', ["あ", "い"]),
        ('<a href="/g"{% if s == "/g" %} aria-current="page"{% endif %}>使い方</a>', ["使い方"]),
        ("<span>※</span>", ["※"]),
        ("{# 覚え書き #}<p>文</p>", ["文"]),
        ("<p>Only English, {{ name }}</p>", []),
        ('<div class="x">{{ text }}</div>', []),
        ("<p>a < b は文です。</p>", ["a < b は文です。"]),
        ("", []),
    ],
)
def test_messages_are_found_where_they_stand(source: str, messages: list[str]) -> None:
    """A sentence is whole, with the links and values in it; what stands round it is no part of it."""
    assert messages_of(source) == messages


@pytest.mark.parametrize(
    ("source", "english", "shown"),
    [
        ("<p>  文です。  </p>", "A sentence.", "<p>  A sentence.  </p>"),
        ('<li class="x"><a href="/x">文</a></li>', "Text", '<li class="x"><a href="/x">Text</a></li>'),
        ('<img alt="文">', 'a "quoted" text', '<img alt="a &quot;quoted&quot; text">'),
        ('{{ "文" }}', 'a "quoted" \\ text', "a &#34;quoted&#34; \\ text"),
        ("<p>{{ name }} 様</p>", "Dear {{ name }}", "<p>Dear &lt;Sora&gt;</p>"),
    ],
)
def test_the_english_stands_in_the_place_of_the_japanese(source: str, english: str, shown: str) -> None:
    """And the page is escaped as before."""
    template = translated(source, lambda _: english)
    environment = Environment(loader=DictLoader({"page": template}), autoescape=True)
    assert environment.get_template("page").render(name="<Sora>") == shown


def test_what_nobody_has_translated_stays_as_it_is() -> None:
    """A page is shown all the same."""
    source = '<p title="題">{{ "値" }}文<a href="/x">へ</a></p>\n{% if x == "あ" %}い{% endif %}'
    assert translated(source, lambda text: text) == source
