"""A function loads only the rooms that it uses: every module more is paid for by each cold start."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.builders import ROOT


@pytest.mark.parametrize(
    ("function", "unused"),
    [
        (
            "drain_instance",
            {
                "ballast.aws.seal",
                "ballast.policy.rebalance_settings",
                "ballast.publish",
                "ballast.rebalance",
                "ballast.releases",
                "ballast.slack",
                "ballast.update",
                "cronsim",
                "slack_sdk",
            },
        ),
        (
            "update_bottlerocket",
            {
                "ballast.aws.seal",
                "ballast.policy.rebalance_settings",
                "ballast.publish",
                "ballast.rebalance",
                "ballast.releases",
                "ballast.slack",
                "cronsim",
                "slack_sdk",
            },
        ),
        (
            "answer_slack",
            {
                "ballast.answer",
                "ballast.aws.seal",
                "ballast.drain",
                "ballast.facts",
                "ballast.plans",
                "ballast.policy",
                "ballast.publish",
                "ballast.rebalance",
                "ballast.releases",
                "ballast.update",
                "cronsim",
            },
        ),
        (
            "obey_click",
            {
                "ballast.aws.ledger",
                "ballast.aws.seal",
                "ballast.drain",
                "ballast.facts.view",
                "ballast.plans",
                "ballast.policy",
                "ballast.rebalance",
                "ballast.releases",
                "ballast.update",
                "cronsim",
                "slack_sdk",
            },
        ),
        ("watch_bottlerocket", {"ballast.publish", "ballast.rebalance", "ballast.slack", "cronsim", "slack_sdk"}),
        (
            "publish_notification",
            {
                "ballast.aws.ledger",
                "ballast.drain",
                "ballast.facts.view",
                "ballast.plans",
                "ballast.policy",
                "ballast.releases",
                "ballast.update",
                "cronsim",
                "slack_sdk",
            },
        ),
    ],
)
def test_a_function_loads_no_room_that_it_does_not_use(function: str, unused: set[str]) -> None:
    loaded = modules(f"functions.{function}.handler")
    assert "ballast.telemetry" in loaded
    assert {name for name in loaded if any(f"{name}.".startswith(f"{room}.") for room in unused)} == set()


@pytest.mark.parametrize("function", sorted(path.parent.name for path in ROOT.glob("functions/*/handler.py")))
def test_no_function_loads_powertools_event_classes_or_the_command_line(function: str) -> None:
    loaded = modules(f"functions.{function}.handler")
    dear = {"ballast_cli", *(f"aws_lambda_powertools.utilities.{name}" for name in ("batch", "data_classes", "parser"))}
    assert not loaded & dear


def test_reading_the_policy_of_a_deployment_without_windows_loads_neither_cron_nor_time_zones() -> None:
    assert not modules("ballast.policy.policy") & {"cronsim", "zoneinfo"}


def modules(name: str) -> set[str]:
    """What importing it loads in a process of its own."""
    printed = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", f"import {name}, sys; print(*sys.modules)"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["layers/shared", "."])},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    return set(printed.split())
