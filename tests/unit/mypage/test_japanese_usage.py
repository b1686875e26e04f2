"""The command line speaks Japanese: what typer says by itself, too, for every command there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperArgument, TyperGroup

from mypage.cli import app, run
from mypage.japanese_usage import sentence

# Words of typer, click and pydantic; and three English words in a row, but for lines that quote a command.
THEIRS = re.compile(
    r"\b(usage|options?|arguments?|commands?|error|missing|invalid|no such|try|show this|required"
    r"|default|unexpected|aborted?|did you mean|possible|expected|unrecognized|must|should"
    r"|does not|is not|requires|value|input)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"\b[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}\b")
_QUOTES_A_COMMAND = ("mypage ", "make ")


def _commands(group: typer.core.TyperGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name)


def _root() -> TyperGroup:
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    return root


COMMANDS = sorted(_commands(_root()))
GROUPS = [path for path in COMMANDS if any(other[:-1] == path for other in COMMANDS if other)]
LEAVES = [path for path in COMMANDS if path not in GROUPS]


def english(text: str) -> list[str]:
    """What a reader would find that is not Japanese. Names of commands and options are no words."""
    names = {name for path in COMMANDS for name in path}
    found = []
    for line in text.splitlines():
        words = re.sub(r"--[\w-]+|<\w+>|\{\w+\}|'[^']*'", "", line)
        found += [each[0] for each in THEIRS.finditer(words) if each[0] not in names]
        if not any(quoted in line for quoted in _QUOTES_A_COMMAND):
            found += [each[0] for each in SENTENCE.finditer(words)]
    return found


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code, and all that was printed."""
    code = run(list(arguments))
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def test_the_pattern_finds_what_it_is_for() -> None:
    """A test that cannot fail proves nothing."""
    for theirs in (
        "Usage: x",
        "│ Missing argument 'month'. │",
        "Show this message and exit.",
        "Try 'x --help' for help.",
    ):
        assert english(theirs), theirs
    assert not english("使い方: mypage charges publish [オプション] {month}")


def test_every_command_is_looked_at() -> None:
    """Those of groups, too."""
    assert ("charges", "publish") in LEAVES
    assert ("up",) in LEAVES
    assert ("mail",) in GROUPS


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "mypage")
def test_help_is_japanese(path: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Usage, titles, the words of --help."""
    code, text = said(capsys, *path, "--help")
    assert code == 0
    assert "使い方: " in text
    assert "この説明を表示して終わります。" in text
    assert english(text) == []


@pytest.mark.parametrize("path", GROUPS, ids=lambda path: " ".join(path) or "mypage")
def test_a_group_alone_shows_its_help_as_wrong_use(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2; and a command that is not there is named, with one that may be meant."""
    code, text = said(capsys, *path)
    assert (code, english(text)) == (2, [])
    code, text = said(capsys, *path, "nosuchthing")
    assert (code, english(text)) == (2, [])
    assert "'nosuchthing' というコマンドはありません" in text


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "mypage")
def test_an_unknown_option_is_said_in_japanese(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """For every command."""
    code, text = said(capsys, *path, "--nosuchthing")
    assert (code, english(text)) == (2, [])
    assert "--nosuchthing というオプションはありません" in text


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_what_is_missing_and_what_is_too_much_is_said_in_japanese(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each argument and option that must be given; more arguments than there are."""
    command: object = _root()
    for name in path:
        assert isinstance(command, TyperGroup)
        command = command.commands[name]
    params = command.params  # type: ignore[attr-defined]
    if any(param.required for param in params):
        code, text = said(capsys, *path)
        assert (code, english(text)) == (2, [])
        assert "を指定してください。" in text
    if not any(isinstance(param, TyperArgument) for param in params) and path != ("up",):
        code, text = said(capsys, *path, "one", "two")
        assert (code, english(text)) == (2, [])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("charg", "もしかして: 'charges'"),
        ("outbox status --jso", "もしかして: --json"),
        ("outbox status --json=1", "--json に値は指定できません"),
        ("accounts unfreeze 1 --reason", "--reason には値が必要です"),
        ("dead show identity.events --limit x", "--limit: 整数"),
        ("dead show identity.events --limit 0", "1 以上"),
        ("dead show identity.events --limit 1001", "1000 以下"),
        ("dead redrive identity.events --message-id 12", "UUID"),
        ("charges import nowhere nowhere", "'nowhere' がありません"),
        ("charges import どこにも どこにも", "'どこにも' がありません"),
        ("charges import {folder} {folder}", "フォルダです"),
        ("charges import {file} {file} --encoding latin", "utf-8"),
        ("mail preview --out {file}", "フォルダを指定"),
        ("mail preview receipt", "その種類はありません"),
        ("mail bounces nowhere", "nowhere がありません"),
        ("charges publish 2026-13", "2026-10 のように"),
        ("accounts unfreeze abc --reason x", "10桁"),
        ("up extra", "多すぎます: extra"),
        ("-x", "-x というオプション"),
    ],
)
def test_wrong_values_are_said_in_japanese(
    arguments: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what to write instead."""
    (tmp_path / "f").touch()
    filled = [each.format(folder=tmp_path, file=tmp_path / "f") for each in arguments.split()]
    code, text = said(capsys, *filled)
    joined = re.sub(r"[│\s]+", "", text)
    assert code == 2
    assert re.sub(r"\s", "", words) in joined
    assert english(text.replace(str(tmp_path), "")) == []


@pytest.mark.parametrize(
    "message",
    ["Some new words of a later release.", "'あ' is something else now", "Value error, never heard of"],
)
def test_what_a_later_release_may_say_is_not_passed_on_in_english(message: str) -> None:
    """Also where it quotes Japanese that somebody typed."""
    told = sentence(typer.BadParameter(message, param_hint="--limit"))
    assert english(told) == []
    assert told.startswith("--limit: ")


def test_a_command_that_was_stopped_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C is 130, as shells have it; a prompt that was left is a failure."""

    def stop(*_: object, **__: object) -> int:
        raise typer.Abort

    monkeypatch.setattr("mypage.cli.app", stop)
    assert said(capsys) == (1, "中止しました。\n")
