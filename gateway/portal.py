"""What every page works with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from chassis.web.client_address import client_address, client_network
from chassis.web.form_challenges import FormChallenges
from chassis.web.form_tokens import FormTokens
from chassis.web.sealed_cookies import CookieBox, Purpose
from chassis.web.shared_content import SharedContent
from gateway.backend import Backend
from gateway.language import Language
from gateway.rendering import Renderer
from gateway.sessions import Sessions
from gateway.settings import Settings
from gateway.static_files import StaticFile


@dataclass(frozen=True)
class Portal:
    """The parts that pages are made of."""

    settings: Settings
    backend: Backend
    sessions: Sessions
    cookies: CookieBox
    form_tokens: FormTokens
    challenges: FormChallenges
    renderer: Renderer
    static_files: Mapping[str, StaticFile]
    visitors_cookies: Sequence[Purpose[Any]] = ()
    strangers_pages: dict[tuple[str, str, Language], SharedContent] = field(default_factory=dict)
    """Pages that every stranger is shown alike, by template, section and language, from the first time on."""

    def forget_visitor(self, request: web.Request, response: web.Response) -> None:
        """Nothing is left in the browser of what was typed, proved or opened in it, by whomever: the next one
        at a shared computer may be somebody else. What it does not have is not named: with all of them a head
        would be longer than the 4 KB that proxies take.
        """
        for purpose in self.visitors_cookies:
            if self.cookies.name(purpose) in request.cookies:
                self.cookies.drop(response, purpose)


PORTAL = web.AppKey("portal", Portal)


def portal_of(request: web.Request) -> Portal:
    """The portal that serves this request."""
    return request.app[PORTAL]


def session_hash_of(request: web.Request) -> str:
    """Of the session's token that the browser sent, alive or not; empty for none."""
    return portal_of(request).sessions.hash_in(request.cookies) or ""


def client_network_of(request: web.Request) -> str:
    """Where the browser comes from, as throttles count it."""
    settings = portal_of(request).settings
    address = client_address(
        request.remote,
        request.headers.getall("X-Forwarded-For", []),
        settings.trusted_proxies,
        settings.proxy_networks,
    )
    return client_network(address, settings.cookie_key_bytes)
