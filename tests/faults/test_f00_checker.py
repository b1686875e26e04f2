"""The judge itself: each invariant, broken in made-up facts, is named; facts in order pass. A judge that
always says yes proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from faults import checker, invariants, log_lines, mail_invariants
from faults.facts import Facts
from faults.ledger import Ledger
from faults.smtp_sink import SunkMail

from chassis.security.tokens import token_hash

pytestmark = pytest.mark.smoke

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
KEY, CONTRACT, MAIL_KEY = uuid4(), uuid4(), uuid4()
LINK = "http://127.0.0.1/activate/" + "t" * 43
HASH = token_hash("t" * 43)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Ledger]:
    """One customer who was told that he is registered, activated and logged in."""
    ledger = Ledger(tmp_path / "ledger.jsonl", seed=1)
    ledger.told("500001", "presses", form=1)
    ledger.told("500001", "registered", form=1)
    ledger.told("500001", "activated", token_hash=HASH)
    ledger.told("500001", "logged_in")
    yield ledger
    ledger.close()


def in_order() -> Facts:
    """What is on record of him."""
    registration = {
        "registration_key": KEY,
        "contract_key": CONTRACT,
        "customer_number": "500001",
        "state": "completed",
        "registered_at": NOW - timedelta(minutes=2),
        "mail_sent_at": NOW - timedelta(minutes=1),
        "activated_at": NOW,
        "asked_at": NOW,
        "activation_token_hash": HASH,
        "redrives": 0,
        "password_hash": None,
        "email_address": None,
        "nickname": None,
    }
    return Facts(
        registrations=[registration],
        claims=[{"account_id_folded": "bird", "registration_key": KEY}],
        accounts=[
            {
                "registration_key": KEY,
                "contract_key": CONTRACT,
                "account_id_folded": "bird",
                "closed_at": None,
            }
        ],
        contracts=[{"contract_key": CONTRACT, "customer_number": "500001"}],
        order_rows=[order("activation", KEY, MAIL_KEY)],
        inboxes={"identity": 1, "registration": 2, "notification": 2},
        queues={"identity.events": 0, "identity.events.dead": 0},
        mails=[mail(LINK)],
    )


def order(kind: str, about: UUID, mail_key: UUID, **changed: Any) -> dict[str, Any]:
    """A mail as notification has it."""
    return {
        "mail_key": mail_key,
        "kind": kind,
        "about_key": about,
        "state": "sent",
        "attempts": 1,
        "possible_duplicate": False,
        **changed,
    }


def mail(link: str, mail_key: UUID = MAIL_KEY) -> SunkMail:
    """A mail as the relay took it."""
    return SunkMail(NOW.timestamp(), "bird@example.jp", f"<{mail_key}@aicom-koka.jp>", "件名", link, "")


def judged(facts: Facts, ledger: Ledger) -> list[str]:
    """All that `violations` says of facts and ledger."""
    found = (
        invariants.registrations_kept(facts, ledger)
        + invariants.states_consistent(facts)
        + invariants.effects_once(facts, ledger, 0)
        + invariants.called_right(ledger)
    )
    found += mail_invariants.mails_right(facts, ledger, 0, {}) + mail_invariants.deadlines_kept(
        facts, ledger, links_may_expire=False
    )
    return found + invariants.customers_served(facts, ledger, 0) + invariants.answers_in_time(ledger, 0.5)


def test_facts_in_order_are_no_violation(told: Ledger) -> None:
    """And nothing is left to do."""
    assert judged(in_order(), told) == []
    assert checker.left_to_do(in_order()) == []


def test_a_registration_that_was_confirmed_to_the_customer_and_is_gone_is_named(told: Ledger) -> None:
    """I1."""
    facts = in_order()
    facts.registrations.clear()
    assert any(sentence.startswith("I1: customer 500001") for sentence in judged(facts, told))


def test_two_accounts_of_a_registration_are_named(told: Ledger) -> None:
    """I2, and I3 as they share an ID."""
    facts = in_order()
    facts.accounts *= 2
    assert {sentence[:3] for sentence in judged(facts, told)} >= {"I2:", "I3:"}


def test_an_account_that_is_missing_is_named(told: Ledger) -> None:
    """I5."""
    facts = in_order()
    facts.accounts.clear()
    assert {sentence[:3] for sentence in judged(facts, told)} == {"I5:"}


def test_a_second_mail_is_named_unless_a_crash_explains_it(told: Ledger) -> None:
    """I4: one more only for a sender that died with the mail in hand, which notification notes in the row."""
    facts = in_order()
    facts.mails.append(mail(LINK))
    assert {sentence[:3] for sentence in judged(facts, told)} == {"I4:"}
    facts.order_rows[0] |= {"attempts": 2, "possible_duplicate": True}
    assert judged(facts, told) == [
        "I4: 1 mails too many, and only 0 deaths of notification and 0 other reasons"
    ]
    told.done("notification-1", "death", signal=9, cause="kill")
    assert judged(facts, told) == []


def test_a_mail_with_another_link_and_a_mail_that_never_left_are_named(told: Ledger) -> None:
    """I4."""
    facts = in_order()
    facts.mails[0] = mail(LINK[:-1] + "x")
    assert any("no registration knows" in sentence for sentence in judged(facts, told))
    facts.mails.clear()
    assert any("the relay never saw it" in sentence for sentence in judged(facts, told))


@pytest.mark.parametrize("sent_at", [NOW - timedelta(minutes=12), NOW + timedelta(minutes=8)])
def test_a_deadline_by_a_wrong_clock_is_named(told: Ledger, sent_at: datetime) -> None:
    """I6."""
    facts = in_order()
    facts.registrations[0]["mail_sent_at"] = sent_at
    assert any(sentence.startswith("I6:") for sentence in judged(facts, told))


def test_a_superseded_registration_that_was_activated_is_named(told: Ledger) -> None:
    """I7 and I12."""
    facts = in_order()
    facts.registrations[0]["state"] = "superseded"
    assert {sentence.partition(":")[0] for sentence in judged(facts, told)} >= {"I7", "I12"}


def test_rest_is_not_reached_while_anything_waits() -> None:
    """I8: outbox, mails, registrations and queues."""
    facts = in_order()
    facts.outboxes["identity"] = [{"id": 1}]
    facts.order_rows[0]["state"] = "sending"
    facts.registrations[0]["state"] = "activated"
    facts.queues["identity.events"] = 3
    assert len(checker.left_to_do(facts)) == 4


def test_an_event_that_was_handled_twice_or_never_is_named(told: Ledger) -> None:
    """I11; and a dead letter that nobody provoked."""
    facts = in_order()
    facts.inboxes |= {"identity": 0, "registration": 3}
    facts.queues["identity.events.dead"] = 1
    assert {sentence[:4] for sentence in judged(facts, told)} == {"I8: ", "I11:"}
    assert len(judged(facts, told)) == 3


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ("/login", "アカウントIDまたはパスワードが違います。"),
        ("/activate", "本登録は、すでに完了しています。"),
    ],
)
def test_a_right_answer_that_was_called_wrong_is_named(told: Ledger, route: str, said: str) -> None:
    """I13."""
    told.told("500001", "refused", route=route, status=422, said=[said])
    assert [sentence[:4] for sentence in judged(in_order(), told)] == ["I13:"]


def test_two_presses_with_two_answers_are_named(told: Ledger) -> None:
    """I13."""
    told.told("500001", "two_answers", route="/activate", answers=[[303, "/activate/done"], [410, ""]])
    assert [sentence[:4] for sentence in judged(in_order(), told)] == ["I13:"]


def test_messages_that_the_test_took_away_are_not_missed(told: Ledger) -> None:
    """I11, of an order that was purged and said again."""
    facts = in_order()
    facts.registrations[0]["mail_orders"] = 2
    assert any(sentence.startswith("I11: the inbox of notification") for sentence in judged(facts, told))
    told.done("notification", "take_away", messages=1)
    assert judged(facts, told) == []


def test_a_page_that_took_too_long_or_failed_is_named(told: Ledger) -> None:
    """I10."""
    told.told("500001", "trouble", method="POST", route="/register", status=500, seconds=9.9)
    assert len([sentence for sentence in judged(in_order(), told) if sentence.startswith("I10:")]) == 2


@pytest.mark.parametrize(
    "line",
    [
        "Traceback (most recent call last):",
        "[]",
        '{"event": "x"}',
        '{"event": "x", "ts": "2026-11-24T03:00:00"}',
        '{"event": "x", "ts": "2026-11-24T12:00:00+09:00"}',
        '{"event": "x", "ts": "2026-11-24T03:00:00Z"',
        "",
    ],
)
def test_a_line_that_no_reader_of_logs_takes_is_named(line: str) -> None:
    """I15."""
    whole = '{"event": "x", "ts": "2026-11-24T03:00:00Z"}'
    assert log_lines.unreadable({"billing": f"{whole}\n{whole}\n"}) == []
    assert [said[:25] for said in log_lines.unreadable({"billing": f"{whole}\n{line}\n{whole}"})] == [
        "I15: 1 lines of billing, "
    ]
