"""The id of each request, and one line about it: the route's template, never the path, which may hold a
token.
"""

from __future__ import annotations

import secrets

from aiohttp import web
from aiohttp.typedefs import Handler

from chassis.process.clock import monotonic
from chassis.process.logger import Logger, with_log_fields

_log = Logger()
REQUEST_ID = web.RequestKey("request_id", str)


@web.middleware
async def write_access_log(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The outermost middleware: names the request, also for every log line that is written meanwhile, and
    writes `request.served` when it was answered; with status 499 if the browser hung up.
    """
    request_id = request[REQUEST_ID] = secrets.token_hex(8)
    started, status = monotonic(), 499
    with with_log_fields(request_id=request_id):
        try:
            response = await handler(request)
            status = response.status
        finally:
            resource = request.match_info.route.resource
            _log.info(
                "request.served",
                method=request.method,
                route=resource.canonical if resource else "-",
                status=status,
                duration_ms=round((monotonic() - started) * 1000),
            )
    return response


async def add_request_id(request: web.Request, response: web.StreamResponse) -> None:
    """For `on_response_prepare`: the answer carries the id that the log has."""
    response.headers["X-Request-ID"] = request.get(REQUEST_ID, "-")
