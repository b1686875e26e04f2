"""アカウントID."""

import re
from collections.abc import Collection
from typing import ClassVar

from messages.values.invisible import without_invisible, without_spaces
from messages.values.text_value import Reason, Text, require

RESERVED_ACCOUNT_IDS = frozenset(
    """
    admin administrator root superuser operator system master mypage my-page user-id account login logout
    support helpdesk
    contact inquiry info information webmaster postmaster hostmaster mailer-daemon noreply no-reply abuse
    security privacy billing guest anonymous nobody test tester null undefined
    """.split()  # noqa: SIM905 - words to read, not a column of quotes
)
"""Folded IDs that nobody gets at any provider; registration answers them like any used one (Q6, S2-2)."""


class AccountId(Text):
    """アカウントID as typed: 5 to 30 graphic ASCII characters, U+0021 to U+007E (T11, Q6, X8).

    Spaces and invisible characters that a phone put in are left out. Only the full-width forms of those
    characters are folded (Q2): NFKC would also turn ſ into s, and X8 wants a field error there.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.CHARACTERS, Reason.LENGTH)
    _HALF_WIDTH: ClassVar[dict[int, str]] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}

    @classmethod
    def _canonical(cls, typed: str) -> str:
        text = without_spaces(without_invisible(typed).translate(cls._HALF_WIDTH))
        require(text, Reason.EMPTY)
        require(re.fullmatch("[!-~]+", text), Reason.CHARACTERS)
        require(5 <= len(text) <= 30, Reason.LENGTH)
        return text

    @property
    def folded(self) -> str:
        """ASCII lower-case: what must be unique. 大文字と小文字は区別しません (manual 2))."""
        return self.lower()

    def is_reserved(self, words_of_the_company: Collection[str]) -> bool:
        """True if nobody may have this ID: it would speak for the portal, or for the company, with or without
        symbols in it.
        """
        letters = "".join(filter(str.isalnum, self.folded))
        return self.folded in RESERVED_ACCOUNT_IDS or letters in words_of_the_company
