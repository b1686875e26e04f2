"""The floor of an import: COPY of both files into the tables, as fast as PostgreSQL takes them.
`python bare_copy.py STATEMENTS LINES`, whose rows already have their keys; DATABASE says where.
"""

from __future__ import annotations

import asyncio
import os
import sys

import asyncpg


async def main(statements: str, lines: str) -> None:
    """One transaction."""
    connection = await asyncpg.connect(os.environ["DATABASE"])
    async with connection.transaction():
        for table, path in (("statements", statements), ("statement_lines", lines)):
            await connection.copy_to_table(table, source=path, format="csv", timeout=600)
    await connection.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
