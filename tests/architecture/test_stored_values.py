"""What lies in a table is read without its rule, and only there (ADR 0023)."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PRODUCT = ("chassis", "messages", "gateway", "services", "mypage")
ITS_HOME = ROOT / "messages" / "values" / "text_value.py"


def test_only_repositories_make_stored_values() -> None:
    """Everywhere else a text becomes a value by its rule, or is one already."""
    sources = [path for package in PRODUCT for path in (ROOT / package).rglob("*.py")]
    using = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources
        if path != ITS_HOME and not (path.name == "repository.py" and "services" in path.parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "stored"
    ]
    assert not using, f"parse what was typed; take what was stored from a repository: {using}"


def test_repositories_ask_no_rule_of_what_they_read() -> None:
    """`AccountId(row[…])` and its `.parse` would lock out whoever chose his ID under an earlier rule."""
    values = {
        "AccountId",
        "CustomerNumber",
        "EmailAddress",
        "HolderKana",
        "Nickname",
        "Password",
        "PhoneNumber",
    }
    asking = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "services").rglob("repository.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and _value_that_asks(node.func) in values
    ]
    assert not asking, f"read it with .stored(…): {asking}"


def _value_that_asks(called: ast.expr) -> str | None:
    """`AccountId` of `AccountId(…)` and of `AccountId.parse(…)`: both ask the rule."""
    if isinstance(called, ast.Attribute) and called.attr == "parse":
        called = called.value
    return called.id if isinstance(called, ast.Name) else None
