"""What a sweep may do follows from how the stack was deployed."""

from __future__ import annotations

import pytest

from ballast.shell.policy_settings import DrainSettings
from ballast.shell.sweep_tools import tools_of
from tests.ballast.shell.looked import looked


@pytest.mark.parametrize(
    ("changes", "discover", "sees_all"),
    [
        ({}, True, True),
        ({"DRY_RUN": "true"}, False, True),  # nothing remembers what it took up
        ({"MANAGED_CLUSTERS": "prod"}, True, False),  # the role is granted these
    ],
)
def test_what_the_stack_says_bounds_a_sweep(
    changes: dict[str, str],
    discover: bool,  # noqa: FBT001 - a parameter of the table
    sees_all: bool,  # noqa: FBT001 - the same
) -> None:
    with looked() as found:
        specs = {spec.name: spec for spec in found.fleet.deployment.stack.functions}
        environment = specs["DrainInstance"].environment
        settings = DrainSettings.from_environment({**environment, **changes})

        tools = tools_of(settings, found.ledger, found.executor)

        assert (tools.discover, tools.sees_all) == (discover, sees_all)
