"""Whose turn it is, when one client wants more than the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.messaging.fair_line import FairLine


def a_line(*clients: str) -> FairLine[str]:
    """Those clients, in that order; each item is the client with a number of its own: a1, a2, b1."""
    line: FairLine[str] = FairLine()
    for index, client in enumerate(clients):
        line.join(client, f"{client}{clients[: index + 1].count(client)}")
    return line


def everybody(line: FairLine[str]) -> list[str]:
    """In the order of their turns."""
    return [line.next() for _ in range(len(line))]


def test_one_client_is_served_as_he_came() -> None:
    """A surge of one network is a plain line."""
    assert everybody(a_line("a", "a", "a")) == ["a1", "a2", "a3"]


def test_who_comes_behind_a_flood_waits_for_one_of_it() -> None:
    """And so does the next one."""
    assert everybody(a_line("a", "a", "a", "a", "b", "c")) == ["a1", "b1", "c1", "a2", "a3", "a4"]


def test_clients_take_turns_as_long_as_they_have_any() -> None:
    """One each."""
    assert everybody(a_line("a", "a", "b", "b", "c", "a")) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_who_leaves_leaves_the_others_where_they_are() -> None:
    """In the middle, and the only one of a client."""
    line = a_line("a", "a", "a", "b", "c")
    line.leave("a", "a2")
    line.leave("b", "b1")
    assert everybody(line) == ["a1", "c1", "a3"]
    with pytest.raises(StopIteration):
        line.next()


def test_how_many_turns_there_are_until_ones_own() -> None:
    """Never more than there are in the line."""
    line = a_line("a", "a", "a", "a", "b", "c")
    assert [line.turns_until("a", f"a{number}") for number in (1, 2, 3, 4)] == [3, 6, 6, 6]
    assert [line.turns_until("b", "b1"), line.turns_until("c", "c1")] == [3, 3]


def test_room_is_made_at_the_cost_of_who_has_the_most() -> None:
    """His last one goes; nobody gains by coming more often."""
    line = a_line("a", "a", "a", "b")
    assert line.make_room("c") == "a3"
    assert line.make_room("b") is None
    assert line.make_room("a") is None
    assert everybody(line) == ["a1", "b1", "a2"]


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=60))
def test_nobody_is_served_twice_or_forgotten_and_nobody_waits_longer_than_said(clients: list[str]) -> None:
    """Whoever comes in whatever order."""
    line = a_line(*clients)
    said = {
        f"{client}{n}": line.turns_until(client, f"{client}{n}")
        for client in set(clients)
        for n in range(1, clients.count(client) + 1)
    }
    served = everybody(line)
    assert sorted(served) == sorted(said)
    assert all(served.index(item) + 1 <= turns for item, turns in said.items())
