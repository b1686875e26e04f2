"""Where a page request ends, whatever went wrong in it: a page for every fault, and a line for the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from chassis.process.logger import Logger
from chassis.process.logs import fault_fields

_log = Logger()


class ErrorPage(Protocol):
    """The component's own page of a status."""

    def __call__(self, request: web.Request, status: int, /) -> web.Response:
        """It may need nothing that can fail."""


def answer_faults(
    error_page: ErrorPage, refusal_page: Callable[[web.Request, Refusal], web.Response]
) -> Middleware:
    """The middleware that answers what no page has caught: aiohttp's own errors with a page of their status,
    refusals, a service that does not answer with 503, anything else with 500.
    """

    @web.middleware
    async def with_fault_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as error:
            response = error_page(request, error.status)
            if "Allow" in error.headers:
                response.headers["Allow"] = error.headers["Allow"]
            return response
        except Refusal as refusal:
            return refusal_page(request, refusal)
        except ServiceTrouble as trouble:
            _log.warning("request.service_trouble", service=str(trouble), trouble=type(trouble).__name__)
            return error_page(request, 503)
        except Exception as fault:
            if request.transport is None or request.transport.is_closing():
                raise ConnectionResetError from fault  # the browser hung up: nobody reads an answer
            _log.error("request.failed", **fault_fields(fault))
            return error_page(request, 500)

    return with_fault_pages
