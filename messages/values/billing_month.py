"""請求年月: a calendar month, which no time zone can shift (Q20)."""

import datetime
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from messages.values.text_value import Reason, require


@dataclass(frozen=True, order=True, slots=True)
class BillingMonth:
    """A month of the years 2000 to 2099, ordered by time; `2026-03` on the wire and as text, the 1st in a
    database.

    Every way of making one raises InvalidValue (SHAPE) outside those years. As a pydantic field it takes the
    wire form or an instance, and is the wire form in JSON.
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        require(2000 <= self.year <= 2099 and 1 <= self.month <= 12, Reason.SHAPE)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The month of the strict form YYYY-MM in ASCII digits. Raises InvalidValue (SHAPE)."""
        require(re.fullmatch("[0-9]{4}-[0-9]{2}", text), Reason.SHAPE)
        return cls(int(text[:4]), int(text[5:]))

    @classmethod
    def from_date(cls, day: datetime.date) -> Self:
        """The month that `day` lies in."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> datetime.date:
        """The 1st of the month."""
        return datetime.date(self.year, self.month, 1)

    def plus(self, months: int) -> Self:
        """The month so many months later."""
        year, month_from_0 = divmod(self.year * 12 + self.month - 1 + months, 12)
        return type(self)(year, month_from_0 + 1)

    def minus(self, months: int) -> Self:
        """The month so many months earlier."""
        return self.plus(-months)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(strict=True, pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$")
        parsed = core_schema.no_info_after_validator_function(_parsed, text)
        return core_schema.json_or_python_schema(
            json_schema=parsed,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), parsed]),
            serialization=core_schema.to_string_ser_schema(),
        )


@cache  # of 1,200 months at most: a page has a dozen
def _parsed(text: str) -> BillingMonth:
    return BillingMonth.parse(text)
