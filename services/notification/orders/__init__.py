"""Events become rows: a mail waits in the table, not in a queue, so a restart forgets none (ADR 0006)."""
