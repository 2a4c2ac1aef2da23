"""Which kinds of action are there? Read off the room, so that no list of them is kept by hand."""

from __future__ import annotations

from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules

from ballast import plans
from ballast.plans.action import Action


def every_kind() -> set[type[Action]]:
    modules = [import_module(f"ballast.plans.{module.name}") for module in iter_modules(plans.__path__)]
    found = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    return {kind for kind in found if issubclass(kind, Action) and not isabstract(kind)}
