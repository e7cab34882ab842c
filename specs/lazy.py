"""Names of a package that are imported when they are first asked for (PEP 562).

A package says what it exports without importing it, so that a command loads only what it needs.
The same names stand under ``TYPE_CHECKING`` for type checkers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def exports(package: str, homes: Mapping[str, tuple[str, ...]]) -> Callable[[str], Any]:
    """The ``__getattr__`` of a package. ``homes`` maps modules to the names they give.

    >>> exports("specs", {"specs.study": ("Study",)})("Study").__module__
    'specs.study'
    """
    home = {name: module for module, names in homes.items() for name in names}

    def found(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(home[name]), name)

    return found
