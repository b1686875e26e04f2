"""What mail relays answer, and whether the customer is told to check his address for it."""

from __future__ import annotations

from itertools import count

import pytest

from inputs.table import rows
from services.notification.delivery.relay_answers import RelayAnswer, Stage


@pytest.mark.parametrize(("stage", "answer", "right"), rows("relay_answers.csv"), ids=count())
def test_only_an_answer_about_the_recipient_is_final(stage: str, answer: str, right: str) -> None:
    """All others are tried again for six hours, and an operator hears of them."""
    given = RelayAnswer(Stage(stage), int(answer[:3]), answer[4:])
    assert given.is_final is (right == "final")


def test_a_log_holds_the_numbers_of_an_answer_and_not_its_text() -> None:
    """The text may hold an address."""
    given = RelayAnswer(Stage.RCPT, 554, "5.7.1 <taro@example.jp>: Relay access denied")
    assert given.in_numbers == "rcpt 554 5.7.1"
    assert RelayAnswer(Stage.DATA, 554, "no 10.5.1.1 here").in_numbers == "data 554"
