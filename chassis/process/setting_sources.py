"""Environment and secrets folder, read to the end: what cannot be read is remembered, and all the rest is
read nevertheless, so that a start names everything at once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
)

_unreadable: ContextVar[dict[str, str] | None] = ContextVar("unreadable_settings", default=None)


@contextmanager
def reading_to_the_end() -> Iterator[dict[str, str]]:
    """What could not be read within the block, by field, in words without a value. Outside of such a block it
    ends the reading.
    """
    found: dict[str, str] = {}
    before = _unreadable.set(found)
    try:
        yield found
    finally:
        _unreadable.reset(before)


def _remember(field_name: str, error: Exception) -> None:
    found = _unreadable.get()
    if found is None:
        raise error
    found[field_name] = _in_words(error)


def _in_words(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"the file {error.filename} cannot be read: {error.strerror}"
    if isinstance(error, json.JSONDecodeError):
        return f"must be JSON, and is not at character {error.pos + 1}: {error.msg}"
    if isinstance(error, UnicodeDecodeError):
        return "must be text in UTF-8"
    return "must be JSON"


class _ReadsOn(PydanticBaseSettingsSource):
    """Before a library's source: a value that cannot be read is remembered, and the others are read."""

    def prepare_field_value(
        self, field_name: str, field: FieldInfo, value: Any, value_is_complex: bool
    ) -> Any:
        try:
            return super().prepare_field_value(field_name, field, value, value_is_complex)
        except ValueError as error:
            _remember(field_name, error)
            return None


class FromVariables(_ReadsOn, EnvSettingsSource):
    """The environment."""


class FromFiles(_ReadsOn, SecretsSettingsSource):
    """The folder of secrets, a file for each setting."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        try:
            return super().get_field_value(field, field_name)
        except (OSError, UnicodeDecodeError) as error:
            _remember(field_name, error)
            return None, field_name, False


class ReadToTheEnd(BaseSettings):
    """Base of settings whose start names all that is wrong at once."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in code, then variables, then files."""
        folder = getattr(file_secret_settings, "secrets_dir", None)
        return init_settings, FromVariables(settings_cls), FromFiles(settings_cls, folder)


def unknown_names(given: Iterable[str], known: Collection[str], *, prefix: str) -> Mapping[str, str]:
    """Those names with the prefix, in any case, that are not known, each with what should be said of it: most
    often the name that was meant. Of a name with parts (`A__B`) all parts are known, or its first alone.
    """
    names = {name for each in given if (name := each.upper()).startswith(prefix)}
    with_parts = {name.partition("__")[0] for name in known if "__" in name}
    unknown = {
        name
        for name in names - {*known} - with_parts
        if "__" not in name or (head := name.partition("__")[0]) not in known or head in with_parts
    }
    return {name: _what_was_meant(name, known) for name in unknown}


def _what_was_meant(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches  # seldom needed: only by a start that fails

    close = get_close_matches(name, sorted(known), n=1, cutoff=0.75)
    return f"nothing reads this; {close[0]} may be meant" if close else "nothing reads this"
