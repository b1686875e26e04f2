"""The cookie that carries a sentence to the next page."""

from __future__ import annotations

from chassis.web.sealed_cookies import CookieContent, Purpose


class Notice(CookieContent):
    """A sentence for the next page, by its key in `texts.notices.NOTICES`. The login screen gets an ID,
    too.
    """

    text_key: str
    account_id: str = ""


NOTICE = Purpose("notice", Notice, 5 * 60)
