"""The chassis' import contracts name every module, and the system's name stands in one of them."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted((ROOT / "chassis").rglob("*.py"))
SYSTEM_NAME = ROOT / "chassis" / "process" / "system.py"


def test_every_module_of_the_chassis_has_its_layer() -> None:
    """A module that import-linter's cross-package contract does not name may import anything."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    layers = contracts["importlinter:contract:chassis"]["layers"]
    named = tuple(re.findall(r"chassis[.a-z_]+", layers))
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in SOURCES]
    free = [
        module
        for module in modules
        if not module.endswith("__init__") and not any(f"{module}.".startswith(f"{name}.") for name in named)
    ]
    assert not free, f"give it a layer in the contract `chassis` of .importlinter: {free}"


def test_the_name_of_the_system_stands_in_one_module_of_the_chassis() -> None:
    """Another company changes one line."""
    naming = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path != SYSTEM_NAME and "mypage" in path.read_text(encoding="utf-8").lower()
    ]
    assert not naming, f"build the name from chassis.process.system.SYSTEM: {naming}"
