"""What customers do besides what a page asks of them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from faults.customers import Customer

HANGS_UP_AFTER = (0.0, 0.02, 0.1, 0.4)  # seconds: before the request has left, or while it is worked on


@dataclass(frozen=True)
class Habits:
    """`hangs_up_after`: seconds until he closes the page of his first [仮登録する], [本登録する] and
    [そのままログイン], and never sees the answer. `corrects`: then he goes back and changes what he typed.
    `presses_twice`: each of the first two, at one moment. `opens_elsewhere`: the link, in another browser
    than where he registered.
    """

    hangs_up_after: float | None = None
    corrects: bool = False
    presses_twice: bool = False
    opens_elsewhere: bool = False


PLAIN = Habits()


def habits_of(customer: Customer, *, seed: int) -> Habits:
    """The same ones for the same seed; one customer in four has none."""
    rng = random.Random(seed * 7_919 + customer.number)
    if rng.random() < 0.25:
        return PLAIN
    hangs_up = rng.random() < 0.4
    return Habits(
        hangs_up_after=rng.choice(HANGS_UP_AFTER) if hangs_up else None,
        corrects=hangs_up and rng.random() < 0.6,
        presses_twice=rng.random() < 0.3,
        opens_elsewhere=rng.random() < 0.3,
    )
