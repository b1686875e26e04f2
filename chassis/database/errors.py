"""Whose fault is it when the database raises? The one place where that is decided: what is in these tuples is
waited for and done again; everything else is a fault of ours, which goes up the retry ladder and is named.
"""

from __future__ import annotations

import socket

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


TROUBLE_AT_THE_START = (*CONNECTION_ERRORS, asyncpg.PostgresError, TimeoutError)
"""What a process waits out before it has worked at all: nothing is half done, and somebody may be setting the
server up. Missing rights are among it, which later on are a fault of ours.
"""

_BY_SQLSTATE = {
    "28P01": "the database refuses the password",
    "28000": "the database does not let this role in",
    "3D000": "the database does not exist",
    "42501": "the role lacks a right in this database",
    "53300": "the database server has no connection left",
    "57P01": "the database server is stopping",
    "57P03": "the database server is starting or stopping",
}
"""PostgreSQL's error codes (its manual, appendix A) that an operator can do something about."""


def why_away(error: BaseException) -> str:
    """What a readiness page says of any of TROUBLE_AT_THE_START: constant words and PostgreSQL's code,
    nothing of the text that the server wrote.
    """
    if is_certificate_trouble(error):
        return "the database's certificate is not trusted"
    cause = error.__cause__ if isinstance(error, DatabaseAway) and error.__cause__ else error
    if isinstance(cause, asyncpg.PostgresError) and cause.sqlstate:
        said = _BY_SQLSTATE.get(cause.sqlstate, f"the database does not work: {type(cause).__name__}")
        return f"{said} ({cause.sqlstate})"
    if isinstance(cause, socket.gaierror):
        return "the database's host name is not known"
    if isinstance(cause, ConnectionRefusedError):
        return "nothing listens at the database's address"
    if isinstance(cause, TimeoutError):
        return "the database does not answer"
    return f"the database does not answer: {type(cause).__name__}"
