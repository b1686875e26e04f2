"""The dialogs that the script of a customer's page shows, opened without waiting half an hour."""

from __future__ import annotations

from pages.stage import Stage

DIALOGS = ("session-ending", "session-over")
PAGE_BEHIND = "menu"


async def open_dialog(stage: Stage, name: str, *, width: int, dark: bool = False) -> None:
    """Over the menu. When it opens by itself, tests/component/gateway tells."""
    await stage.show(PAGE_BEHIND, width=width, scheme="dark" if dark else "light", anew=True)
    await stage.page.evaluate("(name) => document.getElementById(name).showModal()", name)
