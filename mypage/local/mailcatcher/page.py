"""The pages and the JSON of the mail catcher. A mail is a stranger's text: it is shown, it never acts.

Nothing on a page runs scripts or loads anything from elsewhere (CSP). The HTML part stands in a sandboxed
frame of its own; its links open in a new tab that is an ordinary one again, or the page they lead to could
not be used.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from messages.japan import JAPAN
from mypage.local.mailcatcher.store import Mail, MailStore

Samples = Callable[[], Sequence[Mail]]
_TEMPLATES = Path(__file__).parent / "templates"
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_FRAME_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
_FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    f"frame-ancestors 'self'; sandbox {_FRAME_SANDBOX}"
)
# Letters of a web address after RFC 3986; in Japanese text the next character follows without a space. A full
# stop, a comma or a closing bracket at the end belongs to the sentence.
_ADDRESS = re.compile(r"(https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*[A-Za-z0-9\-_~/#@$&*+=%])")

_STORE = web.AppKey("store", MailStore)
_SAMPLES = web.AppKey[Samples]("samples")
_PAGES = web.AppKey("pages", Environment)


def create_app(store: MailStore, samples: Samples, *, brand_colour: str) -> web.Application:
    """The web application over the caught mails, and over a sample of each kind of mail that there is; an
    unknown mail is `404 {"error": "mail_not_found"}` everywhere. Links have the company's colour.
    """
    app = web.Application(middlewares=[_guarded])
    app[_STORE] = store
    app[_SAMPLES] = samples
    app[_PAGES] = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    app[_PAGES].globals["brand_colour"] = brand_colour
    app.router.add_get("/", _list_page)
    app.router.add_get("/inbox.css", _stylesheet)
    app.router.add_get("/samples", _samples_page)
    for folder in ("mails", "samples"):
        app.router.add_get(f"/{{folder:{folder}}}/{{mail_id}}", _mail_page)
        app.router.add_get(f"/{{folder:{folder}}}/{{mail_id}}/html", _html_part)
    app.router.add_get("/api/mails", _list_json)
    app.router.add_get("/api/mails/{mail_id}", _mail_json)
    app.router.add_get("/api/mails/{mail_id}/raw", _raw)
    return app


def with_links(text: str) -> list[tuple[str, bool]]:
    """The text cut into pieces, each with whether it is a web address (http or https)."""
    return [(piece, number % 2 == 1) for number, piece in enumerate(_ADDRESS.split(text)) if piece]


@web.middleware
async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    own = _own_hosts(request)
    if request.headers.get("Host", "").lower() in own:
        response = await handler(request)
    else:  # a name elsewhere that was made to point here would read the links that open accounts
        response = web.Response(
            status=421, text=f"このアドレスでは表示できません。http://{own[0]}/ を開いてください。"
        )
    response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _own_hosts(request: web.Request) -> tuple[str, ...]:
    """The loopback names, with the port that this connection came in on as a browser writes it."""
    address = request.get_extra_info("sockname")
    port = address[1] if address else 0
    suffix = "" if port == 80 else f":{port}"
    return tuple(f"{name}{suffix}" for name in ("localhost", "127.0.0.1", "[::1]"))


async def _list_page(request: web.Request) -> web.Response:
    return _page(request, "list.html", mails=request.app[_STORE].newest_first(), japan_time=_japan_time)


async def _samples_page(request: web.Request) -> web.Response:
    return _page(request, "samples.html", mails=request.app[_SAMPLES]())


async def _mail_page(request: web.Request) -> web.Response:
    mail = _mail(request)
    folder = request.match_info["folder"]
    return _page(
        request,
        "mail.html",
        mail=mail,
        folder=folder,
        raw=f"/api/mails/{mail.mail_id}/raw" if folder == "mails" else None,
        text=with_links(mail.text),
        sent_at=_japan_time(mail.sent_at),
        sandbox=_FRAME_SANDBOX,
    )


async def _html_part(request: web.Request) -> web.Response:
    in_new_tab = '<base target="_blank">'
    html, count = re.subn(
        r"<head(\s[^>]*)?>",
        lambda head: head.group() + in_new_tab,
        _mail(request).html,
        count=1,
        flags=re.IGNORECASE,
    )
    body = html if count else in_new_tab + html
    return web.Response(
        text=body, content_type="text/html", headers={"Content-Security-Policy": _FRAME_POLICY}
    )


async def _stylesheet(request: web.Request) -> web.Response:
    return web.Response(
        text=request.app[_PAGES].get_template("mailcatcher.css").render(), content_type="text/css"
    )


async def _list_json(request: web.Request) -> web.Response:
    return web.json_response([_summary(mail) for mail in request.app[_STORE].newest_first()])


async def _mail_json(request: web.Request) -> web.Response:
    mail = _mail(request)
    return web.json_response(
        {**_summary(mail), "text": mail.text, "html": mail.html, "headers": mail.headers}
    )


async def _raw(request: web.Request) -> web.Response:
    return web.Response(body=_mail(request).raw, content_type="message/rfc822")


def _summary(mail: Mail) -> dict[str, Any]:
    return {
        "id": mail.mail_id,
        "from": mail.from_,
        "to": mail.to,
        "subject": mail.subject,
        "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
        "envelope": {"from": mail.sender, "recipients": mail.recipients},
    }


def _mail(request: web.Request) -> Mail:
    mail_id = request.match_info["mail_id"]
    mail: Mail | None
    if request.match_info.get("folder") == "samples":
        mail = next((each for each in request.app[_SAMPLES]() if each.mail_id == mail_id), None)
    else:
        mail = request.app[_STORE].find(mail_id)
    if mail is None:
        raise web.HTTPNotFound(text='{"error": "mail_not_found"}', content_type="application/json")
    return mail


def _page(request: web.Request, template: str, **values: object) -> web.Response:
    return web.Response(
        text=request.app[_PAGES].get_template(template).render(**values), content_type="text/html"
    )


def _japan_time(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(JAPAN).strftime("%Y/%m/%d %H:%M:%S")
