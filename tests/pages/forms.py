"""The forms of a page, as a browser without JavaScript sends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Button:
    """What it says, and what is sent when it is pressed."""

    label: str = ""
    name: str = ""
    value: str = ""


@dataclass
class Form:
    """Where it is sent to, what stands in it, and its buttons."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._button: Button | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get"))
            self.found.append(self._form)
        elif self._form is None:
            return
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._button = Button(name=given.get("name", ""), value=given.get("value", ""))
            self._form.buttons.append(self._button)
        elif tag == "input" and self._is_sent(given):
            self._form.values[given["name"]] = given.get("value", "on" if "checked" in given else "")

    @staticmethod
    def _is_sent(given: dict[str, str]) -> bool:
        return "name" in given and (given.get("type") not in ("checkbox", "radio") or "checked" in given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._button.label += data.strip()


def forms_of(page: str) -> list[Form]:
    """Every form of an HTML page, in order."""
    reader = _Forms()
    reader.feed(page)
    return reader.found


def form_with(page: str, label: str) -> tuple[Form, Button]:
    """The form that has a button of that name; LookupError where none has. Of two buttons of that name in a
    form it is the last one, which is the one for eyes.
    """
    for form in forms_of(page):
        for button in reversed(form.buttons):
            if button.label == label:
                return form, button
    raise LookupError(f"no button {label} on the page")
