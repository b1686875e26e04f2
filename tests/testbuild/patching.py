"""What taking a guard out is done with. Each fails loudly when the guard has moved: a guard that silently
stays on proves nothing.
"""

from __future__ import annotations

from typing import Any


class Rewritten:
    """A transaction that changes a piece of every statement. Raises LookupError for a statement without it:
    the guard has moved.
    """

    def __init__(self, tx: Any, old: str, new: str) -> None:
        self._tx, self._old, self._new = tx, old, new

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._tx, name)

        def run(statement: str, *values: Any) -> Any:
            if self._old not in statement:
                raise LookupError(f"the test build finds no {self._old!r} in this statement any more")
            return method(statement.replace(self._old, self._new), *values)

        return run


def replace_in(owner: Any, name: str, new: Any) -> None:
    """Raises AttributeError for a name that is gone: a guard that has moved must not silently stay on."""
    getattr(owner, name)
    setattr(owner, name, new)
