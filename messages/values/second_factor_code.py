"""確認コード, which an authenticator application shows, and 回復コード, kept for the day it is lost."""

import re
import unicodedata

from messages.values.invisible import without_invisible
from messages.values.text_value import PersonalText, Reason, require
from messages.values.typed_digits import DASHES

RECOVERY_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter in it is taken for another sign."""
RECOVERY_LENGTH = 24
"""120 bits: of a hash nobody finds them (ASVS 6.5.2)."""

_ONE_TIME = re.compile("[0-9]{6}")
_RECOVERY = re.compile(f"[{RECOVERY_ALPHABET}]{{{RECOVERY_LENGTH}}}")
_MISREAD = str.maketrans("OIL", "011")


class SecondFactorCode(PersonalText):
    """Six digits, or the 24 signs of a recovery code, however they are typed: full-width, in small letters,
    with spaces or dashes.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.SHAPE)

    @classmethod
    def _canonical(cls, typed: str) -> str:
        folded = "".join(without_invisible(unicodedata.normalize("NFKC", typed)).split())
        bare = "".join(char for char in folded if char not in DASHES)
        require(bare, Reason.EMPTY)
        if _ONE_TIME.fullmatch(bare):
            return bare
        code = bare.upper().translate(_MISREAD)
        require(_RECOVERY.fullmatch(code), Reason.SHAPE)
        return code

    @property
    def is_recovery_code(self) -> bool:
        """Else it is one of the application's."""
        return len(self) == RECOVERY_LENGTH

    @property
    def in_groups(self) -> str:
        """`7K2M 9QRT …`: four at a time, as it is written down."""
        return " ".join(self[at : at + 4] for at in range(0, len(self), 4))
