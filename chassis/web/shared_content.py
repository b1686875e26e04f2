"""Content that everybody is sent alike: packed once, and sent again only to who has another version of it.

Never for what holds a secret: its length, once it is packed, tells of what is inside (BREACH).
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass

from aiohttp import web

from chassis.web.content_coding import GZIP, IDENTITY, preferred_coding

_OPAQUE_TAGS = re.compile(r'"([\x21\x23-\x7e\x80-\uffff]*)"')  # RFC 9110, 8.8.3


@dataclass(frozen=True)
class _Representation:
    """The bytes that leave, in one coding."""

    body: bytes
    entity_tag: str
    """A strong one: other bytes have another."""

    @classmethod
    def of(cls, body: bytes) -> _Representation:
        return cls(body, hashlib.sha256(body).hexdigest()[:32])


class SharedContent:
    """A body in all codings that it is sent in: a text in UTF-8, or a picture, which is packed in itself."""

    def __init__(self, body: bytes, content_type: str, *, is_text: bool = True) -> None:
        self._content_type = content_type
        self._charset = "utf-8" if is_text else None
        packed = (
            gzip.compress(body, 9, mtime=0) if is_text else body
        )  # no time inside: same from every replica
        self._by_coding = {GZIP: _Representation.of(packed)} if len(packed) < len(body) else {}
        self._by_coding[IDENTITY] = _Representation.of(body)

    def answer(self, request: web.Request, *, cache_control: str, varies_by: str = "") -> web.Response:
        """The answer to GET and HEAD: 304 without a body if the reader has this very representation.
        `varies_by` names headers of the request, besides Accept-Encoding, that may bring another answer.
        Raises HTTPNotAcceptable for a reader that takes it in no coding of ours.
        """
        coding = preferred_coding(
            ",".join(request.headers.getall("Accept-Encoding", [])), tuple(self._by_coding)
        )
        if coding is None:
            raise web.HTTPNotAcceptable
        chosen = self._by_coding[coding]
        headers = {
            "ETag": f'"{chosen.entity_tag}"',
            "Cache-Control": cache_control,
            "Vary": f"Accept-Encoding, {varies_by}" if varies_by else "Accept-Encoding",
        }
        if _has_already(request, chosen):
            return web.Response(status=304, headers=headers)
        if coding != IDENTITY:
            headers["Content-Encoding"] = coding
        return web.Response(
            body=chosen.body, content_type=self._content_type, charset=self._charset, headers=headers
        )


def _has_already(request: web.Request, chosen: _Representation) -> bool:
    """By If-None-Match, whose tags are compared weakly: a proxy that packs anew has made ours weak ones
    (RFC 9110, 13.1.2).
    """
    said = ",".join(request.headers.getall("If-None-Match", []))
    return said.strip() == "*" or chosen.entity_tag in _OPAQUE_TAGS.findall(said)
