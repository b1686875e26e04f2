"""The offline block list of passwords: small, because throttling and Argon2id carry the rest (Q7, S2-8, ASVS
6.2.4).
"""

from collections.abc import Iterable
from pathlib import Path


def _words_of(name: str) -> frozenset[str]:
    """The words of a file beside this one; a line that begins with # is for readers."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


COMMON_WORDS = _words_of("password_blocklist.txt")

_FEWEST_DIFFERENT_CHARACTERS = 4
_SHORTEST_RELATED_WORD = 4


def is_guessable(typed: str, related: Iterable[str]) -> bool:
    """True if a stranger who knows the `related` words would try the password early.

    That is: fewer than four different characters; a listed or related word, alone, repeated or with digits
    round it; or a listed or related number anywhere in it. Case and symbols are ignored on both sides, and so
    are related words of fewer than four letters or digits.
    """
    if len(set(typed.casefold())) < _FEWEST_DIFFERENT_CHARACTERS:
        return True
    password = _letters_and_digits(typed)
    words = COMMON_WORDS | _stems(related)
    return any(_stands_out(word, password) for word in words)


def _letters_and_digits(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _stems(related: Iterable[str]) -> frozenset[str]:
    """The related words, and what remains of them without the digits round them: taro-1985 gives taro1985 and
    taro.
    """
    words = [_letters_and_digits(text) for text in related]
    return frozenset(
        stem
        for word in words
        for stem in (word, word.strip("0123456789"))
        if len(stem) >= _SHORTEST_RELATED_WORD
    )


def _stands_out(word: str, password: str) -> bool:
    rest = password.replace(word, "")
    return rest != password and (not rest or rest.isdigit() or word.isdigit())
