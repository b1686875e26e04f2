"""Pages for what went wrong."""

from __future__ import annotations

from pages.catalogue.entries import screen
from pages.visitor import Visitor

FAR_TOO_LONG = "x" * 70_000


@screen(404)
async def not_found(visitor: Visitor) -> None:
    await visitor.opens("/nothing-here")


@screen(405)
async def not_allowed(visitor: Visitor) -> None:
    await visitor.sends("PUT", "/login")


@screen(403)
async def from_another_site(visitor: Visitor) -> None:
    await visitor.sends("POST", "/login", {}, Sec_Fetch_Site="cross-site", Origin="http://elsewhere.example")


@screen(403)
async def form_of_another_session(visitor: Visitor) -> None:
    await visitor.opens("/login")
    await visitor.sends("POST", "/login", {"account_id": "taro-01", "form_token": "of-another-tab"})


@screen(413)
async def too_long(visitor: Visitor) -> None:
    await visitor.opens("/login")
    await visitor.presses("ログイン", account_id=FAR_TOO_LONG, password="x")


@screen(415)
async def of_another_kind(visitor: Visitor) -> None:
    await visitor.sends("POST", "/login", b"", Content_Encoding="br")


@screen(406)
async def of_no_coding_that_is_taken(visitor: Visitor) -> None:
    await visitor.sends("GET", "/guide", Accept_Encoding="identity;q=0, br")


@screen(400)
async def unreadable(visitor: Visitor) -> None:
    form = "application/x-www-form-urlencoded"
    await visitor.sends("POST", "/login", b"account_id=%ff%fe", Content_Type=form)


@screen(431)
async def headers_too_large(visitor: Visitor) -> None:
    await visitor.sends("GET", "/login", X_Long="x" * 20_000)
