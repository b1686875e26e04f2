"""The rules of docs/architecture.md that import-linter cannot see. Each failure names the place and says what
to do instead.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import messages
from chassis.messaging.message import registered_messages
from gateway.texts import REFUSALS

ROOT = Path(__file__).parent.parent.parent
PRODUCT = ("chassis", "messages", "gateway", "services", "mypage")
SOURCES = sorted(path for package in PRODUCT for path in (ROOT / package).rglob("*.py"))

CONTEXTS = [import_module(f"messages.{each.name}") for each in iter_modules(messages.__path__)]
LONGEST_FILE = 250
LONGEST_FUNCTION = 40
VAGUE_NAMES = frozenset({"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"})

SQL = re.compile(
    r"\b(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+(AS\s+\w+\s+)?SET\s|DELETE\s+FROM\s|CREATE\s+TABLE\s|TRUNCATE\s)"
)

# Whole words or parts of a snake_case name. "statement" is left out: SQL has statements, and
# chassis/security/signing.py signs them.
BUSINESS = re.compile(
    r"(?<![a-z])(contracts?|customers?|accounts?|charges?|billing|kana|nicknames?|registrations?|provisional(ly)?|activations?"
    r"|invoices?|phone|subscribers?)(?![a-z])|契約|お客様|料金|登録|請求",
    re.IGNORECASE,
)
MAY_NAME_THE_BUSINESS = {
    # The second fence against secrets in logs has to name them.
    ROOT / "chassis" / "process" / "logs.py": frozenset({"kana", "phone", "nickname"}),
    # So Web Authentication calls the making of a passkey, and its library what judges it.
    ROOT / "chassis" / "security" / "web_authentication.py": frozenset({"registration"}),
}

TIME_SOURCES = re.compile(
    r"\b(datetime|date)\.(now|utcnow|today|fromtimestamp)\(|\btime\.(time|time_ns|monotonic|monotonic_ns|perf_counter|localtime|gmtime)\("
    r"|^\s*from time import"
)
ASKS_THE_TIME = ROOT / "chassis" / "process" / "clock.py"

# Where one delivery, one repetition or one page request ends, whatever went wrong in it.
MAY_CATCH_ALL = {
    ROOT / "chassis" / "database" / "batches.py",
    ROOT / "chassis" / "database" / "data_loader.py",
    ROOT / "chassis" / "process" / "logs.py",
    ROOT / "chassis" / "process" / "runner.py",
    ROOT / "chassis" / "messaging" / "dispatch.py",
    ROOT / "chassis" / "messaging" / "sharing.py",
    ROOT / "chassis" / "web" / "fault_pages.py",
    ROOT / "services" / "notification" / "delivery" / "delivery_loop.py",
}


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _place(path: Path, line: int = 0) -> str:
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (
        node for node in ast.walk(_tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def _texts_in_code(path: Path) -> Iterator[ast.Constant]:
    """String constants that the program uses: no docstrings, nor strings that stand alone to explain a
    constant.
    """
    prose = {
        id(node.value)
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return (
        node
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    )


def test_the_rules_look_at_the_whole_product() -> None:
    """A package that was moved or renamed must not silently escape the rules."""
    assert {path.relative_to(ROOT).parts[0] for path in SOURCES} == set(PRODUCT)


def test_a_file_fits_the_head() -> None:
    """At most 250 lines a file, in product and tests. Of 110 columns: ruff's E501."""
    paths = [*SOURCES, *(ROOT / "tests").rglob("*.py")]
    counts = {path: len(path.read_text("utf-8").splitlines()) for path in paths}
    long = [f"{_place(path)} has {count}" for path, count in counts.items() if count > LONGEST_FILE]
    assert not long, f"split by responsibility, not by size, at a seam that has a name of its own: {long}"


def test_a_function_fits_the_head() -> None:
    """At most 40 lines a function, its docstring included."""
    long = [
        f"{_place(path, node.lineno)} {node.name} has {count}"
        for path in SOURCES
        for node in _functions(path)
        if (count := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not long, f"give a step of it a name and a function of its own: {long}"


def test_a_module_is_named_for_what_it_holds() -> None:
    """No utils, helpers or common."""
    vague = [
        _place(path) for path in SOURCES if VAGUE_NAMES & {path.stem, *path.relative_to(ROOT).parts[:-1]}
    ]
    assert not vague, f"name the module for the one thing it holds: {vague}"


def test_sql_stands_in_a_repository() -> None:
    """SQL is in the repository.py of a service, or in the chassis for its own tables."""
    strays = [
        _place(path, text.lineno)
        for path in SOURCES
        if path.name != "repository.py" and path.parts[len(ROOT.parts)] != "chassis"
        for text in _texts_in_code(path)
        if SQL.search(str(text.value))
    ]
    assert not strays, (
        f"move it into a function of a repository.py whose docstring says the guarantee: {strays}"
    )


def test_the_chassis_knows_no_business() -> None:
    """Another company could use the chassis as it is."""
    found = []
    for path in (path for path in SOURCES if path.parts[len(ROOT.parts)] == "chassis"):
        allowed = MAY_NAME_THE_BUSINESS.get(path, frozenset())
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found += [
                f"{_place(path, number)} {word[0]}"
                for word in BUSINESS.finditer(line)
                if word[0].lower() not in allowed
            ]
    assert not found, (
        f"move it to messages/ or to the service, and let the chassis take it as a parameter: {found}"
    )


def test_one_module_asks_the_time() -> None:
    """Only chassis/process/clock.py; deadlines of the business are decided by the database's clock."""
    asking = [
        _place(path, number)
        for path in SOURCES
        if path != ASKS_THE_TIME
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if TIME_SOURCES.search(line)
    ]
    assert not asking, (
        f"take `now` as a parameter, or ask chassis.process.clock, or let SQL say now(): {asking}"
    )


def test_faults_are_not_swallowed() -> None:
    """`except Exception` raises again, or stands where a delivery, mail, repetition or page request ends,
    or where those who share a message hear of it.
    """
    catching = [
        _place(path, node.lineno)
        for path in SOURCES
        if path not in MAY_CATCH_ALL
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ExceptHandler)
        and not isinstance(node.body[-1], ast.Raise)
        and (
            node.type is None
            or {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)}
            & {"Exception", "BaseException"}
        )
    ]
    assert not catching, (
        f"catch the exceptions that you expect by name; the others belong to the dispatcher: {catching}"
    )


def test_a_domain_module_awaits_nothing() -> None:
    """domain.py is pure functions and frozen dataclasses."""
    awaiting = [
        _place(path, node.lineno)
        for path in SOURCES
        if path.name == "domain.py"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.AsyncFunctionDef | ast.Await)
    ]
    assert not awaiting, f"load in the use case and hand the values to the domain: {awaiting}"


def test_a_lock_file_names_no_host() -> None:
    """The same lock works with any mirror; the hashes say what is right."""
    locks = [*ROOT.glob("*.lock"), *ROOT.glob("tests/**/*.lock"), *ROOT.glob("tests/**/package-lock.json")]
    assert len(locks) > 4
    naming = [path.name for path in locks if "://" in path.read_text(encoding="utf-8")]
    assert not naming, f"run `make lock`: {naming}"


def test_every_message_has_a_golden_sample() -> None:
    """One file per type and version in messages/samples, and none without a type."""
    samples = {path.stem for path in (ROOT / "messages" / "samples").glob("*.json")}
    ours = {name for name, model in registered_messages().items() if model.__module__.startswith("messages.")}
    assert not ours - samples, f"write messages/samples/<type>.json for: {sorted(ours - samples)}"
    assert not samples - ours, (
        f"a published type is kept until its dead letters are gone: {sorted(samples - ours)}"
    )


def test_every_refusal_has_a_sentence() -> None:
    """Whatever a service refuses, the page can say why."""
    codes = {str(code) for context in CONTEXTS for code in getattr(context, "RefusalCode", ())}
    silent = codes - {str(code) for code, sentence in REFUSALS.items() if re.search("[ぁ-ん]", sentence)}
    assert not silent, f"add a Japanese sentence to gateway.texts.REFUSALS for: {sorted(silent)}"
    assert not {str(code) for code in REFUSALS} - codes, (
        "gateway.texts.REFUSALS has sentences for codes that nobody raises"
    )


def test_every_component_says_who_it_is() -> None:
    """Owns, Hears and Says in the docstring of each package's __init__.py."""
    packages = [
        ROOT / "chassis",
        ROOT / "gateway",
        *(path.parent for path in (ROOT / "services").glob("*/__init__.py")),
    ]
    for package in packages:
        said = ast.get_docstring(_tree(package / "__init__.py")) or ""
        missing = [word for word in ("Owns:", "Hears:", "Says:") if word not in said]
        assert not missing, f"{_place(package)}/__init__.py: say what it {' '.join(missing)}"
