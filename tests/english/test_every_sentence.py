"""The English edition is whole: each sentence of a page has its English, and it fits the Japanese one."""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter

import polib
import pytest
from english.catalogue import brought_up_to_date
from english.sentences import FILES_ARE_JAPANESE, ROOT, every_sentence

from gateway.language import CATALOGUE, JAPANESE_TEXT

HOW = (
    "run `make english`, write the English beside it in gateway/english.po (as docs/adding-a-use-case.md "
    "says), and run the test again"
)
IN_JAPANESE = re.compile(r'<span lang="ja">[^<]*</span>')
GATEWAY = ROOT / "gateway"
OWN_WORDS = ("gateway/texts/", "gateway/downloads/", "gateway/rendering.py", "gateway/language.py")
"""Where Japanese may stand in code: sentences that are extracted, files that stay Japanese, and the name of
the language.
"""
PUT_TOGETHER_ELSEWHERE = (f"gateway/texts/{FILES_ARE_JAPANESE}.py", "gateway/texts/figures.py")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    """As it lies in the tree."""
    return polib.pofile(str(CATALOGUE))


def test_every_sentence_has_its_english(catalogue: polib.POFile) -> None:
    """Of templates and texts."""
    known = {entry.msgid for entry in catalogue.translated_entries()}
    missing = {text: places for text, places in every_sentence().items() if text not in known}
    assert not missing, f"these sentences have no English; {HOW}: {missing}"


def test_nothing_is_doubtful_or_left_over(catalogue: polib.POFile) -> None:
    """No fuzzy entry, no sentence that nobody says any more, no sentence twice."""
    ours = every_sentence()
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []
    left = [entry.msgid for entry in catalogue if entry.obsolete or entry.msgid not in ours]
    assert not left, f"nobody says these any more, `make english` takes them out: {left}"
    assert [text for text, times in Counter(entry.msgid for entry in catalogue).items() if times > 1] == []


def values_in(entry: polib.POEntry, text: str) -> Counter[str]:
    """What is put into a sentence, and the tags that it holds, but for those that say what is Japanese."""
    if any(place.endswith(".py") for place, _ in entry.occurrences):
        return Counter(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    text = text.replace('<span lang="ja">', "<ja>")
    own = re.sub("<ja>(.*?)</span>", r"\1", text)
    return Counter(re.findall(r"\{\{.*?\}\}|</?\w[^>]*>", own))


def test_both_sides_hold_the_same_values_and_links(catalogue: polib.POFile) -> None:
    """A name that is wrong on one side would be a fault at run time, or a link that leads elsewhere."""
    different = [
        (entry.msgid, entry.msgstr)
        for entry in catalogue
        if values_in(entry, entry.msgid) != values_in(entry, entry.msgstr)
    ]
    assert different == []


def test_what_stays_japanese_is_marked(catalogue: polib.POFile) -> None:
    """WCAG 3.1.2: titles of papers and mails. A sentence of code may go into JSON, and holds no tag."""
    unmarked = [
        entry.msgstr for entry in catalogue if JAPANESE_TEXT.search(IN_JAPANESE.sub("", entry.msgstr))
    ]
    assert unmarked == []
    of_code = [e.msgstr for e in catalogue if any(place.endswith(".py") for place, _ in e.occurrences)]
    assert [text for text in of_code if "<" in text] == []


def test_sentences_stand_where_they_are_found() -> None:
    """Japanese in other code of the gateway would stay Japanese on English pages; so would a sentence of a
    function that is put together, which nobody can look up: `said("…{name}…", name=…)` does it.
    """
    strays = []
    for path in sorted(GATEWAY.rglob("*.py")):
        place = str(path.relative_to(ROOT))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not place.startswith(OWN_WORDS):
            strays += [f"{place}: {text}" for text in _texts_of(tree)]
        elif place.startswith("gateway/texts/") and place not in PUT_TOGETHER_ELSEWHERE:
            functions = (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))
            strays += [f"{place}: {text}" for each in functions for text in _put_together(each)]
    assert strays == []


def _texts_of(tree: ast.AST) -> list[str]:
    prose = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    texts = (each for each in ast.walk(tree) if isinstance(each, ast.Constant) and id(each) not in prose)
    return [each.value for each in texts if isinstance(each.value, str) and JAPANESE_TEXT.search(each.value)]


def _put_together(function: ast.FunctionDef) -> list[str]:
    parts = (each for each in ast.walk(function) if isinstance(each, ast.JoinedStr))
    return [ast.unparse(each) for each in parts if _texts_of(each)]


def test_a_new_sentence_waits_for_its_english_and_an_old_one_goes() -> None:
    """What `make english` does; English that is there stays."""
    known = polib.POFile()
    text = next(iter(every_sentence()))
    known.append(polib.POEntry(msgid=text, msgstr="Kept"))
    known.append(polib.POEntry(msgid="もう誰も言わない文です。", msgstr="Gone"))
    fresh = brought_up_to_date(known)
    assert [entry.msgid for entry in fresh] == list(every_sentence())
    assert [entry.msgstr for entry in fresh if entry.msgstr] == ["Kept"]


def test_what_code_chooses_is_said_in_the_language() -> None:
    """A sentence of `gateway/texts` that is shown without `said` would stay Japanese. Those that are chosen
    and filled in within texts are said there.
    """
    bare = []
    for path in sorted(GATEWAY.rglob("*.py")):
        place = str(path.relative_to(ROOT))
        if not place.startswith("gateway/texts/") and FILES_ARE_JAPANESE not in place:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            bare += [f"{place}:{line}: said({name})" for line, name in _shown_bare(tree)]
    assert bare == []


def _shown_bare(tree: ast.Module) -> Iterator[tuple[int, str]]:
    sentences = set(_imported_sentences(tree))
    calls = (each for each in ast.walk(tree) if isinstance(each, ast.Call))
    within = {id(inner) for call in calls if ast.unparse(call.func) == "said" for inner in ast.walk(call)}
    for each in ast.walk(tree):
        if isinstance(each, ast.Name) and each.id in sentences and id(each) not in within:
            yield each.lineno, each.id


def _imported_sentences(tree: ast.Module) -> Iterator[str]:
    for each in ast.walk(tree):
        if isinstance(each, ast.ImportFrom) and (each.module or "").startswith("gateway.texts"):
            texts = importlib.import_module(str(each.module))
            for alias in each.names:
                value = getattr(texts, alias.name)
                if isinstance(value, str) and JAPANESE_TEXT.search(value):
                    yield alias.asname or alias.name
