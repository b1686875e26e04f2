"""The four services are the same inside: whoever knows one finds everything in the others."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

import messages.account_notices
import messages.account_settings
import messages.billing
import messages.contract_shown
import messages.data_export
import messages.enrolment
import messages.identity
import messages.login_history
import messages.notification
import messages.own_sessions
import messages.passkeys
import messages.recovery
import messages.registration
import messages.second_factor  # noqa: F401 - importing a context registers its messages
from chassis.messaging.message import Event, Message, Request, context_of, registered_messages
from messages.subscriptions import SUBSCRIPTIONS

ROOT = Path(__file__).parent.parent.parent
SERVICES = sorted(SUBSCRIPTIONS)
OF_THE_SERVICE = {"__init__", "__main__", "app", "settings", "service"}
OF_AN_AGGREGATE = {"__init__", "domain", "repository"}

IN_NO_TABLE = {
    "import_contracts": "mypage contracts import",
    "import_charges": "mypage charges import",
    "publish_month": "mypage charges publish",
    "unpublish_month": "mypage charges unpublish",
    "verify_charges": "mypage charges verify",
    "finish_sending": "done once, when notification ends",
    "unfreeze_account": "mypage accounts unfreeze",
    "end_sessions": "mypage accounts end-sessions",
    "clear_mail_bounce": "mypage accounts clear-bounce",
    "show_account": "mypage accounts show",
    "detach_account": "mypage accounts detach",
    "read_audit": "mypage audit",
    "issue_code": "mypage desk issue-code",
    "take_bounce": "mypage mail bounces",
}
"""Use cases that neither a message nor the time begins, and who does."""

BESIDE_THE_USE_CASES = {
    "account_change": "the event that all who change an account say",
    "code_judgement": "whether a code of the second factor is taken",
    "comparison": "the rules of what changed between two statements, too long for domain.py",
    "csv_columns": "how the cells of an operator's file are read",
    "factor_change": "the steps of whoever changes a second factor",
    "locked_session": "the session of a change, whose account is locked first",
    "mailer": "the door to aiosmtplib",
    "metrics": "figures of this aggregate at /metrics",
    "relay_answers": "which answers of a relay are final",
    "take_order": "the end of every order of a mail",
    "new_device": "the event of a log-in from a new kind of device",
    "password_again": "the password that is typed once more before several use cases",
    "rendering": "templates to mails",
    "send_slots": "one mail at the final dot (ADR 0019)",
    "shown_comparison": "the part that both replies about statements have in common",
    "session_shown": "the reply that all who show a session give",
}
"""What else may stand in an aggregate. A new kind of file is a decision, taken here."""


def _names(service: str, word: str) -> set[str]:
    """What the docstring of a service's package says after `Hears:` or `Says:`."""
    said = (
        ast.get_docstring(ast.parse((ROOT / "services" / service / "__init__.py").read_text("utf-8"))) or ""
    )
    found = re.search(rf"^{word}: (.*?)\.?$", re.sub(r"\n +", " ", said), re.MULTILINE)
    assert found, f"services/{service}/__init__.py: say what it {word}"
    return set(re.findall(r"\b[a-z]+(?:[._][a-z]+)+\b", found[1]))


def _handlers(service: str) -> dict[type[Message], object]:
    return dict(import_module(f"services.{service}.app").HANDLERS)


def _of_context(service: str, kind: type[Message]) -> set[type[Message]]:
    messages_of_all = registered_messages().items()
    return {
        found for name, found in messages_of_all if context_of(name) == service and issubclass(found, kind)
    }


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_hears_is_what_its_table_holds(service: str) -> None:
    """Every request of its context and every event that it subscribed to has a use case; nothing else has."""
    wanted = {*_of_context(service, Request), *SUBSCRIPTIONS[service]}
    names = {kind.type_name for kind in wanted ^ _handlers(service).keys()}
    assert not names, (
        f"services/{service}/app.py HANDLERS and messages/subscriptions.py differ in {sorted(names)}"
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_what_it_hears_and_says(service: str) -> None:
    """One notation: others' events with their context, its own without. Broadcasts are said, too."""
    heard = {kind.type_name.removesuffix(".v1") for kind in SUBSCRIPTIONS[service]}
    said = {kind.type_name.removesuffix(".v1").partition(".")[2] for kind in _of_context(service, Event)}
    assert _names(service, "Hears") - {"list_charges", "show_statement"} == heard
    assert _names(service, "Says") == said


def _aggregate_files(service: str) -> list[Path]:
    return sorted(
        path for path in (ROOT / "services" / service).glob("*/*.py") if path.stem not in OF_AN_AGGREGATE
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_no_other_files_at_its_top(service: str) -> None:
    """What a service does stands with the thing that it is about."""
    names = {path.stem for path in (ROOT / "services" / service).glob("*.py")}
    assert names == OF_THE_SERVICE, (
        f"move into an aggregate of services/{service}: {sorted(names ^ OF_THE_SERVICE)}"
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_use_case_is_a_file_with_one_public_coroutine_of_its_name(service: str) -> None:
    """A reader who knows the message knows the file. What is no use case is named above with its reason."""
    for path in _aggregate_files(service):
        if path.stem in BESIDE_THE_USE_CASES:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        public = [each for each in tree.body if isinstance(each, kinds) and not each.name.startswith("_")]
        names = [each.name for each in public]
        assert names == [path.stem], f"{path.relative_to(ROOT)} is to hold {path.stem} and no other: {names}"
        assert isinstance(public[0], ast.AsyncFunctionDef), (
            f"{path.relative_to(ROOT)}: a use case is a coroutine"
        )


@pytest.mark.parametrize("service", SERVICES)
def test_every_use_case_stands_in_a_table(service: str) -> None:
    """app.py is the table of contents: by message, or by time."""
    app = import_module(f"services.{service}.app")
    periodic = [run for _, run in getattr(app, "PERIODIC", {}).values()]
    listed = {run.__name__ for run in (*app.HANDLERS.values(), *periodic)} | IN_NO_TABLE.keys()
    files = {path.stem for path in _aggregate_files(service)} - BESIDE_THE_USE_CASES.keys()
    assert not files - listed, f"put into a table of services/{service}/app.py: {sorted(files - listed)}"


def _imported_by(path: Path) -> set[str]:
    """Modules, and what is imported from them, by dotted name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}", *(f"{node.module}.{each.name}" for each in node.names)}
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_nobody_imports_a_use_case_but_the_table_and_the_commands(service: str) -> None:
    """What two use cases share is a rule, a statement, or a step in service.py; those know no use case."""
    use_cases = [path for path in _aggregate_files(service) if path.stem not in BESIDE_THE_USE_CASES]
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in use_cases}
    for path in sorted((ROOT / "services" / service).rglob("*.py")):
        imported = _imported_by(path) & modules if path.stem != "app" else set()
        assert not imported, f"{path.relative_to(ROOT)} imports a use case: {sorted(imported)}"
