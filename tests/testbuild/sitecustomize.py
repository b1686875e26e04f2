"""The test build: the product with a guard patched out, or with disturbed deliveries. Python runs this file
before anything else.

`PYTHONPATH=tests/testbuild TESTBUILD_GUARD_OFF=inbox,mandatory TESTBUILD_DISTURB=twice python -m
services.identity`. The product itself has no such switch: a module is changed right after it was executed,
before anybody has imported a name from it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

Change = Callable[[Any], None]


class Patching(MetaPathFinder, Loader):
    """Finds the modules that are to be changed, lets Python execute them, and changes them."""

    def __init__(self, changes: dict[str, list[Change]]) -> None:
        self._changes = changes
        self._loaders: dict[str, Any] = {}

    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in self._changes:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        self._loaders[name], spec.loader = spec.loader, self
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        found: ModuleType | None = self._loaders[spec.name].create_module(spec)
        return found

    def exec_module(self, module: ModuleType) -> None:
        self._loaders[module.__name__].exec_module(module)
        for change in self._changes[module.__name__]:
            change(module)


def end_with(text: str) -> None:
    """Ends the process: an exception in this file would only be printed, and the guard would silently be on.
    """
    os.write(2, f"{text}\n".encode())
    os._exit(2)


def names_in(variable: str) -> list[str]:
    """The names that a variable lists with commas."""
    return [name for name in os.environ.get(variable, "").split(",") if name]


def install() -> None:
    """Reads the three variables. Ends the process for a name that is unknown."""
    guards, disturb, clock = (
        names_in("TESTBUILD_GUARD_OFF"),
        os.environ.get("TESTBUILD_DISTURB", ""),
        os.environ.get("TESTBUILD_CLOCK", ""),
    )
    if not guards and not disturb and not clock:
        return
    sys.path.append(str(Path(__file__).parent.parent))
    from testbuild import clocks, disturbances, guards_off

    changes: dict[str, list[Change]] = {}
    for guard in guards:
        if guard not in guards_off.GUARDS:
            end_with(
                f"TESTBUILD_GUARD_OFF: there is no guard {guard!r}; there are {', '.join(sorted(guards_off.GUARDS))}"
            )
        for module, change in guards_off.GUARDS[guard]:
            changes.setdefault(module, []).append(change)
    if disturb:
        try:
            order = disturbances.order_of(disturb)
        except ValueError:
            end_with(f"TESTBUILD_DISTURB: twice, or shuffle:<group>:<seed>, and not {disturb!r}")
        changes.setdefault("chassis.messaging.dispatch", []).append(
            lambda loaded: disturbances.disturb(loaded.Dispatch, order)
        )
    if clock:
        try:
            changes.setdefault("chassis.process.clock", []).append(clocks.wrong_clock(clock))
        except ValueError:
            end_with(f"TESTBUILD_CLOCK: seconds, or seconds:after:seconds, and not {clock!r}")
    sys.meta_path.insert(0, Patching(changes))


install()
