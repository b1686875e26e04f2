"""Invented contract holders: what each would type."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

FAMILIES = ("カナリヤ", "ヒバリ", "ツバメ", "カワセミ", "ウグイス")
GIVEN = ("イチロウ", "ジロウ", "サブロウ", "シロウ", "ゴロウ", "ロクロウ", "シチロウ")
ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Customer:
    """One invented contract holder; password and address are unlike anything else, so that a search finds
    only leaks.
    """

    number: int
    customer_number: str
    phone_number: str
    holder_kana: str
    account_id: str
    email_address: str
    password: str = field(repr=False)
    nickname: str = "カナリア"
    base_yen: int = 5_000  # a month, without tax

    @property
    def network(self) -> str:
        """Where his browser is: a network of his own."""
        return f"10.{self.number // 250 % 250}.{self.number % 250}.7"

    @property
    def proof(self) -> dict[str, str]:
        """What he types at [認証]."""
        names = ("customer_number", "phone_number", "holder_kana")
        return {name: str(getattr(self, name)) for name in names}

    def corrected(self) -> Customer:
        """The same one, who sees at the last moment that ID, address and nickname are not what he meant."""
        meant = {"email_address": f"meant-{self.email_address}", "account_id": f"{self.account_id}-m"}
        return replace(self, nickname="カナリヤ", **meant)


def some_customers(count: int, *, seed: int, first: int = 1) -> list[Customer]:
    """The same ones for the same seed."""
    rng = random.Random(seed * 1_000_003 + first)
    return [_customer(number, rng) for number in range(first, first + count)]


def _customer(number: int, rng: random.Random) -> Customer:
    secret = "".join(rng.choices(ALPHABET, k=10)) + f"{rng.randrange(10_000):04d}"
    mailbox = "".join(rng.choices("abcdefghjkmnpqrstuvwxyz", k=9))
    kana = f"{FAMILIES[number % len(FAMILIES)]}　{GIVEN[number % len(GIVEN)]}"
    return Customer(
        number,
        str(500_000 + number),
        f"0748{number:06d}",
        kana,
        f"bird-{number}-{mailbox[:4]}",
        f"{mailbox}{number}@example.jp",
        secret,
    )
