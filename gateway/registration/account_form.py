"""The form of step 2, as 初期情報 and a refused [仮登録する] show it."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from gateway.forms import Problem
from gateway.language import said
from gateway.portal import portal_of
from gateway.registration.drafts import Details, Proven
from gateway.responses import show
from gateway.texts.fields import PASSWORD_HINTS, PASSWORD_RULES

SHOWN_FIELDS = ("account_id", "email_address", "nickname")


def account_form(
    request: web.Request,
    proven: Proven,
    kept: Details | None,
    typed: Mapping[str, str],
    *,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
    check_result: str = "",
) -> web.Response:
    """Step 2 with what was typed, never the password, which may stay empty where one is kept."""
    policy = portal_of(request).settings.password_policy
    return show(
        request,
        "registration/account_details.html",
        status=status,
        problems=problems,
        typed={field: typed.get(field, "") for field in SHOWN_FIELDS},
        mark=proven.mark,
        password_is_kept=kept is not None,
        password_hint=said(PASSWORD_HINTS[policy]),
        password_rules=PASSWORD_RULES[policy],
        check_result=check_result,
    )
