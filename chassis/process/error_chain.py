"""What an error came of."""

from __future__ import annotations

from collections.abc import Iterator


def error_chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what caused it, what caused that, and so on; each once. A library that raises a kept
    exception again can close the chain to a ring (seen of aiormq, whose kept error ended in itself).
    """
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        yield link
        seen.add(id(link))
        link = link.__cause__ or link.__context__
