"""The manual's input rules, each written once: what a customer may type, and the one form it takes from then
on.

A value is a `str` that cannot exist unless its rule holds, so a function that takes an `AccountId` need not
ask again. `X.parse(typed)` returns the canonical form or raises `InvalidValue` with the first rule that
failed; parsing a canonical form changes nothing. As a pydantic field a value takes text, and is plain text in
JSON.

The repr of a personal value is `***`. What pydantic says of a *refused* input is not covered by that: message
models set `hide_input_in_errors`, and nobody prints `ValidationError.errors()` without `include_input=False`.
"""

import re
import unicodedata
from typing import Annotated, ClassVar

from email_validator import EmailNotValidError, validate_email
from pydantic import Field

from messages.billing_month import BillingMonth
from messages.kana import DASHES, comparing_key, shown_form
from messages.passwords import Password, PasswordPolicy, check_password
from messages.typed_text import InvalidValue, PersonalText, Reason, Text, require

__all__ = [
    "RESERVED_ACCOUNT_IDS", "AccountId", "BillingMonth", "CustomerNumber", "EmailAddress", "HolderKana", "InvalidValue",
    "Nickname", "Password", "PasswordPolicy", "PhoneNumber", "Reason", "Yen", "check_password", "likely_typo",
]  # fmt: skip


def _bare_digits(typed: str, punctuation: str = "") -> str:
    """NFKC without spaces, dashes, invisible characters (phones paste them round numbers) and `punctuation`
    (Q2).
    """
    folded = unicodedata.normalize("NFKC", typed)
    return "".join(
        c
        for c in folded
        if not c.isspace() and c not in DASHES + punctuation and unicodedata.category(c) != "Cf"
    )


class CustomerNumber(PersonalText):
    """お客様番号: 1 to 10 ASCII digits without leading zeros (manual 1), T4, Q1, S1-2). `0010-2030` is
    `102030`.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.NOT_DIGITS, Reason.SHAPE, Reason.LENGTH)

    @classmethod
    def _canonical(cls, typed: str) -> str:
        digits = _bare_digits(typed)
        require(digits, Reason.EMPTY)
        require(re.fullmatch("[0-9]+", digits), Reason.NOT_DIGITS)
        number = digits.lstrip("0")
        require(number, Reason.SHAPE)
        require(len(number) <= 10, Reason.LENGTH)
        return number


class PhoneNumber(PersonalText):
    """電話番号: 10 or 11 ASCII digits that begin with 0 (T5, Q3, S1-3). `+81 (0)748-66-0739` is `0748660739`.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.NOT_DIGITS, Reason.SHAPE)

    @classmethod
    def _canonical(cls, typed: str) -> str:
        bare = _bare_digits(typed, "()[].")
        require(bare, Reason.EMPTY)
        # No domestic number begins with 8, so a leading 81 is the country even without its plus.
        national = re.sub("^[+]?81(?=0?[0-9]{9,10}$)0?", "0", bare)
        require(re.fullmatch("[0-9]+", national), Reason.NOT_DIGITS)
        require(re.fullmatch("0[0-9]{9,10}", national), Reason.SHAPE)
        return national


class HolderKana(PersonalText):
    """お名前（カナ）: 1 to 100 characters of katakana, ー, ・, digits (company names have them) and U+3000
    (T6, Q4, S1-5).

    Half-width kana and hiragana are taken and shown as full-width katakana. Two spellings of one name have
    one `key`.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.NOT_KANA, Reason.LENGTH)

    @classmethod
    def _canonical(cls, typed: str) -> str:
        shown = shown_form(typed)
        require(shown, Reason.EMPTY)
        require(re.fullmatch("[ァ-ヾ0-9\u3000]+", shown) and re.search("[ァ-ヺ]", shown), Reason.NOT_KANA)
        require(len(shown) <= 100, Reason.LENGTH)
        return shown

    @property
    def key(self) -> str:
        """What is compared with the contract, and stored for it; never shown. The key of a key is itself."""
        return comparing_key(self)


RESERVED_ACCOUNT_IDS = frozenset(
    """
    admin administrator root superuser operator system master mypage my-page user-id account login logout
    aicom aicomkoka aicom-koka aicom_koka aicom.koka aikomu aikomukouka koka kouka
    support helpdesk contact inquiry info information webmaster postmaster hostmaster mailer-daemon noreply no-reply
    abuse security privacy billing guest anonymous nobody test tester null undefined
    """.split()  # noqa: SIM905 - words to read, not a column of quotes
)
"""Folded IDs that nobody gets; registration answers them like any used one (Q6, S2-2)."""


class AccountId(Text):
    """アカウントID as typed: 5 to 30 graphic ASCII characters, U+0021 to U+007E (T11, Q6, X8).

    Only the full-width forms of those are folded (Q2): NFKC would also turn ſ into s, and X8 wants a field
    error there.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.CHARACTERS, Reason.LENGTH)
    _HALF_WIDTH: ClassVar[dict[int, str]] = {0x3000: " "} | {
        code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)
    }

    @classmethod
    def _canonical(cls, typed: str) -> str:
        text = typed.translate(cls._HALF_WIDTH).strip()
        require(text, Reason.EMPTY)
        require(re.fullmatch("[!-~]+", text), Reason.CHARACTERS)
        require(5 <= len(text) <= 30, Reason.LENGTH)
        return text

    @property
    def folded(self) -> str:
        """ASCII lower-case: what must be unique. 大文字と小文字は区別しません (manual 2))."""
        return self.lower()

    @property
    def is_reserved(self) -> bool:
        """True if nobody may have this ID."""
        return self.folded in RESERVED_ACCOUNT_IDS


class EmailAddress(PersonalText):
    """メールアドレス: an address that our relay can send to, of at most 254 ASCII characters (T14, S2-9, X25,
    X27).

    The domain is lower-case, a Japanese one in its xn-- form; the local part stays as typed. Addresses with
    `..` or `.@`, which carriers issued until 2009, are UNDELIVERABLE: our mail library and the relays of
    large providers drop them, and the page says so instead of promising a mail that never comes (S2-10,
    before X28).
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.SHAPE, Reason.UNDELIVERABLE)

    @classmethod
    def _canonical(cls, typed: str) -> str:
        address = unicodedata.normalize("NFKC", typed).strip()
        require(address, Reason.EMPTY)
        require(len(address) <= 254, Reason.SHAPE)
        local, at, domain = address.rpartition("@")
        deliverable = re.sub("[.]+", ".", local).removesuffix(".")
        try:
            valid = validate_email(
                f"{deliverable}{at}{domain}", check_deliverability=False, allow_smtputf8=False, strict=True
            )
        except EmailNotValidError:
            raise InvalidValue(Reason.SHAPE) from None  # its text quotes the address
        require(local == deliverable, Reason.UNDELIVERABLE)
        return f"{local}@{valid.ascii_domain}"

    @property
    def local_part(self) -> str:
        """What stands before the @."""
        return self.rpartition("@")[0]

    @property
    def domain(self) -> str:
        """What stands behind the @: lower-case ASCII."""
        return self.rpartition("@")[2]


_MISTYPED_DOMAINS = {
    mistyped: domain
    for domain, typos in {
        "gmail.com": "gmial.com gmai.com gamil.com gmal.com gmil.com gnail.com gmaill.com gmail.co gmail.con gmail.cm gmail.jp gmail.co.jp",
        "docomo.ne.jp": "docmo.ne.jp docomo.ne.jo docomo.ne.j docomo.nejp docom.ne.jp dokomo.ne.jp",
        "ezweb.ne.jp": "ezweb.ne.jo ezweb.ne.j ezweb.co.jp ezweb.jp ezwed.ne.jp ezwev.ne.jp",
        "au.com": "au.con au.cm",
        "softbank.ne.jp": "softbenk.ne.jp softbank.ne.jo sofutbank.ne.jp sotfbank.ne.jp",
        "i.softbank.jp": "i.softbank.ne.jp i.softbank.jo",
        "yahoo.co.jp": "yahoo.co.jo yahoo.co.j yahoo.ne.jp yahoo.jp yaho.co.jp yhaoo.co.jp yahooo.co.jp",
        "icloud.com": "icloud.co icloud.con icloud.cm icloud.jp icould.com iclud.com",
        "outlook.jp": "outlook.jo outlok.jp",
        "hotmail.co.jp": "hotmail.co.jo hotmal.co.jp hotmai.co.jp",
    }.items()
    for mistyped in typos.split()
}


def likely_typo(address: EmailAddress) -> str | None:
    """The domain that was probably meant, where a customary one is mistyped: a note on the confirm screen,
    never a block (S2-10).
    """
    return _MISTYPED_DOMAINS.get(address.domain)


_EMOJI = "\u00a9\u00ae\u2190-\u2bff\U0001f000-\U0001faff"
_JOINER_IN_EMOJI = re.compile(f"(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])")
_PART_OF_AN_EMOJI = re.compile(
    "\u200d.|[\U0001f3fb-\U0001f3ff]"
)  # the next emoji of a joined one; a skin tone
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_ADDRESS_LIKE = re.compile(
    r"=\?|://|www\.|\w\.[a-z]{2,}/|\w\.(com|net|org|info|biz|jp)\b|@\S+\.", re.IGNORECASE
)


class Nickname(Text):
    """ニックネーム: 1 to 20 user-perceived characters in NFC, of at most 200 code points (T15, Q19, X25, X26,
    X29, X36).

    No control, invisible, bidi or private-use character, no line separator; nothing that reads as a URL, a
    mail address or an encoded word.
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.CHARACTERS, Reason.SHAPE, Reason.LENGTH)
    _REFUSED: ClassVar[frozenset[str]] = frozenset(("Cc", "Cf", "Co", "Cs", "Zl", "Zp"))

    @classmethod
    def _canonical(cls, typed: str) -> str:
        text = unicodedata.normalize("NFC", typed).strip()
        require(text, Reason.EMPTY)
        require(len(text) <= 200, Reason.LENGTH)
        unjoined = _JOINER_IN_EMOJI.sub("", text)
        require(cls._REFUSED.isdisjoint(map(unicodedata.category, unjoined)), Reason.CHARACTERS)
        require(not _ADDRESS_LIKE.search(unicodedata.normalize("NFKC", text)), Reason.SHAPE)
        # Simpler than UAX #29 and the same for names: marks and variation selectors (category M) belong to
        # what precedes them.
        symbols = _FLAG.sub("x", _PART_OF_AN_EMOJI.sub("", text))
        perceived = sum(not unicodedata.category(char).startswith("M") for char in symbols)
        require(1 <= perceived <= 20, Reason.LENGTH)
        return text


Yen = Annotated[int, Field(strict=True, gt=-(10**10), lt=10**10)]
"""An amount of whole yen, below ten thousand million either way: no bool, no float, no text (data rule:
integers only).
"""
