"""What stands round every page: tabs, the footer's links, and the steps of a registration."""

from __future__ import annotations

TABS = (
    ("/menu", "メニュー"),
    ("/charges", "ご利用料金"),
    ("/contract", "ご契約内容"),
    ("/settings", "設定"),
)
"""A customer's pages, by address; what lies below an address belongs to its tab."""

FOOTER_LINKS = (
    ("/guide", "マイページの使い方"),
    ("/terms", "ご利用規約"),
    ("/privacy", "プライバシーポリシー"),
    ("/external-transmission", "外部送信について"),
    ("/accessibility", "アクセシビリティ方針"),
)
"""Pages for everybody, in the order in which the footer names them."""

STEPS = ("認証情報", "初期情報", "確認", "仮登録", "メール受信確認", "登録完了")
"""初回会員登録, in the manual's order and words."""


def section_of(path: str) -> str:
    """The address of the tab or footer link to which a page belongs; empty where it belongs to none."""
    section = "/" + path.lstrip("/").partition("/")[0]
    return section if any(section == address for address, _ in (*TABS, *FOOTER_LINKS)) else ""
