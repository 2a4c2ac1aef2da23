"""Each payload of events/ is matched by exactly the rules of the template that should match it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.delivery.template import Stack
from simulator.eventbridge import matches

ROOT = Path(__file__).parents[3]
MATCHED_BY = {
    "asg_terminate_lifecycle_action_ballast_drain": {"InstanceTerminating"},
    "ballast_notice": {"NoticeRaised"},
    "ec2_instance_state_change_shutting_down": {"InstanceStopping"},
    "ec2_instance_state_change_stopped": {"InstanceStopping"},
    "ec2_instance_state_change_stopping": {"InstanceStopping"},
    "ec2_instance_state_change_terminated": {"InstanceStopping"},
    "ec2_rebalance_recommendation": {"SpotInstanceInterrupted"},
    "ec2_spot_interruption_warning": {"SpotInstanceInterrupted"},
    "ecs_container_instance_health_change_impaired": {"ContainerInstanceImpaired"},
    "ecs_container_instance_state_change_agent_disconnected": {"ContainerInstanceChanged"},
    "ecs_container_instance_state_change_draining": {"ContainerInstanceChanged"},
    "ecs_deployment_state_change_failed": {"DeploymentFailed"},
    "ecs_service_action_service_steady_state": {"ServiceImpaired"},
    "ecs_service_action_service_task_placement_failure_ec2": {"ServiceImpaired"},
    "ecs_service_action_service_task_placement_failure_fargate_spot": {"ServiceImpaired"},
    "ecs_service_action_service_task_start_impaired": {"ServiceImpaired"},
    "health_ec2_scheduled_change_retirement": {"InstanceChangeScheduled"},
}
EVENTS = sorted((ROOT / "events").glob("*.json"), key=lambda path: path.name)


@pytest.fixture(scope="module")
def stack() -> Stack:
    return Stack.load(ROOT / "template.yaml", {}, stack="ballast", account="123456789012", region="us-east-1")


def test_every_expected_payload_exists() -> None:
    assert set(MATCHED_BY) <= {path.stem for path in EVENTS}


def test_every_rule_with_a_pattern_is_expected_to_match_something(stack: Stack) -> None:
    expected = {rule for rules in MATCHED_BY.values() for rule in rules}

    assert {rule.name for rule in stack.rules if rule.pattern is not None} == expected


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_a_payload_is_matched_by_exactly_its_rules(stack: Stack, path: Path) -> None:
    event = json.loads(path.read_text())
    patterns = {rule.name: rule.pattern for rule in stack.rules if rule.pattern is not None}

    matched = {name for name, pattern in patterns.items() if matches(pattern, event)}

    assert matched == MATCHED_BY.get(path.stem, set())


def test_the_readme_lists_every_payload() -> None:
    readme = (ROOT / "events/README.md").read_text()

    assert [path.name for path in EVENTS if f"| {path.name} |" not in readme] == []
