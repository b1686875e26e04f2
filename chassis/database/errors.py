"""Whose fault is it when the database raises? The one place where that is decided: what is in these tuples is
waited for and done again; everything else is a fault of ours, which goes up the retry ladder and is named.
"""

from __future__ import annotations

import asyncpg

from chassis.security.trust import is_certificate_trouble


class DatabaseAway(ConnectionError):
    """No connection could be had, or the one in use is gone. `__cause__` tells why."""


LockNotAvailable = asyncpg.LockNotAvailableError
"""A lock was waited for as long as `lock_timeout` says."""


class RolledBack(Exception):
    """A statement failed, its block went on as if nothing had happened, and the server rolled back where we
    said COMMIT: a fault of ours.
    """


CONNECTION_ERRORS = (
    # Other kinds of OSError are not the network's: a file that a handler misses, say. What a connection's
    # beginning raises of them comes as DatabaseAway.
    ConnectionError,
    asyncpg.PostgresConnectionError,
    # The session's own state: an answer that makes no sense, as from a server that ends it just as it was to
    # be used; no host of the URL that takes writes; a plan from before a migration, forgotten by now.
    asyncpg.InternalClientError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.OperatorInterventionError,  # starting, stopping, or a statement that took too long
    asyncpg.InsufficientResourcesError,  # no room on the disk, no connection left
    asyncpg.PostgresSystemError,  # its disk fails
    asyncpg.ReadOnlySQLTransactionError,  # demoted
    # The server ended a transaction that stood still, as one of a process that was frozen.
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TransactionTimeoutError,
    # It does not let us in: a password that is being changed, a database that is being restored.
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
"""What a statement raises while the server is away, starting, demoted or out of room. All are worth a retry.

InterfaceError is not among them: it is what asyncpg says of wrong arguments. Where it means that the
connection is closed, Database raises DatabaseAway in its place.
"""

TRANSIENT_ERRORS = (
    *CONNECTION_ERRORS,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.StatementCompletionUnknownError,
    asyncpg.LockNotAvailableError,
    asyncpg.SnapshotTooOldError,
    TimeoutError,
)
"""The same, and what two transactions may do to each other: the work itself is not to blame, and may be done
again as it is.
"""


def why_away(error: BaseException) -> str:
    """What a readiness page says of one of CONNECTION_ERRORS or a time-out."""
    if is_certificate_trouble(error):
        return "the database's certificate is not trusted"
    return "the database does not answer"
