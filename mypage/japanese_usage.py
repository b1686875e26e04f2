"""What typer says by itself, in Japanese: usage, the titles of help, and every kind of wrong use."""

from __future__ import annotations

import re

import typer

# typer has no other names for these.
from typer._click import Command, Context, HelpFormatter
from typer._click.exceptions import BadParameter, MissingParameter, NoArgsIsHelpError, UsageError
from typer._click.exceptions import ClickException as WrongUse
from typer.core import TyperCommand, TyperGroup, TyperOption

__all__ = ["JapaneseCommand", "JapaneseGroup", "WrongUse", "in_japanese", "said", "sentence"]

_OF_USAGE = (
    ("Usage: ", "使い方: "),
    ("[OPTIONS]", "[オプション]"),
    ("COMMAND [ARGS]...", "コマンド [引数]..."),
)
_SENTENCES = (
    (r"Missing command\.?", "コマンドを指定してください。"),
    (
        r"No such command (?P<what>'.*?')\. Did you mean (?P<meant>.*)\?",
        "{what} というコマンドはありません。もしかして: {meant}",
    ),
    (r"No such command (?P<what>.*?)\.", "{what} というコマンドはありません。"),
    (
        r"No such option: (?P<what>\S+) \(Possible options: (?P<meant>.*)\)",
        "{what} というオプションはありません。もしかして: {meant}",
    ),
    (r"No such option: (?P<what>.*)", "{what} というオプションはありません。"),
    (r"Option '?(?P<what>.*?)'? requires (an argument|\d+ arguments)\.", "{what} には値が必要です。"),
    (r"Option '?(?P<what>.*?)'? does not take a value\.", "{what} に値は指定できません。"),
    (r"Got unexpected extra argument(\(s\)|s)? \((?P<what>.*)\)", "引数が多すぎます: {what}"),
)
_OF_VALUES = (
    (r"\w+ (?P<what>'.*') does not exist\.", "{what} がありません。"),
    (r"\w+ (?P<what>'.*') is a file\.", "{what} はファイルです。フォルダを指定してください。"),
    (r"\w+ (?P<what>'.*') is a directory\.", "{what} はフォルダです。ファイルを指定してください。"),
    (r"\w+ (?P<what>'.*') is not readable\.", "{what} を読めません。権限を確かめてください。"),
    (r"\w+ (?P<what>'.*') is not writable\.", "{what} に書けません。権限を確かめてください。"),
    (r"'.*' is not one of (?P<what>.*)\.", "次のどれかを書いてください: {what}"),
    (r"Input should be a valid integer.*", "整数を書いてください。"),
    (r"Input should be a valid (number|decimal).*", "数を書いてください。"),
    (r"Input should be a valid UUID.*", "UUID を書いてください。"),
    (r"Input should be a valid boolean.*", "true か false を書いてください。"),
    (r"Input should be greater than or equal to (?P<what>\S+)", "{what} 以上を書いてください。"),
    (r"Input should be less than or equal to (?P<what>\S+)", "{what} 以下を書いてください。"),
    (r"Input should be (?P<what>'.*')", "次のどれかを書いてください: {what}"),
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_IS_JAPANESE = re.compile("[ぁ-んァ-ヶ一-龥]")


def in_japanese(app: typer.Typer) -> None:
    """Lets every group and command below speak Japanese, whoever added it."""
    app.info.cls = JapaneseGroup
    for command in app.registered_commands:
        command.cls = JapaneseCommand
    for group in app.registered_groups:
        group.cls = JapaneseGroup
        if group.typer_instance:
            in_japanese(group.typer_instance)


def said(error: WrongUse) -> int:
    """Says on standard error what was wrong, with the usage before it; returns the exit code."""
    if isinstance(error, NoArgsIsHelpError):  # its text, the help, was said when it was raised
        return error.exit_code
    from rich.console import Console  # no command that is used rightly needs it
    from rich.panel import Panel
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    context = error.ctx if isinstance(error, UsageError) else None
    if context is not None:
        console.print(Text(context.get_usage()), style="bold")
        console.print(
            Text(f"詳しい使い方は {context.command_path} --help で表示できます。"),
            style="dim",
            soft_wrap=True,
        )
    panel = Panel(Text(sentence(error)), title="エラー", title_align="left", border_style="red")
    console.print(panel)
    return error.exit_code


def sentence(error: WrongUse) -> str:
    """What was wrong, and what to write instead. Words of our own commands stand as they are."""
    if isinstance(error, MissingParameter):
        return f"{_name(error)} を指定してください。"
    if isinstance(error, BadParameter):
        name = _name(error)
        return f"{name}: {_reason(error.message)}" if name else _reason(error.message)
    found = _translated(error.format_message(), _SENTENCES)
    return found or "使い方が違います。--help で確かめてください。"


def _reason(message: str) -> str:
    theirs = message.removeprefix("Value error, ")
    if translated := _translated(theirs, _OF_VALUES):
        return translated
    # What somebody typed stands in quotes; the words around it tell whose sentence it is.
    if _IS_JAPANESE.search(_QUOTED.sub("", message)):
        return message
    return "値の形が違います。--help で確かめてください。"


def _translated(message: str, table: tuple[tuple[str, str], ...]) -> str | None:
    for pattern, template in table:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return template.format(**match.groupdict())
    return None


def _name(error: BadParameter) -> str:
    hint = error.param_hint or (error.param.get_error_hint() if error.param else "")
    return (hint if isinstance(hint, str) else " / ".join(hint)).replace("'", "")


class _InJapanese(Command):
    """The words of a command's help that are typer's own."""

    def get_usage(self, ctx: Context) -> str:
        """The line that help and errors begin with."""
        usage = super().get_usage(ctx)
        for theirs, ours in _OF_USAGE:
            usage = usage.replace(theirs, ours, 1)
        return usage

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """`--help`."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "この説明を表示して終わります。"
        return option

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """All of it."""
        from typer import rich_utils  # takes longer to import than most commands run

        rich_utils.ARGUMENTS_PANEL_TITLE = "引数"
        rich_utils.OPTIONS_PANEL_TITLE = "オプション"
        rich_utils.COMMANDS_PANEL_TITLE = "コマンド"
        rich_utils.DEFAULT_STRING = "[既定値: {}]"
        rich_utils.REQUIRED_LONG_STRING = "[必須]"
        super().format_help(ctx, formatter)


class JapaneseCommand(_InJapanese, TyperCommand):
    """A command."""


class JapaneseGroup(_InJapanese, TyperGroup):
    """A group of commands."""
