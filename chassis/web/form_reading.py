"""Forms as browsers send them: text fields, urlencoded. There are no uploads. Other programs may send the
same fields as multipart/form-data (RFC 7578).
"""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser
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


async def read_sent_form(request: web.Request) -> dict[str, str]:
    """As `read_form`, of whatever program: in either of the two codings."""
    if request.content_type != "multipart/form-data":
        return await read_form(request)
    try:
        return read_parts(request.headers["Content-Type"], request[BODY])
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


def read_parts(content_type: str, body: bytes) -> dict[str, str]:
    """The text fields of a multipart body; of a repeated one the last. Raises UnreadableForm, also for one
    with a file.
    """
    head = f"Content-Type: {content_type}\r\n\r\n".encode("utf-8", "replace")
    parts = BytesParser().parsebytes(head + body).get_payload()
    if not isinstance(parts, list) or not 0 < len(parts) <= _MOST_FIELDS:
        raise UnreadableForm
    return dict(_field_in(part) for part in parts)


def _field_in(part: object) -> tuple[str, str]:
    """Its name and its text."""
    if not isinstance(part, Message) or part.get_filename() is not None:
        raise UnreadableForm
    name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
    if not isinstance(name, str) or not isinstance(content, bytes):
        raise UnreadableForm
    try:
        return name, content.decode()
    except UnicodeDecodeError:
        raise UnreadableForm from None
