"""Forms as browsers send them: text fields, urlencoded. There are no uploads."""

from __future__ import annotations

from urllib.parse import parse_qsl

from aiohttp import web

from chassis.web.body_coding import BODY

_MOST_FIELDS = 30


class UnreadableForm(Exception):
    """The body is no form of ours: bad encoding, or far too many fields."""


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields of the form, whose body the middleware `read_body_within` has read. Raises HTTPBadRequest
    for anything but a form of ours.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPBadRequest
    try:
        return read_fields(request[BODY])
    except UnreadableForm:
        raise web.HTTPBadRequest from None


def read_fields(body: bytes) -> dict[str, str]:
    """The fields of a urlencoded body; of a repeated one the last. Raises UnreadableForm."""
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:  # includes UnicodeDecodeError
        raise UnreadableForm from None
    return dict(pairs)
