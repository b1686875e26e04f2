"""メールアドレス (T14, S2-9, S2-10, X25, X27).

Cases are numbered, as nothing personal belongs in the name of a test, not even an invented one.
"""

import string
import traceback
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.values import EmailAddress, InvalidValue, Reason, likely_typo


@pytest.mark.parametrize(
    "typed",
    [
        "Taro@aicom-koka.jp",
        " Taro@AICOM-KOKA.jp\u3000",
        "Ｔａｒｏ＠ａｉｃｏｍ－ｋｏｋａ．ｊｐ",
        "Taro@aicom-koka。jp",
    ],
    ids=count(),
)
def test_width_surrounding_spaces_and_the_case_of_the_domain_are_folded(typed: str) -> None:
    """The local part keeps its case, for its owner's server to judge."""
    address = EmailAddress.parse(typed)
    assert address == "Taro@aicom-koka.jp"
    assert (address.local_part, address.domain) == ("Taro", "aicom-koka.jp")


def test_a_japanese_domain_is_kept_in_its_ascii_form() -> None:
    """So that the envelope is ASCII."""
    assert EmailAddress.parse("taro@日本語.jp") == "taro@xn--wgv71a119e.jp"


@pytest.mark.parametrize(
    "typed",
    ["a@b.jp", "first.last+tag@example.co.jp", "_-/?=~@example.com", "x" * 64 + "@example.com"],
    ids=count(),
)
def test_a_customary_address_is_accepted(typed: str) -> None:
    """Tags and odd signs are in use."""
    assert EmailAddress.parse(typed) == typed


@pytest.mark.parametrize(
    "typed", ["foo.@docomo.ne.jp", "a..b@ezweb.ne.jp", "a...@docomo.ne.jp", "a‥b@docomo.ne.jp"], ids=count()
)
def test_a_legacy_carrier_address_gets_its_own_reason(typed: str) -> None:
    """No mail would arrive there, so the page asks for another one (S2-10)."""
    with pytest.raises(InvalidValue) as refused:
        EmailAddress.parse(typed)
    assert refused.value.reason is Reason.UNDELIVERABLE


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        ("\u3000 \n", Reason.EMPTY),
        ("taro", Reason.SHAPE),
        ("@", Reason.SHAPE),
        ("@example.com", Reason.SHAPE),
        (".@example.com", Reason.SHAPE),
        (".taro@example.com", Reason.SHAPE),
        ("taro@example", Reason.SHAPE),
        ("taro@example..com", Reason.SHAPE),
        ("taro@@example.com", Reason.SHAPE),
        ("たろう@example.com", Reason.SHAPE),
        ('"ta ro"@example.com', Reason.SHAPE),
        ("taro@[192.0.2.1]", Reason.SHAPE),
        ("Taro <taro@example.com>", Reason.SHAPE),
        ("a@b.jp,c@d.jp", Reason.SHAPE),
        ("a@b.jp\r\nBcc:c@d.jp", Reason.SHAPE),
        ("a@b.jp\nBcc: c@d.jp", Reason.SHAPE),
        ("a\n@b.jp", Reason.SHAPE),
        ("a@b.jp%0d%0aBcc:c@d.jp", Reason.SHAPE),
        ("a@b.jp\u2028x", Reason.SHAPE),
        ("a@b.jp\x00", Reason.SHAPE),
        ("a@b.jp>\r\nRCPT TO:<e@x", Reason.SHAPE),
        ("x" * 65 + "@example.com", Reason.SHAPE),
        ("a@" + "b" * 60 + ("." + "b" * 60) * 3 + ".com.example.jp", Reason.SHAPE),
        ("あ" * 100_000 + "@example.com", Reason.SHAPE),
    ],
    ids=count(),
)
def test_what_is_no_address_is_refused_with_its_reason(typed: str, reason: Reason) -> None:
    """Header and envelope injections among them."""
    with pytest.raises(InvalidValue) as refused:
        EmailAddress.parse(typed)
    assert refused.value.reason is reason
    assert reason in EmailAddress.reasons


def test_an_address_of_254_characters_is_accepted_and_one_of_255_is_not() -> None:
    """The limit of SMTP (RFC 5321, erratum 1690)."""
    longest = f"{'x' * 64}@{'y' * 63}.{'y' * 63}.{'y' * 57}.com"
    assert len(EmailAddress.parse(longest)) == 254
    with pytest.raises(InvalidValue, match="SHAPE"):
        EmailAddress.parse(longest.replace(".com", "y.com"))


def test_the_traceback_of_a_refusal_does_not_quote_the_address() -> None:
    """The address library's own text does."""
    with pytest.raises(InvalidValue) as refused:
        EmailAddress.parse("".join(["たろ", "う@", "example.com"]))
    assert "たろう" not in "".join(traceback.format_exception(refused.value))


def test_an_address_is_not_shown_in_its_repr() -> None:
    """A log line or traceback does not show it."""
    assert repr(EmailAddress.parse("taro@example.com")) == "***"


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("docmo.ne.jp", "docomo.ne.jp"),
        ("docomo.ne.jo", "docomo.ne.jp"),
        ("ezweb.ne.jo", "ezweb.ne.jp"),
        ("yahoo.co.jo", "yahoo.co.jp"),
        ("softbenk.ne.jp", "softbank.ne.jp"),
        ("icloud.co", "icloud.com"),
    ],
    ids=count(),
)
def test_a_mistyped_domain_suggests_the_customary_one(mistyped: str, meant: str) -> None:
    """A note on the confirm screen."""
    assert likely_typo(EmailAddress.parse(f"taro@{mistyped}")) == meant


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "ymail.com", "mail.com", "docomo.ne.jp", "au.com", "aicom-koka.jp", "gmail.com.example.jp"],
    ids=count(),
)
def test_a_domain_that_exists_suggests_nothing(domain: str) -> None:
    """A wrong note would worry people for nothing."""
    assert likely_typo(EmailAddress.parse(f"taro@{domain}")) is None


LOCALS = st.text(string.ascii_letters + string.digits + "+-_", min_size=1, max_size=20)


@given(LOCALS, st.sampled_from(["EXAMPLE.com", "docomo.ne.jp", "日本語.jp"]))
def test_any_plain_local_part_is_kept_at_any_domain(local: str, domain: str) -> None:
    """Only the domain is folded."""
    address = EmailAddress.parse(f"{local}@{domain}")
    assert address.local_part == local
    assert address.domain == address.domain.lower()


@given(
    st.text(st.characters())
    | st.text("aZ0.@-_＠あß\r\n <>%", max_size=30)
    | st.builds("{}@{}.jp".format, LOCALS, st.text(min_size=1))
)
def test_any_text_gives_one_plain_ascii_address_or_a_listed_reason(typed: str) -> None:
    """Nothing that could split a header or an envelope can come out, and parsing again changes nothing."""
    try:
        address = EmailAddress.parse(typed)
    except InvalidValue as refused:
        if refused.reason not in EmailAddress.reasons:
            raise
    else:
        assert all("!" <= char <= "~" and char not in '<>,;:"()[]\\' for char in address)
        assert address.count("@") == 1
        assert len(address) <= 254
        assert EmailAddress.parse(str(address)) == address


@pytest.mark.parametrize(
    "other", ["Taro@example.jp", "taro+x@example.jp", "taro@EXAMPLE.jp", "TARO+a+b@example.jp"]
)
def test_letter_case_and_a_tag_make_no_other_mailbox(other: str) -> None:
    """X24."""
    assert EmailAddress(other).mailbox == EmailAddress("taro@example.jp").mailbox


@pytest.mark.parametrize("other", ["hanako@example.jp", "taro@example.com"])
def test_another_name_or_domain_is_another_mailbox(other: str) -> None:
    """Else strangers would block each other."""
    assert EmailAddress(other).mailbox != EmailAddress("taro@example.jp").mailbox


def test_letter_case_makes_no_other_address_but_a_tag_does() -> None:
    """A customer who forgot how he wrote it finds his account; a mail goes where the account says (X37)."""
    assert EmailAddress("Taro@example.jp").folded == EmailAddress("tARO@Example.jp").folded
    assert EmailAddress("taro+x@example.jp").folded != EmailAddress("taro@example.jp").folded
