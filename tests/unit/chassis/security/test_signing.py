"""A signed statement is believed only from its signer, as its kind, and while fresh."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from chassis.security import signing
from chassis.security.signing import InvalidClaims, SignedClaims, Signer, Verifier, new_signing_keys

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PRIVATE, PUBLIC = new_signing_keys()
SIGNER, VERIFIER = Signer(PRIVATE), Verifier({"identity": PUBLIC, "registration": new_signing_keys()[1]})


class Pass(SignedClaims):
    """A statement."""

    signed_as: ClassVar[str] = "test.pass"
    name: str


class OtherPass(Pass):
    """Another kind of the same shape."""

    signed_as: ClassVar[str] = "test.other_pass"


def a_pass() -> str:
    return SIGNER.sign(Pass(name="a", expires_at=NOON + timedelta(minutes=30)))


def test_a_fresh_statement_of_its_signer_is_believed() -> None:
    """The contents come out."""
    assert VERIFIER.verify(a_pass(), Pass, said_by="identity", now=NOON).name == "a"


def test_a_statement_is_fresh_until_just_before_it_expires() -> None:
    """At the instant itself it is over."""
    last = NOON + timedelta(minutes=30)
    assert VERIFIER.verify(a_pass(), Pass, said_by="identity", now=last - timedelta(microseconds=1))
    with pytest.raises(InvalidClaims):
        VERIFIER.verify(a_pass(), Pass, said_by="identity", now=last)


@pytest.mark.parametrize("said_by", ["registration", "nobody"])
def test_a_statement_is_not_believed_from_anybody_else(said_by: str) -> None:
    """Another service's key, or none."""
    with pytest.raises(InvalidClaims):
        VERIFIER.verify(a_pass(), Pass, said_by=said_by, now=NOON)


def test_a_statement_of_one_kind_is_not_taken_for_another() -> None:
    """The kind is signed too."""
    with pytest.raises(InvalidClaims):
        VERIFIER.verify(a_pass(), OtherPass, said_by="identity", now=NOON)


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c", "ü.ü", "." * 3])
def test_nonsense_is_a_bad_statement_and_no_fault(text: str) -> None:
    """Whatever a browser sends."""
    with pytest.raises(InvalidClaims):
        VERIFIER.verify(text, Pass, said_by="identity", now=NOON)


def test_a_changed_statement_is_not_believed() -> None:
    """The signature covers every byte."""
    other = SIGNER.sign(Pass(name="b", expires_at=NOON + timedelta(minutes=30)))
    mixed = f"{other.split('.')[0]}.{a_pass().split('.')[1]}"
    with pytest.raises(InvalidClaims):
        VERIFIER.verify(mixed, Pass, said_by="identity", now=NOON)


def test_a_statement_that_was_believed_once_ends_all_the_same() -> None:
    """What is remembered is who said it, not that it is fresh."""
    text = a_pass()
    for _ in range(2):
        assert VERIFIER.verify(text, Pass, said_by="identity", now=NOON)
    with pytest.raises(InvalidClaims):
        VERIFIER.verify(text, Pass, said_by="identity", now=NOON + timedelta(minutes=30))


def test_a_statement_that_was_believed_once_is_no_other_kind_and_nobody_elses() -> None:
    """Neither before nor after."""
    text = a_pass()
    for _ in range(2):
        assert VERIFIER.verify(text, Pass, said_by="identity", now=NOON)
        with pytest.raises(InvalidClaims):
            VERIFIER.verify(text, OtherPass, said_by="identity", now=NOON)
        with pytest.raises(InvalidClaims):
            VERIFIER.verify(text, Pass, said_by="registration", now=NOON)


def test_no_more_statements_are_remembered_than_a_process_has_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The oldest one goes first."""
    monkeypatch.setattr(signing, "_REMEMBERED", 3)
    verifier = Verifier({"identity": PUBLIC})
    for number in range(10):
        text = SIGNER.sign(Pass(name=str(number), expires_at=NOON))
        assert verifier.verify_signature(text, Pass, said_by="identity").name == str(number)
    assert len(verifier._verified) == 3
