"""A challenge is its page's and its browser's, for minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chassis.web.form_challenges import FormChallenges


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """What it shows."""
        return self.at


@pytest.fixture
def hands() -> Hands:
    """At noon."""
    return Hands()


@pytest.fixture
def challenges(hands: Hands) -> FormChallenges:
    """Fresh for a minute."""
    return FormChallenges(b"k" * 32, hands, lifetime=60)


def test_no_two_are_alike_and_each_fits_its_form(challenges: FormChallenges) -> None:
    """Any number of tabs of one browser."""
    made = {challenges.of("browser") for _ in range(50)}
    assert len(made) == 50
    assert all(challenges.fits(each, "browser") for each in made)


def test_it_fits_no_other_browser_and_no_other_key(challenges: FormChallenges, hands: Hands) -> None:
    """Nobody signs for somebody else's page."""
    made = challenges.of("browser")
    assert not challenges.fits(made, "another")
    assert not FormChallenges(b"x" * 32, hands, lifetime=60).fits(made, "browser")


def test_it_is_fresh_for_its_lifetime(challenges: FormChallenges, hands: Hands) -> None:
    """And not a second longer."""
    made = challenges.of("browser")
    hands.at += timedelta(seconds=60)
    assert challenges.fits(made, "browser")
    hands.at += timedelta(seconds=1)
    assert not challenges.fits(made, "browser")


@pytest.mark.parametrize("text", ["", "=", "x", "あ", "A" * 75, "\udcff", "a b", "A" * 5_000])
def test_nothing_else_fits(challenges: FormChallenges, text: str) -> None:
    """Whatever a browser may send, altered ones among them."""
    made = challenges.of("browser")
    assert not challenges.fits(text, "browser")
    assert not challenges.fits(made + text, "browser") or not text
    for at in (0, 20, 40, 70, 74):
        others = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=") - {made[at]}
        assert not any(challenges.fits(made[:at] + each + made[at + 1 :], "browser") for each in others)
