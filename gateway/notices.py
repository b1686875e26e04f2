"""The cookie that carries a sentence to the next page."""

from __future__ import annotations

from chassis.web.sealed_cookies import CookieContent, Purpose


class Notice(CookieContent):
    """A sentence for the next page, by its key in `texts.notices.NOTICES`. The login screen gets an ID, too,
    and the hash of the token that is dead, where the sentence is about one.
    """

    text_key: str
    account_id: str = ""
    dead_token_hash: str = ""


NOTICE = Purpose("notice", Notice, 5 * 60)
