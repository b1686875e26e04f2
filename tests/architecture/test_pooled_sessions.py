"""Nothing is reset when a pooled connection is given back (ADR 0026), and a pooler lends a session for one
transaction only (ADR 0037): no statement may leave anything in its session.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
OUTLIVES_ITS_TRANSACTION = re.compile(
    r"pg_(try_)?advisory_lock(_shared)?\s*\("
    r"|(\A|;)\s*SET\s+(?!LOCAL\b|CONSTRAINTS\b)(SESSION\s+)?\w+\s*(=|TO\b)"
    r"|\bSET\s+SESSION\b|\bSET\s+ROLE\b|\bset_config\s*\("
    r"|\bLISTEN\s+\w|\bWITH\s+HOLD\b|\bPREPARE\s+\w"
    r"|\bTEMP(ORARY)?\s+TABLE\b(?![^;]*ON\s+COMMIT\s+DROP)",
    re.IGNORECASE,
)


def _statements(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose
    ]


def test_no_statement_leaves_anything_in_its_session() -> None:
    """Locks, settings, temporary tables: each ends with its transaction."""
    paths = [path for folder in ("chassis", "services") for path in (ROOT / folder).rglob("*.py")]
    found = [
        f"{path.relative_to(ROOT)}: {statement.strip()[:60]}"
        for path in paths
        for statement in _statements(path)
        if OUTLIVES_ITS_TRANSACTION.search(statement)
    ]
    assert not found, f"use a lock or a setting of the transaction, as everything is with a pooler: {found}"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_lock($1)",
        "SET lock_timeout = '1s'",
        "SET TIME_ZONE TO 'UTC'",
        "SET SESSION lock_timeout = 1",
        "SET ROLE somebody",
        "SELECT set_config('a.b', 'c', false)",
        "LISTEN ordered",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
        "CREATE TEMP TABLE staged (a int)",
    ],
)
def test_what_would_stay_is_found(statement: str) -> None:
    """Or the rule proves nothing."""
    assert OUTLIVES_ITS_TRANSACTION.search(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_advisory_xact_lock(1)",
        "SET LOCAL lock_timeout = '5s'",
        "UPDATE words\nSET\n word = $1",
        "CREATE TEMP TABLE staged (a int) ON COMMIT DROP",
    ],
)
def test_what_ends_with_its_transaction_may_be_said(statement: str) -> None:
    """The usual."""
    assert not OUTLIVES_ITS_TRANSACTION.search(statement)
