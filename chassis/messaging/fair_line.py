"""A line in which clients take turns (fair queueing, as of RFC 970): one who comes a hundred times waits
behind his own, and everybody else behind one of his.
"""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class FairLine(Generic[Item]):
    """Of one client first come, first served; of several one each, in turn."""

    def __init__(self) -> None:
        self._of_client: dict[str, deque[Item]] = {}  # in the order of their turns
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def join(self, client: str, item: Item) -> None:
        """At the end of his own."""
        self._of_client.setdefault(client, deque()).append(item)
        self._length += 1

    def next(self) -> Item:
        """Whose turn it is leaves. Raises StopIteration when nobody waits."""
        client = next(iter(self._of_client))
        own = self._of_client.pop(client)
        item = own.popleft()
        self._length -= 1
        if own:
            self._of_client[client] = own  # behind the others
        return item

    def leave(self, client: str, item: Item) -> None:
        """He does not wait any more. Raises ValueError if he did not."""
        own = self._of_client[client]
        own.remove(item)
        self._length -= 1
        if not own:
            del self._of_client[client]

    def turns_until(self, client: str, item: Item) -> int:
        """How many turns there are until and with his own, if nobody leaves."""
        return min(self._length, (self._of_client[client].index(item) + 1) * len(self._of_client))

    def make_room(self, client: str) -> Item | None:
        """The last one of the client who has the most here, if that is fair to him: he has more than `client`
        will have. He has left the line.
        """
        longest = max(self._of_client, key=lambda each: len(self._of_client[each]))
        own = self._of_client.get(client, ())
        if len(self._of_client[longest]) <= len(own) + 1:
            return None
        item = self._of_client[longest].pop()
        self._length -= 1
        return item
