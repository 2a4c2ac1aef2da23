"""What must turn `make e2e` red, one at a time: `BALLAST_SABOTAGE=NAME make e2e`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

type Template = dict[str, Any]
type Sabotage = Callable[[Template, Path], None]


def _properties(template: Template, name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


def a_statement_less(template: Template, _: Path) -> None:
    """drain_instance may no longer set container instances DRAINING."""
    action = "ecs:UpdateContainerInstancesState"
    for policy in _properties(template, "DrainInstance")["Policies"]:
        if statements := policy.get("Statement"):
            policy["Statement"] = [each for each in statements if action not in _listed(each.get("Action"))]


def another_pattern(template: Template, _: Path) -> None:
    _properties(template, "SpotInstanceInterrupted")["EventPattern"]["source"] = ["aws.ec3"]


def no_redrive(template: Template, _: Path) -> None:
    """What cannot be read has nowhere to go."""
    del _properties(template, "DrainEvents")["RedrivePolicy"]


def another_handler(template: Template, _: Path) -> None:
    _properties(template, "DrainInstance")["Handler"] = "handler.handle"


def a_package_less(template: Template, logs: Path) -> None:
    """The layer comes without aws_lambda_powertools."""
    layer = _properties(template, "SharedLayer")
    copy = logs / "layer"
    shutil.copytree(layer["ContentUri"], copy)
    shutil.rmtree(copy / "python" / "aws_lambda_powertools")
    layer["ContentUri"] = str(copy)


def a_variable_less(template: Template, _: Path) -> None:
    """No function knows its ledger."""
    del template["Globals"]["Function"]["Environment"]["Variables"]["LEDGER_TABLE"]


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


SABOTAGES: Mapping[str, Sabotage] = {
    each.__name__: each
    for each in (a_statement_less, another_pattern, no_redrive, another_handler, a_package_less, a_variable_less)
}
