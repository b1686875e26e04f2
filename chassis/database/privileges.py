"""What a service's role may do in a database that another role owns: work with rows. Tables are made, changed
and dropped by their owner, who migrates.
"""

from __future__ import annotations

from chassis.database.db import Transaction

_WHO = """
    SELECT quote_ident(current_database()) AS database, quote_ident($1) AS role,
           current_user <> $1 AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1) AS is_another
"""
# Default privileges are those of tables to come: a new table is there for the service when its migration is.
# MAINTAIN is for ANALYZE, by which imports tell the planner how many rows there are.
_GRANTS = """
    REVOKE ALL ON DATABASE {database} FROM PUBLIC;
    GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role};
    GRANT USAGE ON SCHEMA public TO {role};
    GRANT SELECT, INSERT, UPDATE, DELETE, MAINTAIN ON ALL TABLES IN SCHEMA public TO {role};
    GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA public TO {role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public
        GRANT SELECT, INSERT, UPDATE, DELETE, MAINTAIN ON TABLES TO {role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, USAGE ON SEQUENCES TO {role};
    REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM {role}
"""
_APPEND_ONLY = """
    SELECT oid::regclass::text AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND obj_description(oid, 'pg_class') LIKE 'append-only%'
"""


async def let_work(tx: Transaction, role: str) -> None:
    """Lets `role` read and write the rows of every table of this database, those to come included, and only
    read `schema_migrations`. Of a table whose comment begins with "append-only" it may change and delete no
    row. Nothing to do for the owner himself, nor for a role that the server does not know. Source: PostgreSQL
    18, 5.8 Privileges; ADR 0046, ADR 0060.
    """
    who = await tx.fetchrow(_WHO, role)
    if who is not None and who["is_another"]:
        await tx.execute(_GRANTS.format(database=who["database"], role=who["role"]))
        for table in await tx.fetch(_APPEND_ONLY):
            await tx.execute(f"REVOKE UPDATE, DELETE ON {table['name']} FROM {who['role']}")
