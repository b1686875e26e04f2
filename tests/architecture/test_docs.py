"""What a machine can hold true in the documents: tables that list code, and links."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from pathlib import Path

import pytest

from messages.registration import ProvisionalState
from mypage.schemas.message_tables import with_tables

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")])


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_tables_of_messages_are_those_of_the_code() -> None:
    """docs/messages.md names each request and each event, with its lane, its seals and who hears it."""
    page = _text("docs/messages.md")
    assert with_tables(page) == page, "run `make asyncapi`"


def test_every_state_is_in_its_diagram() -> None:
    """docs/states.md draws and explains each state of a provisional account."""
    page = _text("docs/states.md")
    missing = [
        state.name
        for state in ProvisionalState
        if f"--> {state.name}" not in page or f"| `{state.name}` |" not in page
    ]
    assert not missing, f"draw and explain in docs/states.md: {missing}"


def test_every_dependency_has_a_reason() -> None:
    """README.md says of each direct dependency why it is there, and of no other."""
    project = tomllib.loads(_text("pyproject.toml"))["project"]
    wanted = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    direct = {re.split(r"[<>=;\[ ]", each)[0] for each in wanted}
    direct |= set(re.findall(r"^([a-z0-9-]+)==", _text("requirements-uv.lock"), re.MULTILINE))
    section = _text("README.md").split("## Dependencies")[1].split("## Licence")[0]
    reasoned = {
        name
        for name, reason in re.findall(r"^\| ([a-z0-9-]+) \| (.{10,}) \|$", section, re.MULTILINE)
        if name != "package"
    }
    assert reasoned == direct, (
        f"give a row with a reason, or take it out of README.md: {sorted(reasoned ^ direct)}"
    )


@pytest.mark.parametrize("page", ["docs/runbook.md", "docs/retention.md", "docs/scale.md"])
def test_every_metric_that_an_operator_is_told_of_exists(page: str) -> None:
    """An alarm on a name that nobody counts under is silent for ever."""
    metrics = re.findall(r'f"\{SYSTEM\}_(\w+)"', _text("chassis/process/metrics.py"))
    metrics += re.findall(r'"mypage_(\w+)"', _text("services/notification/delivery/metrics.py"))
    secrets = re.findall(r"mypage_(\w+)", _text("deploy/k8s/base/README.md"))
    databases = re.findall(r"DATABASE mypage_(\w+)", _text("deploy/postgres/databases.sql"))
    named = set(re.findall(r"\bmypage_(\w+)", _text(page)))
    assert named & {*metrics}, "this page is expected to name metrics"
    unknown = named - {*metrics, *secrets, *databases}
    assert not unknown, f"not counted, no secret and no database: {sorted(unknown)}"


def test_every_setting_that_scaling_turns_is_explained() -> None:
    """docs/scale.md names variables of .env.example, files and constants that are there."""
    page = _text("docs/scale.md")
    known = _text(".env.example") + _text("deploy/k8s/base/README.md")
    for name in re.findall(r"\bMYPAGE_[A-Z_]+", page):
        assert name in known, name
    for path in re.findall(r"`((?:chassis|gateway|services|deploy|docs)/[\w./-]+\w)`", page):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """Relative links name files that exist."""
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    dead = [link for link in links if not (page.parent / link).exists()]
    assert not dead, f"mend or remove: {dead}"


def test_every_decision_is_listed() -> None:
    """docs/adr/README.md links each decision; each has its five parts."""
    for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"):
        assert f"({path.name})" in _text("docs/adr/README.md"), f"list {path.name} in docs/adr/README.md"
        parts = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences", "Alternatives", "Held by"], path.name


def test_every_decision_is_held_by_something_that_exists() -> None:
    """The tests and migrations that an ADR names are there."""
    for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"):
        named = re.findall(r"`((?:tests|services|deploy)/[^`]+)`", path.read_text(encoding="utf-8"))
        gone = [name for name in named if not (ROOT / name).exists()]
        assert not gone, f"{path.name}: name the check that holds the decision today, instead of {gone}"


def test_the_worked_example_is_the_code() -> None:
    """docs/adding-a-use-case.md shows a use case as it stands in the tree, and names files that are there."""
    page = _text("docs/adding-a-use-case.md")
    [example] = re.findall(r"```python\n(.+?)```", page, re.DOTALL)
    [name] = re.findall(r"async def (\w+)", example)
    [path] = set(re.findall(rf"`(services/[^`]+/{name}\.py)`", page))
    assert example in _text(path), f"show {path} as it is"
    named = re.findall(r"`((?:docs|gateway|messages|services|tests)/[^`<>]+\.\w+)`", page)
    gone = [each for each in named if not (ROOT / each).exists()]
    assert not gone, f"name files of the tree instead of {gone}"


def test_every_page_that_the_code_cites_exists() -> None:
    """A comment that says "see x.md" sends nobody into the void."""
    pages = {page.name for page in PAGES}
    product = [ROOT / folder for folder in ("chassis", "messages", "gateway", "services", "mypage")]
    sources = [path for folder in product for path in folder.rglob("*.*") if path.suffix in (".py", ".sql")]
    cited = {
        (path, name)
        for path in sources
        for name in re.findall(r"\b[\w-]+\.md\b", path.read_text(encoding="utf-8"))
    }
    astray = sorted(f"{path.relative_to(ROOT)} cites {name}" for path, name in cited if name not in pages)
    assert not astray, f"cite an ADR, docs/requirements.md or another page of docs/: {astray}"


NUMBER = re.compile(r"\b[A-Z][0-9]{1,2}(?:-[0-9]{1,2})?\b")


def _explained() -> set[str]:
    """Every number that has a row of its own, or stands in a row for several: `X1, X2`, `X10 to X14`."""
    found: set[str] = set()
    for cell in re.findall(r"^\| ([A-Z0-9, to-]+) \|", _text("docs/requirements.md"), re.MULTILINE):
        found |= set(NUMBER.findall(cell))
        for family, first, last in re.findall(r"([A-Z])([0-9]+) to [A-Z]([0-9]+)", cell):
            found |= {f"{family}{number}" for number in range(int(first), int(last) + 1)}
    found |= set(re.findall(r"^(?:\| |- \*\*)([KI][0-9]+)\b", _text("docs/states.md"), re.MULTILINE))
    return found | set(re.findall(r"^\| (F[0-9]+) \|", _text("docs/faults.md"), re.MULTILINE))


def _prose(path: Path) -> str:
    """Comments and docstrings of a program; the whole of anything else."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    parts = [token.string for token in tokens if token.type == tokenize.COMMENT]
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    parts += [
        ast.get_docstring(each) or "" for each in ast.walk(ast.parse(text)) if isinstance(each, documented)
    ]
    return "\n".join(parts)


def test_every_number_that_is_cited_is_explained() -> None:
    """Whatever letter it begins with: in product, tests and documents it can be looked up in docs/."""
    folders = ("chassis", "messages", "gateway", "services", "mypage", "tests", "docs")
    kinds = (".py", ".html", ".sql", ".md")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.*") if path.suffix in kinds]
    known = _explained()
    cited = {
        (number, path) for path in sources for number in NUMBER.findall(_prose(path)) if number not in known
    }
    assert not cited, "explain in docs/requirements.md: " + ", ".join(
        f"{number} ({path.relative_to(ROOT)})" for number, path in sorted(cited)
    )


def test_every_command_of_the_readme_exists() -> None:
    """`make …` names a target, `mypage …` a command that explains itself. What `make up` and `make test` do,
    the journeys show.
    """
    readme, makefile = _text("README.md"), _text("Makefile")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z-]+)", readme))
    assert {"up", "test"} <= named <= targets, (
        f"README.md names targets that the Makefile lacks: {sorted(named - targets)}"
    )
    for words in re.findall(r"`(?:\.venv/bin/)?mypage ((?:[a-z]+ ?)+)", readme):
        asked = subprocess.run(
            [sys.executable, "-m", "mypage", *words.split(), "--help"],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert asked.returncode == 0, f"README.md names `mypage {words}`, which does not exist"
