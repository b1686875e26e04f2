"""X25 to X29: forms that would have our mails say, or go, where their sender likes, on the five processes.

The mails that are asked for are read as they came off the wire: the catcher of `make up` keeps every byte.
"""

from __future__ import annotations

import email.policy
import re
from email.message import EmailMessage

import aiohttp
import pytest
from abuse.conftest import EnterFrom
from pages.catalogue.steps import details, prove, register
from pages.town import Town
from pages.visitor import Visitor
from support.inside_a_system import rows_of

ADDRESSES = (
    "a@b.jp\r\nBcc: evil@example.jp",
    "a@b.jp\nBcc: evil@example.jp",
    "a@b.jp\rBcc: evil@example.jp",
    "a@b.jp%0d%0aBcc: evil@example.jp",
    "a@b.jp\u2028Bcc: evil@example.jp",
    "a@b.jp\u0085Bcc: evil@example.jp",
    "a@b.jp\0",
    "a@b.jp, evil@example.jp",
    "a@b.jp;evil@example.jp",
    "<a@b.jp> <evil@example.jp>",
    "a@b.jp>\r\nRCPT TO:<evil@example.jp",
    "a@b.jp> RCPT TO:<evil@example.jp",
    "a@b.jp>,<evil@example.jp",
    '"a@b.jp> evil"@example.jp',
    '"a\\"b"@example.jp',
    "=?utf-8?q?a=40b.jp=2Cevil?=@example.jp",
    "@evil.example:a@b.jp",
    "a@[127.0.0.1]",
    "a@b.jp (comment)",
    "group: a@b.jp;",
)
NICKNAMES = (
    "たろう\r\nBcc: evil@example.jp",
    "たろう\nBcc: x",
    "たろう\0",
    "たろう\u2028Bcc",
    "たろう\u0085Bcc",
    "=?utf-8?q?x=0D=0ABcc:_evil?=",
    "=?UTF-8?B?QmNjOg==?=",
    "=?iso-2022-jp?b?GyRC?=",
    "＝？utf-8？q？x？＝",
    "https://evil.example",
    "格安 evil.com/x",
    "www.evil.example",
    "ｗｗｗ．evil．jp",
    "a@evil.example",
    "\u202eevil",
)
OLD_CARRIERS = ("foo.@docomo.ne.jp", "a..b@ezweb.ne.jp", "a..b.@docomo.ne.jp", "a...b@ezweb.ne.jp")
GOOD = ("a.b-c_d@docomo.ne.jp", "o'neill+tag@example.jp", "x@xn--wgv71a119e.jp", "A.B@Example.JP")


async def raw_mails(town: Town, address: str) -> list[bytes]:
    """Every byte of those that came to it."""
    async with aiohttp.ClientSession(f"http://127.0.0.1:{town.system.inbox_port}") as inbox:
        found = []
        for mail in await town.system.mails_to(address):
            async with inbox.get(f"/api/mails/{mail['id']}/raw") as answer:
                found.append(await answer.read())
    return found


def require_problem(visitor: Visitor, field: str, text: str) -> None:
    """The form is back, with a sentence beside the field."""
    assert visitor.status == 422, repr(text)
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', visitor.html), repr(text)


@pytest.mark.parametrize(
    ("field", "texts"),
    [("email_address", ADDRESSES), ("nickname", NICKNAMES)],
    ids=["addresses (X25, X27)", "nicknames (X25, X26, X29)"],
)
async def test_x25_x26_x27_x29_what_is_no_value_is_said_beside_its_field_and_orders_nothing(
    fresh_town: Town, enter_from: EnterFrom, field: str, texts: tuple[str, ...]
) -> None:
    """Neither a registration, nor a mail."""
    visitor, customer = enter_from(621 + len(field)), fresh_town.new_customer()
    await prove(visitor, customer)
    proved = visitor.url
    for text in texts:
        await visitor.opens(proved)
        await visitor.presses("確認する", **details(customer) | {field: text})
        require_problem(visitor, field, text)
    ordered = "SELECT FROM provisional_accounts WHERE customer_number = $1"
    assert await rows_of(fresh_town.system, "registration", ordered, customer.customer_number) == []
    assert not await fresh_town.system.mails_to("evil")


async def test_x25_x27_a_mail_has_one_recipient_and_only_headers_of_ours(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """The envelope is the address that is stored, and so is the only To."""
    for number, address in enumerate(GOOD):
        visitor, customer = enter_from(630 + number), fresh_town.new_customer()
        await prove(visitor, customer)
        await visitor.presses("確認する", **details(customer) | {"email_address": address})
        await visitor.presses("仮登録する")
        assert "仮登録が完了しました。" in visitor.html
        stored = address.partition("@")[0] + "@" + address.partition("@")[2].lower()
        await fresh_town.system.activation_url(stored)
        [raw] = await raw_mails(fresh_town, stored)
        mail = email.message_from_bytes(raw, EmailMessage, policy=email.policy.default)
        assert mail.get_all("To") == [stored]
        assert not mail.get_all("Cc")
        assert not mail.get_all("Bcc")
        [caught] = await fresh_town.system.mails_to(stored)
        assert stored in str(caught["to"])
        assert str(caught["to"]).count("@") == 1


async def test_x28_addresses_that_no_mail_of_ours_reaches_are_said_at_once(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """Carriers issued `a..b@` and `a.@` until 2009. They are not taken; the page says what to do (S2-10)."""
    visitor, customer = enter_from(640), fresh_town.new_customer()
    await prove(visitor, customer)
    proved = visitor.url
    for address in OLD_CARRIERS:
        await visitor.opens(proved)
        await visitor.presses("確認する", **details(customer) | {"email_address": address})
        require_problem(visitor, "email_address", address)
        assert "別のメールアドレスを入力してください。" in visitor.html
        assert f'value="{address}"' in visitor.html


async def test_x29_before_the_account_is_proved_no_mail_says_a_word_of_its_sender(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """An advertisement in a nickname reaches no stranger; the account's own mails may greet."""
    customer = await register(enter_from(641))
    await fresh_town.mail_link(customer)
    [raw] = await raw_mails(fresh_town, customer.email_address)
    mail = email.message_from_bytes(raw, EmailMessage, policy=email.policy.default)
    said = [str(mail["Subject"]), *(part.get_content() for part in mail.walk() if not part.is_multipart())]
    assert len(said) == 3
    for typed in ("カナリア", customer.account_id, customer.holder_kana, customer.customer_number):
        assert not [text for text in said if typed in text]
