""".env.example is the whole truth about the environment: what the settings classes and docker-compose.yml
read, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from pydantic_settings import BaseSettings

from chassis.process.settings import ENV_PREFIX
from messages.variables import VARIABLES

ROOT = Path(__file__).parent.parent.parent
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")

# Read by chassis.process.settings.load itself, before there is a settings class.
READ_WITHOUT_A_FIELD = {f"{ENV_PREFIX}SECRETS_DIR"}


def _variables_of_the_example() -> list[str]:
    return re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=", EXAMPLE, re.MULTILINE)


def _settings_classes(base: type[BaseSettings] = BaseSettings) -> Iterator[type[BaseSettings]]:
    for path in sorted(ROOT.glob("*/**/settings.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] in ("chassis", "gateway", "services", "mypage"):
            import_module(".".join(parts))
    for found in base.__subclasses__():
        if found.__module__.split(".")[0] in ("chassis", "gateway", "services", "mypage"):
            yield found
        yield from _settings_classes(found)


def _variables_of_the_code() -> set[str]:
    return {
        f"{ENV_PREFIX}{name}".upper() for found in _settings_classes() for name in found.model_fields
    } | READ_WITHOUT_A_FIELD


def test_every_setting_is_in_the_example() -> None:
    """A field that somebody adds to a settings class is explained to whoever runs the system."""
    shown = {name.split("__")[0] for name in _variables_of_the_example()}
    missing = _variables_of_the_code() - shown
    assert not missing, f"add to .env.example, with one line that explains it: {sorted(missing)}"


def test_every_process_knows_every_variable() -> None:
    """One that is missing there would end the process that it is given to; one that is left over there would
    hide a mistake.
    """
    ours = [name for name in _variables_of_the_example() if name.startswith(ENV_PREFIX)]
    assert sorted(VARIABLES) == sorted(ours), "mend messages/variables.py"


def test_every_variable_of_compose_is_in_the_example() -> None:
    """What docker-compose.yml asks of .env is what a copy of the example offers."""
    missing = set(re.findall(r"\$\{([A-Z][A-Z0-9_]*)", COMPOSE)) - set(_variables_of_the_example())
    assert not missing, f"docker-compose.yml reads these; add them to .env.example: {sorted(missing)}"


def test_nothing_else_is_in_the_example() -> None:
    """A variable that nobody reads any more misleads: it goes with the code that read it."""
    read = _variables_of_the_code() | set(re.findall(r"\$\{([A-Z][A-Z0-9_]*)", COMPOSE))
    strays = {name for name in _variables_of_the_example() if name.split("__")[0] not in read}
    assert not strays, f"nothing reads these; take them out of .env.example: {sorted(strays)}"


def test_every_variable_of_the_example_is_explained_once() -> None:
    """No variable stands there twice, and each stands below a sentence or below a variable that shares its
    sentence.
    """
    names = _variables_of_the_example()
    assert len(names) == len(set(names))
    above = re.findall(r"^(.*)\n(?:# )?[A-Z][A-Z0-9_]*=", EXAMPLE, re.MULTILINE)
    assert all(re.match(r"# \S.*|[A-Z0-9_]+=", line) for line in above), (
        "write one line of explanation above it"
    )


def test_every_setting_describes_itself() -> None:
    """`Field(description=…)` is what error messages and readers go by."""
    silent = [
        f"{found.__module__}.{name}"
        for found in _settings_classes()
        for name, field in found.model_fields.items()
        if not field.description
    ]
    assert not silent, f"give these fields a description: {silent}"
