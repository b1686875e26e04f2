"""Results of any size, a few rows at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count

from chassis.database.db import Row, Transaction

_AT_A_TIME = 5_000  # rows
_number = count(1)


async def each_row(tx: Transaction, statement: str) -> AsyncIterator[Row]:
    """Every row of a statement without parameters, inside a transaction."""
    name = f"result_{next(_number)}"  # of its own: a FETCH is prepared once, for the columns of one result
    await tx.execute(f"DECLARE {name} NO SCROLL CURSOR FOR {statement}")
    while rows := await tx.fetch(f"FETCH {_AT_A_TIME} FROM {name}"):
        for row in rows:
            yield row
    await tx.execute(f"CLOSE {name}")
