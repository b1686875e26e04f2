"""bandit, and rules of our own that it does not know (ADR 0069): no finding without a reason beside it. Each
rule is shown a wrong line first, so that none can fall asleep.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PRODUCT = ("chassis", "messages", "gateway", "services", "mypage")
SOURCES = sorted(path for package in PRODUCT for path in (ROOT / package).rglob("*.py"))
TEMPLATES = sorted(path for package in PRODUCT for path in (ROOT / package).rglob("*.html"))
ASKS_A_DATABASE = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "cursor"}
SECRET = re.compile(r"(^|_)(password|secret|token|digest|mac|signature|ticket|otp|recovery_code)$")
TYPED = {"typed", "sent", "form", "fields", "body", "password", "credentials", "personal", "holder"}
LOGS = {"debug", "info", "warning", "error", "exception", "critical"}

REASONS = {
    "chassis/database": "names of roles and tables that the code itself has; no value stands there",
    "services/registration/provisional/repository.py": "column names of that very file",
    "services/billing/statements/repository.py": "the columns that make JSON of lines, in that very file",
    "gateway/activation/pages.py": "sealed cookies of one browser, and the address that it asks for",
    "gateway/recovery/reset.py": "the same",
}
"""Where SQL may be put together, and of what; where a secret is compared by ==, and with what."""

Rule = Callable[[ast.AST], bool]


def is_put_together(node: ast.AST) -> bool:
    """An f-string with something in it, `%`, `+` or `.format`."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "format"
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod)


def asks_with_text_put_together(node: ast.AST) -> bool:
    """SQL has `$1` for values (X25, ASVS 1.2.4)."""
    if not (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
        return False
    made = {
        target.id
        for each in ast.walk(node)
        if isinstance(each, ast.Assign) and is_put_together(each.value)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    asked = [
        each.args[0]
        for each in ast.walk(node)
        if isinstance(each, ast.Call)
        and isinstance(each.func, ast.Attribute)
        and each.func.attr in ASKS_A_DATABASE
        and each.args
    ]
    return any(is_put_together(text) or (isinstance(text, ast.Name) and text.id in made) for text in asked)


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def compares_a_secret(node: ast.AST) -> bool:
    """`==` tells by its time how much of a secret was right: hmac.compare_digest (ASVS 11.2.4)."""
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
        return False
    sides = (node.left, *node.comparators)
    if any(isinstance(side, ast.Constant) for side in sides):
        return False
    return any(SECRET.search(_name(side)) for side in sides)


def logs_what_was_typed(node: ast.AST) -> bool:
    """No value of a form reaches a log line (ASVS 16.2.5)."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOGS):
        return False
    if _name(node.func.value) not in ("_log", "log", "logger", "logging"):
        return False
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    return any(_name(each) in TYPED for value in given for each in ast.walk(value))


def trusts_html(node: ast.AST) -> bool:
    """Everything is escaped: no Markup, no environment without autoescape (X36)."""
    if not isinstance(node, ast.Call):
        return False
    if _name(node.func) in ("Markup", "escape_silent"):
        return True
    escapes = [each.value for each in node.keywords if each.arg == "autoescape"]
    plain = not any(isinstance(value, ast.Constant) and value.value is True for value in escapes)
    return _name(node.func) == "Environment" and plain


def sets_a_cookie_of_its_own(node: ast.AST) -> bool:
    """Cookies are set with every flag, in three modules."""
    return isinstance(node, ast.Call) and _name(node.func) == "set_cookie"


def reads_a_pickle(node: ast.AST) -> bool:
    """What comes from outside is JSON that a model has checked (X40)."""
    return (
        isinstance(node, ast.Call)
        and _name(node.func) in ("loads", "load")
        and (
            isinstance(node.func, ast.Attribute)
            and _name(node.func.value) in ("pickle", "marshal", "yaml", "dill")
        )
    )


RULES: dict[str, tuple[Rule, str, tuple[str, ...]]] = {
    "SQL": (
        asks_with_text_put_together,
        "async def f(tx, name):\n    statement = f'SELECT {name}'\n    await tx.fetch(statement)",
        tuple(REASONS),
    ),
    "secrets": (compares_a_secret, "if given == self.form_token: pass", tuple(REASONS)),
    "logs": (logs_what_was_typed, "_log.info('x', value=typed['password'])", ()),
    "html": (
        trusts_html,
        "Environment(loader=None, autoescape=False)",
        ("services/notification/delivery/rendering.py", "gateway/language.py", "gateway/texts/phrases.py"),
    ),
    "cookies": (
        sets_a_cookie_of_its_own,
        "response.set_cookie('a', 'b')",
        ("chassis/web/sealed_cookies.py", "gateway/sessions.py", "gateway/chosen_language.py"),
    ),
    "pickles": (reads_a_pickle, "pickle.loads(body)", ()),
}
"""By name: the rule, code that breaks it, and the places that are the rule's own."""


def found(rule: Rule, tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that breaks it."""
    return (node for node in ast.walk(tree) if rule(node))


@pytest.mark.parametrize("name", RULES)
def test_a_rule_sees_what_it_is_for(name: str) -> None:
    """One that finds nothing in a wrong line guards nothing."""
    rule, wrong, _ = RULES[name]
    assert list(found(rule, ast.parse(wrong)))


@pytest.mark.parametrize("name", RULES)
def test_no_line_of_the_product_breaks_it(name: str) -> None:
    """But for the places that are its own."""
    rule, _, own = RULES[name]
    broken = [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        for path in SOURCES
        if not str(path.relative_to(ROOT)).startswith(own or ("-",))
        for node in found(rule, ast.parse(path.read_text("utf-8")))
    ]
    assert not broken, rule.__doc__


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_trusts_what_it_shows(template: Path) -> None:
    """X36: no `safe`, no autoescape switched off, no script or style or handler inside."""
    source = template.read_text("utf-8")
    wrong = r"\|\s*safe\b|autoescape\s+false|<script(?![^>]*\bsrc=)|\son\w+\s*=|javascript:"
    assert not re.search(wrong, source, re.IGNORECASE)
    assert "gateway" not in template.parts or not re.search(r"<style|\sstyle=", source)


def test_every_password_that_is_set_was_judged_by_its_service() -> None:
    """S2-8: whoever hashes a new one has had it accepted; what the gateway says before is a courtesy."""
    setting = [
        (file, text)
        for file in (ROOT / "services").rglob("*.py")
        if "hasher.hash(" in (text := file.read_text(encoding="utf-8"))
    ]
    assert len(setting) >= 4
    for file, text in setting:
        assert re.search(r"\b(service\.accepted|check_password)\(", text), file.relative_to(ROOT)


def test_bandit_finds_nothing_without_a_reason() -> None:
    """Each finding stands beside `noqa: S… - why` (ruff's name of it) or `nosec B… - why`."""
    command = [sys.executable, "-m", "bandit", "-q", "-r", "-f", "json", "--skip", "B404", *PRODUCT]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    bare = []
    for each in json.loads(ran.stdout)["results"]:
        lines = (ROOT / each["filename"]).read_text("utf-8").splitlines()
        beside = "\n".join(lines[min(each["line_range"]) - 1 : max(each["line_range"])])
        number = each["test_id"].removeprefix("B")
        if not re.search(rf"(noqa: S{number}|nosec B{number}) - \w", beside):
            bare.append(f"{each['filename']}:{each['line_number']} {each['issue_text']}")
    assert not bare
