"""「English」 and 「日本語」 in the footer of every page."""

from __future__ import annotations

from aiohttp import web

from chassis.web.form_reading import read_form
from gateway.chosen_language import keep_language
from gateway.language import Language
from gateway.responses import see_other
from gateway.same_page import page_before, plain_path

SWITCH_ROUTE = "/language"
"""Needs no form token: whoever sends it changes nothing but the language that his browser is shown."""


async def switch(request: web.Request) -> web.StreamResponse:
    """POST /language: back to the page that the button stands on, in the other language. A button and no
    link: what opens links by itself, such as a browser that loads ahead, changes nothing.
    """
    typed = await read_form(request)
    try:
        language = Language(typed.get("language", ""))
    except ValueError:
        raise web.HTTPBadRequest from None
    response = see_other(plain_path(typed.get("page", "")) or page_before(request))
    keep_language(request, response, language)
    return response
