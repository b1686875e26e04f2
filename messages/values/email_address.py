"""メールアドレス, and the typing errors that are asked about."""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from messages.values.invisible import without_invisible, without_spaces
from messages.values.text_value import InvalidValue, PersonalText, Reason, require


class EmailAddress(PersonalText):
    """メールアドレス: an address that our relay can send to, of at most 254 ASCII characters (T14, S2-9, X25,
    X27).

    The domain is lower-case, a Japanese one in its xn-- form; the local part stays as typed. Spaces,
    invisible characters, and a link's `mailto:` or `<>` round it are left out. Addresses with `..` or `.@`,
    which carriers issued until 2009, are UNDELIVERABLE: our mail library and the relays of large providers
    drop them, and the page says so instead of promising a mail that never comes (S2-10, before X28).
    """

    __slots__ = ()
    reasons = (Reason.EMPTY, Reason.SHAPE, Reason.UNDELIVERABLE)

    @classmethod
    def _canonical(cls, typed: str) -> str:
        address = without_spaces(without_invisible(unicodedata.normalize("NFKC", typed)))
        address = re.sub("^mailto:", "", re.sub("^<([^<>]*)>$", r"\1", address), flags=re.IGNORECASE)
        require(address, Reason.EMPTY)
        require(len(address) <= 254, Reason.SHAPE)
        local, at, domain = address.rpartition("@")
        # An encoded word: relays and readers would see another address in it (X26).
        require("=?" not in address, Reason.SHAPE)
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

    @property
    def folded(self) -> str:
        """What two of the same address have in common, however their letters were typed."""
        return self.lower()

    @property
    def mailbox(self) -> str:
        """What mails to one mailbox are counted by: letter case and a +tag make no other one (X24)."""
        return f"{self.local_part.partition('+')[0]}@{self.domain}".lower()


_MISTYPED_DOMAINS = {
    mistyped: domain
    for domain, typos in {
        "gmail.com": "gmial.com gmai.com gamil.com gmal.com gmil.com gnail.com gmaill.com gmail.co gmail.con "
        "gmail.cm gmail.jp gmail.co.jp",
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
