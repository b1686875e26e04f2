"""Requests that are not what they say of themselves: our own page, never a fault and never nothing."""

from __future__ import annotations

import gzip
import zlib

import pytest
from support.raw_http import FORM, HEAD, Serve, answer_to

READ = 403
"""The fields were read: it is the form token that is missing among them."""
TYPED = b"account_id=taro-01&password=kirakira"
GZIP = gzip.compress(TYPED)
RAW_DEFLATE = zlib.compress(TYPED)[2:-4]
PART = b'--x\r\nContent-Disposition: form-data; name="account_id"\r\n\r\ntaro-01\r\n--x--\r\n'


def coded(coding: str, body: bytes) -> bytes:
    """The log-in with that body, which it says is coded so."""
    return FORM + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s" % (coding.encode(), len(body), body)


def typed_as(content_type: str, body: bytes = TYPED) -> bytes:
    """The log-in with a body of that kind."""
    head = b"POST /login HTTP/1.1\r\n" + HEAD + b"Content-Type: %s\r\n" % content_type.encode("latin-1")
    return head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def page(*headers: bytes) -> bytes:
    """The log-in screen, asked for with these headers."""
    return b"GET /login HTTP/1.1\r\n" + HEAD + b"".join(header + b"\r\n" for header in headers) + b"\r\n"


BODIES = {
    "gzip that breaks off": (coded("gzip", GZIP[:-9]), 400),
    "gzip without its check sum": (coded("gzip", GZIP[:-8]), 400),
    "gzip with a wrong check sum": (coded("gzip", GZIP[:-8] + b"\0" * 8), 400),
    "nothing that is called gzip": (coded("gzip", b""), READ),
    "gzip with something behind it": (coded("gzip", GZIP + b"abc"), 400),
    "gzip that is gzip": (coded("gzip", GZIP), READ),
    "GZIP in capitals": (coded("GZIP", GZIP), READ),
    "x-gzip": (coded("x-gzip", GZIP), 415),
    "gzip twice": (coded("gzip, gzip", gzip.compress(GZIP)), 415),
    "deflate that is zlib": (coded("deflate", zlib.compress(TYPED)), READ),
    "deflate without its frame": (coded("deflate", RAW_DEFLATE), READ),
    "deflate that breaks off": (coded("deflate", zlib.compress(TYPED)[:-6]), 400),
    "a coding of nobody": (coded("tea", TYPED), 415),
    "a coding of tomorrow": (coded("dcz", TYPED), 415),
    "identity": (coded("identity", TYPED), READ),
    "two headers of a coding": (
        FORM + b"Content-Encoding: gzip\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx",
        415,
    ),
    "chunks and gzip": (
        FORM
        + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
        % (len(GZIP), GZIP),
        READ,
    ),
    "a transfer that is coded": (FORM + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
    "a transfer of no kind": (FORM + b"Transfer-Encoding: tea\r\n\r\n", 400),
    "a longer body than was said": (FORM + b"Content-Length: 3\r\n\r\n" + TYPED, 400),
    "multipart": (typed_as("multipart/form-data; boundary=x", PART), 400),
    "multipart without a boundary": (typed_as("multipart/form-data", PART), 400),
    "text": (typed_as("text/plain"), 400),
    "no kind": (typed_as(""), 400),
    "a kind with odd bytes": (typed_as("application/x-www-form-urlencoded; charset=\xff"), READ),
    "a form that calls itself Shift_JIS": (
        typed_as("application/x-www-form-urlencoded; charset=shift_jis"),
        READ,
    ),
    "a form in Shift_JIS": (typed_as("application/x-www-form-urlencoded", b"account_id=%83A%83C"), 400),
    "a form in raw Shift_JIS": (typed_as("application/x-www-form-urlencoded", b"account_id=\x83A\x83C"), 400),
    "half a percent sign": (typed_as("application/x-www-form-urlencoded", b"account_id=%&password=%8"), READ),
    "surrogates": (typed_as("application/x-www-form-urlencoded", b"account_id=%ED%A0%80"), 400),
}
HEADERS = {
    "cookies with a hundred names": (page(b"Cookie: " + b"; ".join(b"n%d=v" % n for n in range(100))), 200),
    "a cookie in pieces": (page(*[b"Cookie: a%d=b" % n for n in range(50)]), 200),
    "a cookie without a value": (page(b"Cookie: ;;=;a;b=;=c;"), 200),
    "a cookie with odd bytes": (page(b"Cookie: sid=\xe3\x81\x82; \xff=\xfe"), 200),
    "a cookie in quotes that do not end": (page(b'Cookie: sid="abc; draft=x'), 200),
    "an empty session": (page(b"Cookie: sid="), 200),
    "a session that is a path": (page(b"Cookie: sid=../../etc/passwd; draft=%00; visitor=!!!!"), 200),
    "9 kB of foreign cookies": (
        page(b"Cookie: " + b"; ".join(b"_ga%d=%s" % (n, b"x" * 80) for n in range(105))),
        431,
    ),
    "three hundred headers": (page(*[b"X-%d: y" % n for n in range(300)]), 400),
    "a name with odd bytes": (page(b"X-\xe3\x81\x82: y"), 400),
    "a name with a space": (page(b"X Y: y"), 400),
    "no name": (page(b": y"), 400),
    "a value with odd bytes": (page(b"X-Y: \xff\xfe\x80"), 200),
    "a language that is none": (page(b"Accept-Language: \xff;q=x,,;"), 200),
    "codings that are none": (page(b"Accept-Encoding: ;q=,,\xff;;q=0"), 200),
    "a date that is none": (
        page(b"If-Modified-Since: yesterday", b'If-None-Match: "', b"Range: bytes=9-1"),
        200,
    ),
}


@pytest.mark.parametrize("name", BODIES | HEADERS)
async def test_it_is_answered_by_a_page_of_ours(name: str, serve: Serve) -> None:
    """X45: in Japanese, with our headers, without the library's name; what is sound is read."""
    sent, status = (BODIES | HEADERS)[name]
    closing = sent.replace(HEAD, HEAD + b"Connection: close\r\n", 1)
    answer = await answer_to(await serve(header_seconds=1, body_seconds=1), closing)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1].decode() == str(status)
    assert b"\r\nServer: mypage\r\n" in head
    assert b"Content-Security-Policy" in head
    assert b'<html lang="ja"' in body
    assert b"aiohttp" not in answer.lower()
