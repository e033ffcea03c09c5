"""Public names of a package that are imported when they are first used, so that a command starts quickly."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def import_on_use(package: str, names_of: Mapping[str, str]) -> Callable[[str], Any]:
    """The `__getattr__` of a package; `names_of` is the names that each module defines, split by spaces."""
    module_of = {name: module for module, names in names_of.items() for name in names.split()}

    def get_name(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(module_of[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return get_name
