"""Which fact reaches which queue: every documented payload against every rule of the template."""

from __future__ import annotations

import json
from functools import cache

import pytest

from simulator.delivery.template import Stack
from simulator.eventbridge import matches
from tests.builders import ROOT, load_event

# Exactly these rules match; a payload that nobody wants has none.
WANTED: dict[str, set[str]] = {
    "asg_instance_launch_successful": {"CapacityLaunched"},
    "asg_instance_launch_unsuccessful": {"CapacityLaunched"},
    "asg_instance_refresh_cancelled": {"InstanceRefreshMoved"},
    "asg_instance_refresh_checkpoint_reached": {"InstanceRefreshMoved"},
    "asg_instance_refresh_failed": {"InstanceRefreshMoved"},
    "asg_instance_refresh_rollback_failed": {"InstanceRefreshMoved"},
    "asg_instance_refresh_rollback_started": {"InstanceRefreshMoved"},
    "asg_instance_refresh_rollback_succeeded": {"InstanceRefreshMoved"},
    "asg_instance_refresh_started": set(),
    "asg_instance_refresh_succeeded": {"InstanceRefreshMoved"},
    "asg_instance_terminate_successful": set(),
    "asg_instance_terminate_unsuccessful": set(),
    "asg_launch_lifecycle_action": set(),
    "asg_launch_lifecycle_action_ec2_to_asg": set(),
    "asg_launch_lifecycle_action_ec2_to_warmpool": set(),
    "asg_launch_lifecycle_action_replace_root_volume": set(),
    "asg_launch_lifecycle_action_warmpool_to_asg": set(),
    "asg_terminate_lifecycle_action": set(),  # a hook that is not ours
    "asg_terminate_lifecycle_action_ballast_drain": {"InstanceTerminating"},
    "asg_terminate_lifecycle_action_replace_root_volume": set(),
    "asg_terminate_lifecycle_action_to_warmpool": set(),
    "ballast_instance_drained": {"ReleaseChanged", "CapacityDrained"},
    "ballast_notice": {"NoticeRaised"},
    "ballast_notice_page": {"NoticeRaised", "PageRaised"},
    "ballast_rebalance_done": set(),  # for programs of others
    "ballast_rebalance_planned": set(),
    "ballast_rebalance_planned_launch": set(),
    "ballast_update_command": {"ReleaseChanged"},
    "bottlerocket_release_available": {"ReleaseChanged"},
    "bottlerocket_release_recalled": {"ReleaseChanged"},
    "ec2_capacity_reservation_interruption_warning": {"SpotInstanceInterrupted"},
    "ec2_instance_state_change": set(),  # pending
    "ec2_instance_state_change_running": set(),
    "ec2_instance_state_change_shutting_down": {"InstanceStopping"},
    "ec2_instance_state_change_stopped": {"InstanceStopping"},
    "ec2_instance_state_change_stopping": {"InstanceStopping"},
    "ec2_instance_state_change_terminated": {"InstanceStopping"},
    "ec2_rebalance_recommendation": {"SpotInstanceInterrupted"},
    "ec2_spot_interruption_warning": {"SpotInstanceInterrupted"},
    "ecs_container_instance_health_change_impaired": {"ContainerInstanceImpaired"},
    "ecs_container_instance_health_change_ok": set(),
    "ecs_container_instance_state_change": set(),
    "ecs_container_instance_state_change_active": set(),
    "ecs_container_instance_state_change_agent_disconnected": {"ContainerInstanceChanged"},
    "ecs_container_instance_state_change_draining": {"ContainerInstanceChanged"},
    "ecs_container_instance_state_change_empty": {"ContainerInstanceChanged", "DrainedInstanceChanged"},
    "ecs_deployment_state_change_completed": set(),
    "ecs_deployment_state_change_failed": {"DeploymentFailed", "ServiceFailedDuringUpdate"},
    "ecs_deployment_state_change_in_progress": set(),
    "ecs_deployment_state_change_in_progress_rollback": set(),
    "ecs_service_action_capacity_provider_steady_state": {"CapacityWanted"},
    "ecs_service_action_service_steady_state": {"ServiceImpaired"},
    "ecs_service_action_service_task_placement_failure_ec2": {"ServiceImpaired", "CapacityWanted"},
    "ecs_service_action_service_task_placement_failure_fargate_spot": {"ServiceImpaired", "CapacityWanted"},
    "ecs_service_action_service_task_start_impaired": {"ServiceImpaired", "ServiceFailedDuringUpdate"},
    "ecs_task_state_change": set(),
    "health_ec2_issue_store_degraded_backup_event": set(),
    "health_ec2_public_operational_issue": set(),
    "health_ec2_scheduled_change_retirement": {"InstanceChangeScheduled"},
    "scheduled_sweep": set(),  # schedules send it, no pattern
    "ssm_command_invocation_of_ballast": {"HostCommandEnded"},
    "ssm_command_invocation_status_change_notification": set(),  # a document that is not ours
    "ssm_command_status_change_notification": set(),
}


@cache
def a_stack(account: str, region: str, others: str = "") -> Stack:
    parameters = {"EventAccounts": others}
    return Stack.load(ROOT / "template.yaml", parameters, stack="ballast", account=account, region=region)


STACK = a_stack("123456789012", "us-east-1")


def matched(stack: Stack, event: dict[str, object]) -> set[str]:
    return {rule.name for rule in stack.rules if rule.pattern is not None and matches(rule.pattern, event)}


def rules_for(event: dict[str, object]) -> set[str]:
    """Of a stack that stands where the event comes from."""
    return matched(a_stack(str(event["account"]), str(event["region"])), event)


@pytest.mark.parametrize(("name", "rules"), WANTED.items())
def test_a_payload_is_matched_by_exactly_the_rules_that_should(name: str, rules: set[str]) -> None:
    assert rules_for(load_event(name)) == rules


def test_every_payload_is_in_the_table_and_in_the_list_of_their_sources() -> None:
    names = {path.stem for path in (ROOT / "events").glob("*.json")}

    assert names == WANTED.keys()
    listed = (ROOT / "events" / "README.md").read_text()
    assert [name for name in names if f"| {name}.json |" not in listed] == []


def test_every_rule_with_a_pattern_has_a_payload_that_it_matches() -> None:
    with_pattern = {rule.name for rule in STACK.rules if rule.pattern is not None}

    assert with_pattern == set().union(*WANTED.values())


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("asg_terminate_lifecycle_action_ballast_drain", "Destination"),
        ("asg_terminate_lifecycle_action_ballast_drain", "Action"),
        ("asg_terminate_lifecycle_action_ballast_drain", "Origin"),
        ("health_ec2_scheduled_change_retirement", "backupEvent"),
        ("health_ec2_scheduled_change_retirement", "statusCode"),
        ("health_ec2_scheduled_change_retirement", "affectedEntities"),
    ],
)
def test_a_field_that_aws_may_leave_out_decides_nothing(name: str, field: str) -> None:
    event = load_event(name)
    event["detail"].pop(field, None)

    assert rules_for(event)


def test_the_other_name_of_a_capacity_warning_is_wanted_too() -> None:
    kind = "EC2 Interruptible Capacity Reservation Instance Interruption Warning"

    assert rules_for(load_event("ec2_capacity_reservation_interruption_warning") | {"detail-type": kind})


@pytest.mark.parametrize(
    ("name", "changes", "is_wanted"),
    [
        (
            "asg_terminate_lifecycle_action_ballast_drain",
            {"Action": "ReplaceRootVolume"},
            True,
        ),  # it is held all the same
        ("asg_terminate_lifecycle_action_ballast_drain", {"Destination": "WarmPool"}, True),
        ("asg_terminate_lifecycle_action_ballast_drain", {"Action": "Terminate"}, True),
        ("asg_terminate_lifecycle_action_ballast_drain", {"LifecycleHookName": "ballast-drain-2"}, False),
        ("health_ec2_scheduled_change_retirement", {"backupEvent": "true"}, False),
        ("health_ec2_scheduled_change_retirement", {"service": "RDS"}, False),
        ("ecs_container_instance_state_change_active", {"status": "DRAINING"}, True),
        ("ecs_container_instance_state_change_draining", {"status": "DEREGISTERING"}, False),
        ("ecs_container_instance_health_change_ok", {"overallStatus": "IMPAIRED"}, True),
    ],
)
def test_one_field_decides(name: str, changes: dict[str, str], is_wanted: bool) -> None:  # noqa: FBT001
    event = load_event(name)
    event["detail"] |= changes

    assert bool(rules_for(event)) is is_wanted


def test_each_queue_is_swept_once_a_minute_and_releases_once_an_hour() -> None:
    sweeps = {(rule.every_s, rule.queues) for rule in STACK.rules if rule.every_s is not None}

    hourly = {(3600.0, ("ReleaseChecks",))}
    assert (
        sweeps
        == {(60.0, ("DrainSweeps",)), (60.0, ("Notices",)), (60.0, ("UpdateEvents",)), (60.0, ("RebalanceEvents",))}
        | hourly
    )


def test_each_function_has_its_own_queue() -> None:
    to_tell = {"NoticeRaised", "ServiceImpaired", "DeploymentFailed", "NotificationSweep"}
    updates = {
        "ReleaseChanged",
        "HostCommandEnded",
        "DrainedInstanceChanged",
        "InstanceRefreshMoved",
        "ServiceFailedDuringUpdate",
        "UpdateSweep",
    }
    capacity = {"CapacityWanted", "CapacityLaunched", "CapacityDrained", "RebalanceSweep"}
    others = to_tell | updates | capacity | {"ReleaseCheck", "DrainSweep", "PageRaised"}

    assert {rule.name for rule in STACK.rules if rule.queues == ("Notices",)} == to_tell
    assert {rule.name for rule in STACK.rules if rule.queues == ("Pages",)} == {"PageRaised"}
    assert {rule.name for rule in STACK.rules if rule.queues == ("UpdateEvents",)} == updates
    assert {rule.name for rule in STACK.rules if rule.queues == ("RebalanceEvents",)} == capacity
    assert {rule.name for rule in STACK.rules if rule.queues == ("DrainSweeps",)} == {"DrainSweep"}
    assert {rule.queues for rule in STACK.rules if rule.name not in others} == {("DrainEvents",)}


OF_WHOEVER_IS_NAMED = {"InstanceChangeScheduled", "NoticeRaised", "PageRaised", "ReleaseChanged"}


@pytest.mark.parametrize("name", [name for name, rules in WANTED.items() if rules])
def test_an_event_of_another_account_or_region_is_matched_by_no_rule(name: str) -> None:
    event = load_event(name)
    account, region = str(event["account"]), str(event["region"])

    assert matched(a_stack("444455556666", region), event) == set()
    assert matched(a_stack(account, "eu-central-1"), event) == set()
    assert matched(a_stack("444455556666", region, others="777788889999"), event) == set()


@pytest.mark.parametrize("name", [name for name, rules in WANTED.items() if rules])
def test_accounts_that_are_named_are_heard_about_nothing_that_only_the_own_one_can_know(name: str) -> None:
    """Hosts, groups and services of another account are never ours; Health may tell of ours by another one."""
    event = load_event(name)
    named = a_stack("444455556666", str(event["region"]), others=f"777788889999,{event['account']}")

    assert matched(named, event) == WANTED[name] & OF_WHOEVER_IS_NAMED
    assert matched(named, {**event, "account": "444455556666"}) == WANTED[name]


def test_every_pattern_fits_into_a_rule_whatever_is_named() -> None:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html (event pattern size: 2,048 characters)."""
    others = ",".join(str(100000000000 + number) for number in range(20))
    longest = Stack.load(
        ROOT / "template.yaml",
        {"EventAccounts": others},
        stack="s" * (128 + 14),
        account="123456789012",
        region="ap-southeast-2",
    )

    assert max(len(json.dumps(rule.pattern, separators=(",", ":"))) for rule in longest.rules) <= 2048


@pytest.mark.parametrize("others", ["12345678901", "123456789012,", "all", ",".join(["123456789012"] * 21)])
def test_what_is_no_list_of_accounts_is_refused(others: str) -> None:
    with pytest.raises(ValueError, match="EventAccounts"):
        a_stack("123456789012", "us-east-1", others)
