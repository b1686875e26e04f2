"""What a customer is told of a relay's answer: a class, and none where it is not about his address."""

from __future__ import annotations

from itertools import count

import pytest

from inputs.table import rows
from messages.mail_failure import MailFailure
from services.notification.delivery.relay_answers import RelayAnswer, Stage


@pytest.mark.parametrize(("stage", "answer", "right"), rows("mail_failures.csv"), ids=count())
def test_an_answer_has_a_class(stage: str, answer: str, right: str) -> None:
    """What our relay or the moment is to blame for has none."""
    given = RelayAnswer(Stage(stage), int(answer[:3]), answer[4:])
    assert given.failure == (MailFailure(right) if right else None)


@pytest.mark.parametrize(("stage", "answer", "right"), rows("relay_answers.csv"), ids=count())
def test_what_is_final_is_about_the_address(stage: str, answer: str, right: str) -> None:
    """Nobody is asked to correct an address for a fault of ours."""
    given = RelayAnswer(Stage(stage), int(answer[:3]), answer[4:])
    about_the_address = (MailFailure.NO_SUCH_MAILBOX, MailFailure.UNDELIVERABLE_ADDRESS)
    assert right != "final" or given.failure in about_the_address


def test_a_class_of_a_later_release_is_none_that_this_one_knows() -> None:
    """And no dead letter."""
    assert MailFailure("eaten_by_a_dog") is MailFailure.UNKNOWN
