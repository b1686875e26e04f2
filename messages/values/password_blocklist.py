"""The offline block list of passwords (Q7, S2-8, ASVS 6.2.4 and 6.2.12): words of our own that stand out
among digits, and 19,000 of two public lists.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path


def _words_of(name: str) -> frozenset[str]:
    """The words of a file beside this one; a line that begins with # is for readers."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


COMMON_WORDS = _words_of("password_blocklist.txt")
COMMON_PASSWORDS = _words_of("common_passwords.txt")

_FEWEST_DIFFERENT_CHARACTERS = 4
_SHORTEST_RELATED_WORD = 4
_DIGITS = "0123456789"
# p4ssw0rd: signs for letters; a 1 may be an i or an l
_SIGNS_FOR_LETTERS = tuple(str.maketrans("034578@$!1|", f"oeastbasi{one}l") for one in "il")


def is_guessable(typed: str, related: Iterable[str]) -> bool:
    """True if a stranger who knows the `related` words would try the password early.

    That is: fewer than four different characters; a listed or related word, alone, repeated or with digits
    round it, also read backwards or with signs for letters; or a listed or related number anywhere in it.
    Case and symbols are ignored on both sides, and so are related words of fewer than four letters or digits.
    """
    typed = typed.casefold()
    if len(set(typed)) < _FEWEST_DIFFERENT_CHARACTERS:
        return True
    words = COMMON_WORDS | _stems(related)
    plain = _letters_and_digits(typed)
    if any(_stands_out(word, text) for text in (plain, plain[::-1]) for word in words):
        return True
    return any(reading in words or reading in COMMON_PASSWORDS for reading in _readings(typed))


def _readings(typed: str) -> Iterator[str]:
    """The words that may be meant by it: without some of the digits round it, half of it where it is said
    twice, with letters for signs, and each of them backwards.
    """
    half = typed[: len(typed) // 2]
    for once in {typed, half} if half * 2 == typed else {typed}:
        for core in _without_digits_round(once):
            for text in (core, *(core.translate(signs) for signs in _SIGNS_FOR_LETTERS)):
                plain = _letters_and_digits(text)
                yield from (plain, plain[::-1])


def _without_digits_round(typed: str) -> Iterator[str]:
    before = len(typed) - len(typed.lstrip(_DIGITS))
    after = len(typed) - len(typed.rstrip(_DIGITS))
    for first in range(before + 1):
        for last in range(len(typed), max(len(typed) - after, first) - 1, -1):
            yield typed[first:last]


def _letters_and_digits(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _stems(related: Iterable[str]) -> frozenset[str]:
    """The related words, and what remains of them without the digits round them: taro-1985 gives taro1985 and
    taro.
    """
    words = [_letters_and_digits(text) for text in related]
    return frozenset(
        stem for word in words for stem in (word, word.strip(_DIGITS)) if len(stem) >= _SHORTEST_RELATED_WORD
    )


def _stands_out(word: str, text: str) -> bool:
    rest = text.replace(word, "")
    return rest != text and (not rest or rest.isdigit() or word.isdigit())
