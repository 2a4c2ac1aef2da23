"""Scenarios: each file says what happens when, and is found by its SCENARIO."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from simulator.stage import Scenario


def scenarios() -> dict[str, Scenario]:
    """Every scenario by name, in the order of the names."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return {scenario.name: scenario for scenario in sorted((m.SCENARIO for m in modules), key=lambda s: s.name)}
