"""One press for the tests of a file: to start one takes longer than to print."""

from __future__ import annotations

import pytest

from gateway.downloads.press import Press


@pytest.fixture(scope="module")
def typst() -> Press:
    """Of the libraries alone, without a process of its own."""
    return Press()
