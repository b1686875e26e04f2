"""Whose keys fit together, and when it is no fault that they do not: a rotation."""

from __future__ import annotations

from chassis.security.key_agreement import KeyAgreement, KeyStatement
from chassis.security.sealing import Sealer, Unsealer, new_sealing_keys
from chassis.security.signing import Signer, Verifier, new_signing_keys

REMEMBERS = 200.0


def identity(*, opens: str = "", signs: str = "", instance: str = "1", **more: object) -> KeyStatement:
    """What a process of identity says."""
    told = {"opens": opens.split(), "signs": signs.split(), **more}
    return KeyStatement.model_validate({"component": "identity", "instance": instance, **told})


def a_gateway(uses: str) -> KeyAgreement:
    """It seals for identity."""
    own = KeyStatement(component="gateway", instance="g", seals_for={"identity": uses})
    return KeyAgreement(own, remembers=REMEMBERS)


def billing(believes: str) -> KeyAgreement:
    """It believes identity."""
    own = KeyStatement(component="billing", instance="b", believes={"identity": believes})
    return KeyAgreement(own, remembers=REMEMBERS)


def test_who_has_said_nothing_is_not_judged() -> None:
    """It is away, or of a release that says nothing."""
    keys = a_gateway("new")
    assert (keys.not_heard_of(), keys.mismatches()) == (["identity"], [])
    keys.hear(identity(signs="old"), at=0)  # what it opens it does not say
    assert (keys.not_heard_of(), keys.mismatches()) == ([], [])


def test_a_key_that_its_owner_has_not_is_named_with_both() -> None:
    """By ids, which are no secret."""
    keys = a_gateway("wrong")
    keys.hear(identity(opens="right older"), at=0)
    assert [str(each) for each in keys.wrong_from_the_start()] == [
        "seals for identity with key wrong, but identity has older, right"
    ]
    signatures = billing("wrong")
    signatures.hear(identity(signs="right"), at=0)
    assert [str(each) for each in signatures.wrong_from_the_start()] == [
        "believes identity with key wrong, but identity has right"
    ]


def test_a_sealing_key_that_is_changed_as_the_runbook_says_is_never_wrong() -> None:
    """The reader takes the new key first and keeps the old one; then writers change; the old one goes."""
    old, new = a_gateway("old"), a_gateway("new")
    for keys in (old, new):
        keys.hear(identity(opens="old", instance="1"), at=0)
        keys.hear(identity(opens="new old", instance="2"), at=1)
        keys.hear(identity(opens="new old", instance="1"), at=2)
        assert keys.wrong_from_the_start() == []
    new.hear(identity(opens="new", instance="1"), at=3)
    assert new.wrong_from_the_start() == []


def test_a_signing_key_that_is_changed_stops_nobody_who_works() -> None:
    """It is said, and the process goes on; one that begins with the old key is wrong."""
    working, beginning = billing("old"), billing("old")
    working.hear(identity(signs="old"), at=0)
    for keys in (working, beginning):
        keys.hear(identity(signs="new"), at=1)
    assert working.mismatches() == beginning.mismatches() != []
    assert working.wrong_from_the_start() == []
    assert beginning.wrong_from_the_start() != []


def test_during_a_roll_out_either_key_of_the_owner_fits() -> None:
    """Its processes of both releases live side by side."""
    for uses in ("old", "new"):
        keys = billing(uses)
        keys.hear(identity(signs="old", instance="1"), at=0)
        keys.hear(identity(signs="new", instance="2"), at=0)
        assert keys.mismatches() == []


def test_what_a_process_said_that_is_gone_is_forgotten() -> None:
    """Else a mistake that was mended would stay hidden, or a mended one named."""
    keys = billing("new")
    keys.hear(identity(signs="old", instance="1"), at=0)
    keys.hear(identity(signs="new", instance="2"), at=REMEMBERS + 1)
    assert keys.wrong_from_the_start() == []
    assert billing("x").mismatches() == []


def test_an_owner_hears_who_takes_another_key_for_its_own() -> None:
    """It is told to its log as well: the mistake may be on its side."""
    owner = KeyAgreement(identity(opens="right", signs="mine"), remembers=REMEMBERS)
    wrong = KeyStatement(
        component="x", instance="1", seals_for={"identity": "wrong"}, believes={"identity": "mine"}
    )
    [found] = owner.used_wrongly_by(wrong)
    assert (found.used, found.held) == ("wrong", ("right",))
    assert owner.used_wrongly_by(KeyStatement(component="x", instance="1")) == []


def test_both_sides_of_a_key_have_the_same_id() -> None:
    """Whatever it is for."""
    private, public = new_sealing_keys()
    assert Unsealer([private]).key_ids == (Sealer({"identity": public}).key_id("identity"),)
    private, public = new_signing_keys()
    assert Signer(private).key_id == Verifier({"identity": public}).key_id("identity")


def test_a_statement_of_a_later_release_is_read() -> None:
    """Of what it says more, nothing is known here."""
    assert identity(opens="a", tomorrow=1) == identity(opens="a")
