"""Services that say what a test wants them to say, and a browser without JavaScript."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web
from aiohttp.test_utils import TestClient

from chassis.messaging.bus import Delivery
from chassis.messaging.memory import MemoryBus
from chassis.messaging.message import Incoming, Lane, Message, Reply, message_type
from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_protocol import answer
from chassis.messaging.shared_messages import apart
from chassis.messaging.topology import rpc_queue
from chassis.security.sealing import Sealer
from gateway.portal import PORTAL
from gateway.pre_session import PRE_SESSION, new_pre_session
from messages.account_settings import OwnAccount, OwnAccountShown, ShowOwnAccount
from messages.contract_shown import ContractShown, HolderShown, ShowContract
from messages.identity import SessionShown
from messages.subscriptions import ANSWERING_SERVICES
from messages.values import AccountId, CustomerNumber, EmailAddress, HolderKana, Nickname

SESSION = SessionShown(
    session_assertion="signed",
    nickname=Nickname("<そら>"),
    previous_login_at=datetime(2026, 11, 22, 23, 5, 17, 123456, tzinfo=UTC),
    ends_at=datetime(2026, 11, 23, tzinfo=UTC),
    account_key=UUID(int=7),
)
Says = Callable[[Any], Reply]
CONTRACT_NAME = HolderKana("アイコム　タロウ")


def the_contract(asked: ShowContract, name: HolderKana | None = CONTRACT_NAME) -> ContractShown:
    """What identity answers, sealed for its asker: 12345678, of that name."""
    sealed = Sealer({"asker": asked.answer_key}).seal(
        HolderShown(holder_kana=name), to="asker", bound_to=asked.session_token_hash
    )
    return ContractShown(customer_number=CustomerNumber("12345678"), holder=sealed)


def the_account(asked: ShowOwnAccount) -> OwnAccountShown:
    """What identity answers, sealed for its asker."""
    account = OwnAccount(
        account_id=AccountId("taro-01"),
        email_address=EmailAddress("taro@example.jp"),
        nickname=SESSION.nickname,
    )
    sealed = Sealer({"asker": asked.answer_key}).seal(account, to="asker", bound_to=asked.session_token_hash)
    return OwnAccountShown(account=sealed)


@dataclass
class Services:
    """What identity, registration and billing answer, by request type; and what they were asked."""

    bus: MemoryBus
    says: dict[type[Message], Says] = field(default_factory=dict)
    asked: list[Message] = field(default_factory=list)

    def answer(self, request: type[Message], reply: Reply) -> None:
        """From now on that reply."""
        self.says[request] = lambda _: reply

    def refuse(self, request: type[Message], code: str, *, retry_after_seconds: int | None = None) -> None:
        """From now on that refusal."""

        def say(_: Any) -> Reply:
            raise Refusal(code, retry_after_seconds=retry_after_seconds)

        self.says[request] = say

    def were_asked(self, request: type[Message]) -> list[Any]:
        """Every request of that type, in order."""
        return [each for each in self.asked if isinstance(each, request)]

    async def listen(self) -> None:
        """Opens the request queues."""
        for service in ANSWERING_SERVICES:
            for lane in Lane:
                await self.bus.consume(rpc_queue(service, lane), self._deliver, at_most=100)

    def _deliver(self, delivery: Delivery) -> None:
        asyncio.get_running_loop().create_task(self._reply(delivery))

    async def _reply(self, delivery: Delivery) -> None:
        await delivery.ack()
        for message in apart(delivery.message):
            await self._answer(message)

    async def _answer(self, message: Incoming) -> None:
        kind = message_type(message.type)
        assert kind
        request = kind.model_validate_json(message.body)
        self.asked.append(request)
        say = self.says.get(kind)
        try:
            outcome = say(request) if say else None  # None is a fault
        except Refusal as refusal:
            outcome = refusal.as_data()  # type: ignore[assignment]
        await self.bus.publish(answer(message, outcome), within=1)


@dataclass
class Answer:
    """What the portal answered."""

    status: int
    headers: Any
    text: str

    @property
    def hidden_mark(self) -> str:
        """The `draft` field of the form on the page."""
        found = re.search('name="draft" value="([^"]+)"', self.text)
        return found[1] if found else ""


class Browser:
    """A browser without JavaScript: keeps cookies, follows nothing by itself."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self.client = client

    async def get(self, path: str, **headers: str) -> Answer:
        """Opens a page."""
        return await self._answer(self.client.get(path, allow_redirects=False, headers=headers))

    async def post(self, path: str, **fields: str) -> Answer:
        """Sends a form from our own page, which this browser was shown."""
        fields.setdefault("form_token", self.form_token())
        return await self.post_raw(path, urlencode(fields).encode(), {"Sec-Fetch-Site": "same-origin"})

    async def post_own(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Sends any form with any headers, from a page that this browser was shown; by TLS or not."""
        cookie, token = self.shown()
        return await self.post_raw(
            path, body + f"&form_token={token}".encode(), {"Cookie": cookie, **headers}
        )

    def shown(self) -> tuple[str, str]:
        """A fresh pre-session's cookie as a browser sends it, and the token of its forms."""
        portal = self.client.server.app[PORTAL]  # type: ignore[attr-defined]
        opened, visitor = web.Response(), new_pre_session()
        portal.cookies.keep(opened, PRE_SESSION, visitor)
        [cookie] = opened.cookies.values()
        return f"{cookie.key}={cookie.value}", portal.form_tokens.of(f"visitor:{visitor.token}")

    def form_token(self) -> str:
        """What our pages' forms carry in this browser, as if it had just opened one."""
        portal = self.client.server.app[PORTAL]  # type: ignore[attr-defined]
        cookies = self.cookies()
        session = portal.sessions.hash_in(cookies)
        visitor = portal.cookies.read(cookies, PRE_SESSION)
        if session is None and visitor is None:
            opened, visitor = web.Response(), new_pre_session()
            portal.cookies.keep(opened, PRE_SESSION, visitor)
            self.client.session.cookie_jar.update_cookies(opened.cookies, self.client.make_url("/"))
        owner = f"session:{session}" if session else f"visitor:{visitor.token}"
        return str(portal.form_tokens.of(owner))

    async def post_raw(
        self,
        path: str,
        body: bytes,
        headers: dict[str, str],
        content_type: str = "application/x-www-form-urlencoded",
    ) -> Answer:
        """Sends any body with any headers."""
        all_headers = {"Content-Type": content_type, **headers}
        return await self._answer(
            self.client.post(path, data=body, allow_redirects=False, headers=all_headers)
        )

    def cookies(self) -> dict[str, str]:
        """What the browser holds, by name."""
        return {cookie.key: cookie.value for cookie in self.client.session.cookie_jar}

    @staticmethod
    async def _answer(sending: Any) -> Answer:
        async with sending as response:
            return Answer(response.status, response.headers, await response.text())


StartPortal = Callable[..., Awaitable[Browser]]
