"""`python -m faults.desk_at_work <customer number> [<failpoint>]`: the desk's command as a process that can
die; prints the code.
"""

from __future__ import annotations

import asyncio
import os
import sys

from chassis.database.db import Database
from chassis.process.failpoints import arm
from messages.values import CustomerNumber
from services.identity.enrolment.domain import IssuedCode
from services.identity.enrolment.issue_code import issue_code


async def main(number: str, dies_at: str) -> None:
    """Raises AssertionError where the desk gets none."""
    if dies_at:
        arm(dies_at)
    database = await Database.open(os.environ["DATABASE"], at_most=1)
    try:
        issued = await issue_code(database, CustomerNumber(number), done_by="desk", reason="F28")
    finally:
        await database.close()
    assert isinstance(issued, IssuedCode), issued
    sys.stdout.write(issued.code)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
