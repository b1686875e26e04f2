"""One customer does everything that customers can do, from 仮登録 to 退会; whatever he types, is called or
gets on the way is a canary.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from journeys.system import Customer, System
from journeys.test_a_mail_that_bounced import a_notice_of
from journeys.two_steps_once import guards_his_log_in
from pages.catalogue.steps import HOLDER_FIELDS, go_on_to_menu, prove
from pages.town import Town
from pages.visitor import Visitor
from support.billing_exports import write_lines, write_statements
from support.canaries import SECRET, Canary

from messages.values import HolderKana

NEXT_MONTH = "2026/11"
HAS_MAILS = 30.0  # seconds, for a mail to come


class Unmistakable(Customer):
    """His account ID tells no other value."""

    @property
    def account_id(self) -> str:
        return "mejiro-" + "abcdefghij"[int(self.customer_number[0])] * 5


@dataclass
class Life:
    """The walk, and what it has let fly."""

    system: System
    customer: Customer
    canaries: list[Canary] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    address: str = ""
    password: str = ""

    def __post_init__(self) -> None:
        self.town = Town(self.system)
        self.visitor = Visitor(self.town, 1)
        customer = self.customer
        self.lets_fly("customer number", "of the contract", customer.customer_number)
        self.lets_fly("telephone", "of the contract", customer.phone_number)
        self.lets_fly("account ID", "of the account", customer.account_id)
        for name, text in (("as written", customer.holder_kana), ("compared", _key(customer))):
            self.lets_fly("name", name, text)

    def lets_fly(self, kind: str, name: str, text: str) -> str:
        """Another value to look for; returns it."""
        assert len(text) > 6, f"{name} could stand somewhere by chance"
        self.canaries.append(Canary(kind, name, text))
        return text

    def chooses(self, name: str) -> str:
        """A password; the present one from now on."""
        self.password = self.lets_fly(SECRET, f"password {name}", f"Zuizui{len(self.canaries):02d}Koro")
        return self.password

    def has_address(self, name: str) -> str:
        """A mail address; the present one from now on."""
        self.address = self.lets_fly("mail address", name, f"{name}.of.canaries@example.jp")
        return self.address

    async def link(self, subject: str, path: str, *, to: str = "", after: int = 0) -> str:
        """In the newest mail; its token is a canary."""
        url = await self.system.link_in_mail(to or self.address, subject, path, after=after)
        self.lets_fly(SECRET, f"token of {path}", urlsplit(url).path.rpartition("/")[2])
        return url

    async def opens(self, url: str) -> None:
        """And remembers where the portal led to."""
        await self.visitor.opens(url)
        if "/stop/" not in url:  # whoever has that address may stop the mails, and nothing else (RFC 8058)
            self.visited.append(self.visitor.url)

    async def presses(self, label: str, **typed: str) -> None:
        """And remembers where the portal led to; the step must have been taken."""
        await self.visitor.presses(label, **typed)
        self.visited.append(self.visitor.url)
        assert self.visitor.status == 200, f"{label}: {self.visitor.status} {self.visitor.url}"

    def is_logged_in(self) -> None:
        """The session's token is a canary."""
        self.lets_fly(SECRET, "token of a session", self.visitor.cookie("sid"))

    async def logs_in(self) -> None:
        """With what is true now."""
        await self.opens("/login")
        await self.presses("ログイン", account_id=self.customer.account_id, password=self.password)
        assert "/menu" in self.visitor.url, self.visitor.url
        self.is_logged_in()


def _key(customer: Customer) -> str:
    return HolderKana(customer.holder_kana).key


async def everything_once(life: Life) -> None:
    """Each step on the screens, and the operator's commands beside them."""
    for step in (
        _registers, _activates, _mistypes, _recovers, _moves_and_takes_it_back, _changes_the_rest,
        _is_told_of_a_bill, _takes_his_data_home, _mail_bounces, guards_his_log_in, _is_helped_by_the_desk,
        _leaves,
    ):  # fmt: skip
        await step(life)
    await life.visitor.close()


async def only_registers(life: Life) -> None:
    """And never opens the mail."""
    await _proves_and_registers(life)
    await life.link("仮登録受付完了", "/activate/")
    await life.visitor.close()


async def _proves_and_registers(life: Life) -> None:
    await prove(life.visitor, life.customer)
    typed = {"account_id": life.customer.account_id, "password": life.chooses("of the registration")}
    typed["nickname"] = life.lets_fly("nickname", "of the registration", "うたをわすれたひと")
    typed["email_address"] = life.has_address(f"first{life.customer.base_yen}")
    await life.presses("IDチェック", **typed)
    await life.presses("確認する", **typed)
    await life.presses("仮登録する")


async def _registers(life: Life) -> None:
    await _proves_and_registers(life)
    await life.link("仮登録受付完了", "/activate/")
    await life.presses("メールを再送する")
    await life.link("仮登録受付完了", "/activate/", after=1)
    await life.presses("このメールアドレスに送る", email_address=life.has_address("corrected"))


async def _activates(life: Life) -> None:
    await life.opens(await life.link("仮登録受付完了", "/activate/"))
    await life.presses("本登録する", password=life.password)
    await go_on_to_menu(life.visitor)
    life.is_logged_in()
    for path in ("/charges", "/charges/2026-10", "/contract", "/settings", "/settings/history"):
        await life.opens(path)
    await life.presses("ログアウト")


async def _mistypes(life: Life) -> None:
    wrong = life.lets_fly(SECRET, "password that is wrong", "Machigai88Dayo")
    await life.opens("/login")
    await life.visitor.presses("ログイン", account_id=life.customer.account_id, password=wrong)
    assert life.visitor.status == 422
    await life.logs_in()
    await life.presses("ログアウト")


async def _recovers(life: Life) -> None:
    await life.opens("/recover/account-id")
    await life.presses("メールを送る", email_address=life.address)
    await life.opens("/recover/password")
    await life.presses("メールを送る", account=life.customer.account_id, email_address=life.address)
    await life.opens(await life.link("パスワード再設定のご案内", "/reset/"))
    await life.presses("パスワードを変更する", new_password=life.chooses("of the reset"))
    await life.logs_in()


async def _moves_and_takes_it_back(life: Life) -> None:
    old = life.address
    await life.opens("/settings/address")
    new = life.has_address("moved")
    await life.presses("確認のメールを送る", email_address=new, password=life.password)
    await life.opens(await life.link("メールアドレス変更の確認", "/settings/address/"))
    await life.presses("変更する")
    await life.opens(await life.link("メールアドレスを変更しました", "/address-undo/", to=old))
    await life.presses("元に戻す")
    life.address = old
    await life.logs_in()


async def _changes_the_rest(life: Life) -> None:
    await life.opens("/settings/nickname")
    await life.presses("変更する", nickname=life.lets_fly("nickname", "chosen later", "あとでえらんだなまえ"))
    await life.opens("/settings/password")
    old = life.password
    await life.presses("変更する", password=old, new_password=life.chooses("chosen later"))
    await life.logs_in()


async def _is_told_of_a_bill(life: Life) -> None:
    await life.opens("/settings")
    await life.presses("保存する", bill_notice="with_amount")
    folder, customers = life.system.folder, [life.customer]
    statements = write_statements(folder / "more.csv", customers, [NEXT_MONTH])
    lines = write_lines(folder / "more_lines.csv", customers, [NEXT_MONTH])
    code, out = await life.system.run("charges", "import", statements, lines, "--publish")
    assert code == 0, out
    await life.opens(await life.link("ご利用料金のお知らせ", "/stop/"))
    await life.presses("お知らせメールを停止する")


async def _takes_his_data_home(life: Life) -> None:
    await life.opens("/settings/export")
    await life.presses("ダウンロードする", password=life.password)
    file = life.visitor.html
    data = json.loads(file)
    assert data["ご利用料金"][-1]["請求月"] == NEXT_MONTH.replace("/", "-")
    assert life.address in file
    for kind in ("account ID", "customer number", "nickname", "telephone"):
        newest = [canary for canary in life.canaries if canary.kind == kind][-1]
        assert newest.is_in(file.encode()), kind
    assert not [canary.name for canary in life.canaries if canary.kind == SECRET and canary.text in file]


async def _mail_bounces(life: Life) -> None:
    mail = (await life.system.mails_to(life.address))[0]
    message_id = {name.lower(): text for name, text in mail["headers"].items()}["message-id"]
    notice = a_notice_of(str(message_id), life.address)
    code, out = await life.system.run("mail", "bounces", "-", given=notice)
    assert code == 0, out
    assert not [each.name for each in life.canaries if each.text in out]


async def _is_helped_by_the_desk(life: Life) -> None:
    number = life.customer.customer_number
    code, out = await life.system.run("desk", "issue-code", number, "--reason", "電話で確認")
    found = re.search(r"\d{4} \d{4} \d{4} \d{4}", out)
    assert found, (code, out)
    life.lets_fly(SECRET, "code of the desk", found[0])
    life.lets_fly(SECRET, "code of the desk, bare", found[0].replace(" ", ""))
    await life.opens("/recover/code")
    holder = {name: str(getattr(life.customer, name)) for name in HOLDER_FIELDS}
    new = {"email_address": life.has_address("renewed"), "password": life.chooses("by the desk's code")}
    await life.presses("設定する", **holder, enrolment_code=found[0], **new)
    await life.logs_in()


async def _leaves(life: Life) -> None:
    await life.opens("/settings/leave")
    await life.presses("退会する", confirmed="yes", password=life.password)
    async with asyncio.timeout(HAS_MAILS):  # the last of all notices
        while not any("退会" in mail["subject"] for mail in await life.system.mails_to(life.address)):
            await asyncio.sleep(0.1)
