"""However libraries wrap an error, whoever looks for its cause comes to an end."""

from __future__ import annotations

import ssl

from chassis.process.error_chain import error_chain
from chassis.security.trust import is_certificate_trouble


def raised(error: BaseException, cause: BaseException | None) -> BaseException:
    """The error with that cause."""
    error.__cause__ = cause
    return error


def test_each_cause_comes_once_and_the_error_first() -> None:
    """Said, or merely met on the way."""
    inner = OSError("inner")
    middle = ValueError("middle")
    middle.__context__ = inner
    outer = raised(RuntimeError("outer"), middle)
    assert list(error_chain(outer)) == [outer, middle, inner]


def test_a_ring_of_errors_has_an_end() -> None:
    """As when a library raises an exception that it has kept: its own error is among its causes."""
    kept = ConnectionError("kept")
    assert list(error_chain(raised(kept, kept))) == [kept]
    first, second = OSError("first"), OSError("second")
    raised(second, raised(first, second))
    assert list(error_chain(first)) == [first, second]
    assert not is_certificate_trouble(raised(RuntimeError("met"), first))


def test_a_certificate_is_found_below_other_errors() -> None:
    """And on a ring, too."""
    wrapped = raised(ConnectionError("wrapped"), ssl.SSLCertVerificationError("unknown authority"))
    assert is_certificate_trouble(raised(RuntimeError("outer"), wrapped))
    raised(wrapped.__cause__ or wrapped, wrapped)
    assert is_certificate_trouble(wrapped)
