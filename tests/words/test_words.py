"""What the portal says in its own words follows SmartHR's rules of writing (G8)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from words.given import is_given, is_given_word
from words.sentences import every_text, sentences_of, texts_of_template

JUDGES = Path(__file__).parents[2] / ".venv" / "pages"


def findings_in(sentences: list[str]) -> dict[str, list[str]]:
    """What textlint finds, by sentence; those that it likes are left out."""
    node = JUDGES / "bin" / "node"
    assert node.exists(), "textlint is missing: `make .venv/.pages` installs it"
    asked = [{"text": each, "isLabel": "。" not in each} for each in sentences]
    done = subprocess.run(
        [node, Path(__file__).parent / "lint.cjs"],
        input=json.dumps(asked),
        env={"NODE_PATH": str(JUDGES / "node_modules"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    said = dict(zip(sentences, json.loads(done.stdout), strict=True))
    left = {each: [one for one in found if not is_given_word(one)] for each, found in said.items()}
    return {each: found for each, found in left.items() if found}


def test_our_own_sentences_follow_the_rules() -> None:
    """Texts, templates and mails, but for what the manual says."""
    places = {
        sentence: place
        for text, place in every_text().items()
        for sentence in sentences_of(text)
        if not is_given(sentence)
    }
    assert len(places) > 100
    found = findings_in(list(places))
    assert {f"{places[sentence]}: {sentence}": said for sentence, said in found.items()} == {}


def test_a_sentence_against_the_rules_is_found() -> None:
    """The judge is awake, and sees templates as customers do."""
    wrong = ["ＩＤは既に登録済みです。", "パスワードを入力して下さい。", "登録することができます。"]
    assert findings_in(wrong).keys() == set(wrong)
    template = '<p>ご確認<strong>下さい</strong>。</p><img alt="既に済み">{% set heading = "致します" %}'
    assert findings_in(texts_of_template(template)).keys() == {"ご確認下さい。", "既に済み", "致します"}


def test_words_that_blame_or_forbid_do_not_occur() -> None:
    """G8."""
    banned = ("不正", "無効な値", "禁止", "お手数ですが", "下さい")
    assert [text for text in every_text() for word in banned if word in text] == []
