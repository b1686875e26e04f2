"""What a letter of recovery opens to, and what its mail is filled with (R1, R7, R9)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from support.recovery_letters import a_letter

from chassis.security.sealing import BrokenSeal, Sealer, Unsealer, new_sealing_keys
from messages.recovery import LetterKind
from services.notification.delivery.domain import Mail, template_values
from services.notification.orders.domain import LETTERS, MailKind, Order

PRIVATE, PUBLIC = new_sealing_keys()
UNSEALER = Unsealer([PRIVATE])
PORTAL = "https://mypage.example.jp"


def an_order(kind: MailKind, *, bound_to: UUID | None = None, **facts: str) -> Order:
    """As the use case makes it of the event."""
    about_key = uuid4()
    sealed = Sealer({"notification": PUBLIC}).seal(
        a_letter(kind), to="notification", bound_to=bound_to or about_key
    )
    return Order(kind, about_key, sealed.model_dump_json(), facts)


def values_of(kind: MailKind) -> dict[str, str]:
    """What its template is filled with."""
    mail = Mail(uuid4(), an_order(kind), 1, datetime(2026, 11, 24, tzinfo=UTC))
    return template_values(mail, mail.order.opened(UNSEALER), PORTAL)


@pytest.mark.parametrize("kind", LETTERS.values())
def test_a_letter_opens_beside_its_own_key_alone(kind: MailKind) -> None:
    """A box cannot be pasted into another order."""
    assert an_order(kind).opened(UNSEALER) == a_letter(kind)
    with pytest.raises(BrokenSeal):
        an_order(kind, bound_to=uuid4()).opened(UNSEALER)


def test_every_letter_but_the_one_to_nobody_is_a_mail() -> None:
    """X37."""
    assert set(LetterKind) - LETTERS.keys() == {LetterKind.NOBODY}


def test_the_mail_names_link_and_true_end() -> None:
    """X30: from our own settings; S5-4: 10:25:59 is printed as 10:25."""
    values = values_of(MailKind.PASSWORD_RESET)
    assert values["reset_url"] == f"{PORTAL}/reset/{a_letter(MailKind.PASSWORD_RESET).reset_token}"
    assert values["deadline"] == "2026年11月24日（火）10時25分"


def test_a_letter_without_a_link_promises_no_end() -> None:
    """As the IDs have none."""
    letter = a_letter(MailKind.ACCOUNT_IDS).model_copy(update={"link_ends_at": None})
    mail = Mail(uuid4(), an_order(MailKind.ACCOUNT_IDS), 1, datetime(2026, 11, 24, tzinfo=UTC))
    assert template_values(mail, letter, PORTAL)["deadline"] == ""


def test_a_bounce_of_the_link_marks_its_account_and_one_of_ids_none() -> None:
    """Several accounts may have the address."""
    key = uuid4()
    assert an_order(MailKind.PASSWORD_RESET, of_account=str(key)).account_key == key
    assert an_order(MailKind.ACCOUNT_IDS).account_key is None
