"""パスキー: at localhost, where browsers have them, and at an address of digits."""

from __future__ import annotations

import base64
import json
import re
from html import unescape
from typing import Any

from journeys.system import Customer
from pages.catalogue.entries import screen
from pages.catalogue.own_account import be_new_member
from pages.catalogue.second_factor import turn_on
from pages.catalogue.steps import be_member
from pages.forms import Form, forms_of
from pages.visitor import Visitor
from support.software_authenticator import SoftwareAuthenticator


def passkey_form(visitor: Visitor) -> tuple[Form, dict[str, Any]]:
    """The form that a browser's passkey goes into, and what the page asks it for."""
    found = re.search('data-options="([^"]*)"', visitor.html)
    assert found, visitor.html
    [form] = [each for each in forms_of(visitor.html) if "credential" in each.values]
    return form, json.loads(unescape(found[1]))


async def sends_credential(visitor: Visitor, credential: str, **typed: str) -> None:
    """As the page's script does."""
    form, _ = passkey_form(visitor)
    values = form.values | {"credential": credential} | typed
    await visitor.sends("POST", form.action or visitor.url, values)


async def be_asked_to_make_one(visitor: Visitor, customer: Customer) -> None:
    """The password is right."""
    await visitor.opens("/settings/passkeys")
    await visitor.presses("パスキーを登録する", password=customer.password)


async def make_passkey(visitor: Visitor, customer: Customer) -> None:
    """With an authenticator of his own."""
    await be_asked_to_make_one(visitor, customer)
    _, asked = passkey_form(visitor)
    handle = base64.urlsafe_b64decode(asked["user"]["id"] + "==")
    origin = re.match("http://[^/]+", visitor.url)
    assert origin
    authenticator = SoftwareAuthenticator(handle, origin[0])
    await sends_credential(visitor, authenticator.make(asked["challenge"]))


async def be_new_member_at_localhost(visitor: Visitor) -> Customer:
    """Whose passkeys no other visit sees."""
    customer = await be_new_member(visitor)
    visitor.goes_to_localhost()
    return customer


@screen()
async def log_in_with_passkey(visitor: Visitor) -> None:
    visitor.goes_to_localhost()
    await visitor.opens("/login")


@screen(422)
async def log_in_with_passkey_refused(visitor: Visitor) -> None:
    visitor.goes_to_localhost()
    await visitor.opens("/login")
    await sends_credential(visitor, "{}")


@screen()
async def passkeys_none(visitor: Visitor) -> None:
    await be_member(visitor)
    visitor.goes_to_localhost()
    await visitor.opens("/settings/passkeys")


@screen()
async def passkeys_not_here(visitor: Visitor) -> None:
    await be_member(visitor)
    await visitor.opens("/settings/passkeys")


@screen(422)
async def passkeys_password_missing(visitor: Visitor) -> None:
    await be_member(visitor)
    visitor.goes_to_localhost()
    await visitor.opens("/settings/passkeys")
    await visitor.presses("パスキーを登録する", password="")


@screen()
async def passkeys_with_code(visitor: Visitor) -> None:
    await turn_on(visitor)
    visitor.goes_to_localhost()
    await visitor.opens("/settings/passkeys")


@screen(422)
async def passkeys_wrong_code(visitor: Visitor) -> None:
    customer, application = await turn_on(visitor)
    visitor.goes_to_localhost()
    await visitor.opens("/settings/passkeys")
    await visitor.presses("パスキーを登録する", password=customer.password, code=application.wrong)


@screen(422)
async def passkeys_code_missing(visitor: Visitor) -> None:
    customer, _ = await turn_on(visitor)
    visitor.goes_to_localhost()
    await visitor.opens("/settings/passkeys")
    await visitor.presses("パスキーを登録する", password=customer.password, code="")


@screen()
async def new_passkey_after_code(visitor: Visitor) -> None:
    customer, application = await turn_on(visitor)
    visitor.goes_to_localhost()
    await visitor.opens("/settings/passkeys")
    await visitor.presses("パスキーを登録する", password=customer.password, code=application.code(later=1))


@screen()
async def new_passkey(visitor: Visitor) -> None:
    customer = await be_new_member_at_localhost(visitor)
    await be_asked_to_make_one(visitor, customer)


@screen(422)
async def new_passkey_not_made(visitor: Visitor) -> None:
    customer = await be_new_member_at_localhost(visitor)
    await be_asked_to_make_one(visitor, customer)
    await sends_credential(visitor, "{}")


@screen(422)
async def new_passkey_name_too_long(visitor: Visitor) -> None:
    customer = await be_new_member_at_localhost(visitor)
    await be_asked_to_make_one(visitor, customer)
    await sends_credential(visitor, "{}", passkey_name="台所" * 16)


@screen()
async def passkey_added(visitor: Visitor) -> None:
    customer = await be_new_member_at_localhost(visitor)
    await make_passkey(visitor, customer)


@screen()
async def passkeys_full(visitor: Visitor) -> None:
    customer = await be_new_member_at_localhost(visitor)
    for _ in range(10):
        await make_passkey(visitor, customer)


@screen()
async def passkey_removed(visitor: Visitor) -> None:
    customer = await be_new_member_at_localhost(visitor)
    await make_passkey(visitor, customer)
    [form] = [each for each in forms_of(visitor.html) if each.action == "/settings/passkeys/remove"]
    [button] = form.buttons
    await visitor.sends("POST", form.action, form.values | {button.name: button.value})
