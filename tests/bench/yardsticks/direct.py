"""The floor: our charges page, our template, our tables, and nothing in between. No broker, no message, no
log line; one look at the session and one at the statements.
"""

from __future__ import annotations

import os

import asyncpg
import uvloop
from aiohttp import web

from chassis.security.tokens import token_hash
from gateway.rendering import Renderer
from gateway.static_files import load_static_files
from messages.billing import ChargesListed, ListedStatement
from messages.company import CompanyProfile
from messages.values import BillingMonth

IDENTITY, BILLING = web.AppKey("identity", asyncpg.Pool), web.AppKey("billing", asyncpg.Pool)
COMPANY = CompanyProfile()
RENDERER = Renderer(load_static_files(COMPANY), COMPANY)
_SESSION = """
    SELECT c.customer_number, a.nickname FROM sessions s JOIN accounts a USING (account_key)
        JOIN contracts c USING (contract_key)
    WHERE session_token_hash = $1
"""
_STATEMENTS = """
    SELECT billing_month, amount_yen FROM statements JOIN published_months USING (billing_month)
    WHERE customer_number = $1 ORDER BY billing_month DESC LIMIT 12
"""


async def _pools(app: web.Application):  # type: ignore[no-untyped-def]  # a generator of aiohttp's
    app[IDENTITY] = await asyncpg.create_pool(os.environ["IDENTITY"], min_size=4, max_size=8)
    app[BILLING] = await asyncpg.create_pool(os.environ["BILLING"], min_size=4, max_size=8)
    yield
    await app[IDENTITY].close()
    await app[BILLING].close()


async def charges(request: web.Request) -> web.Response:
    """GET /charges."""
    who = await request.app[IDENTITY].fetchrow(_SESSION, token_hash(request.cookies["sid"]))
    if who is None:
        raise web.HTTPForbidden
    rows = await request.app[BILLING].fetch(_STATEMENTS, who["customer_number"])
    listed = ChargesListed(
        statements=tuple(
            ListedStatement(
                billing_month=BillingMonth.from_date(row["billing_month"]), amount_yen=row["amount_yen"]
            )
            for row in rows
        ),
        listed_months=12,
        first_listed_month=BillingMonth(2020, 7),
    )
    values = {"problems": (), "problem_at": {}, "session": who, "is_customers": True, "notice": None}
    page = RENDERER.render("charges/list.html", values | {"listed": listed})
    return web.Response(text=page, content_type="text/html")


if __name__ == "__main__":
    uvloop.install()
    application = web.Application()
    application.cleanup_ctx.append(_pools)
    application.router.add_get("/charges", charges)
    web.run_app(
        application,
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        reuse_port=True,
        access_log=None,
        print=None,
    )
