"""What EventBridge sends becomes a value, and what cannot be read is refused in one sentence."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.drain.events import (
    CapacityInterrupted,
    ContainerInstanceChanged,
    ContainerInstanceImpaired,
    Event,
    InstanceStateChanged,
    InstanceTerminating,
    Irrelevant,
    RebalanceRecommended,
    SpotInterrupted,
    Survival,
)
from ballast.drain.parse import parse
from ballast.errors import UnexpectedEventError
from ballast.records.event import Sweep
from tests.builders import load_event

OURS = "i-0abcdef1234567890"
SAMPLE = "i-1234567890abcdef0"


def test_a_spot_warning_says_which_instance_and_what_happens_to_it() -> None:
    assert parse(load_event("ec2_spot_interruption_warning")) == SpotInterrupted(
        SAMPLE, "terminate", datetime(2024, 5, 14, 9, 40, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("told", "goes_at"),
    [
        ("2026-11-26T01:45:21Z", datetime(2026, 11, 26, 1, 45, 21, tzinfo=UTC)),
        ("2026-11-26T01:53:21Z", datetime(2026, 11, 26, 1, 53, 21, tzinfo=UTC)),
        (None, datetime(2026, 11, 26, 1, 45, 21, tzinfo=UTC)),
        ("soon", datetime(2026, 11, 26, 1, 45, 21, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(2026, 11, 26, 1, 45, 21, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("name", ["EC2 Capacity Reservation", "EC2 Interruptible Capacity Reservation"])
def test_capacity_that_is_taken_back_is_a_warning_of_two_minutes(
    name: str, told: str | None, goes_at: datetime
) -> None:
    raw = load_event("ec2_capacity_reservation_interruption_warning")
    raw["detail-type"] = f"{name} Instance Interruption Warning"
    raw["detail"]["instance-termination-time"] = told

    assert parse(raw) == CapacityInterrupted(
        "i-0a1b2c3d4e5f60718", goes_at, datetime(2026, 11, 26, 1, 43, 21, tzinfo=UTC)
    )


def test_a_hook_of_the_documentation_has_no_metadata_and_names_no_cluster() -> None:
    event = parse(load_event("asg_terminate_lifecycle_action_ballast_drain"))

    assert isinstance(event, InstanceTerminating)
    assert (event.instance_id, event.group, event.hook, event.cluster) == (OURS, "web", "ballast-drain", None)
    assert event.token


@pytest.mark.parametrize(
    ("metadata", "cluster"),
    [
        ('{"cluster": "prod"}', "prod"),
        ('{"team": "web"}', None),
        ("maintained by the web team", None),
        ('["prod"]', None),
        ("", None),
        (None, None),
    ],
)
def test_the_metadata_of_our_hook_names_the_cluster_and_other_text_does_not(
    metadata: str | None, cluster: str | None
) -> None:
    raw = load_event("asg_terminate_lifecycle_action_ballast_drain")
    raw["detail"]["NotificationMetadata"] = metadata

    event = parse(raw)

    assert isinstance(event, InstanceTerminating)
    assert event.cluster == cluster


@pytest.mark.parametrize(
    ("name", "survives"),
    [
        ("asg_terminate_lifecycle_action_replace_root_volume", Survival.ROOT_VOLUME),
        ("asg_terminate_lifecycle_action_to_warmpool", Survival.WARM_POOL),
        ("asg_terminate_lifecycle_action_ballast_drain", None),
    ],
)
def test_a_hook_may_hold_an_instance_that_survives(name: str, survives: Survival | None) -> None:
    event = parse(load_event(name))

    assert isinstance(event, InstanceTerminating)
    assert event.survives is survives


IRRELEVANT = {
    "health_ec2_issue_store_degraded_backup_event": {},
    "health_ec2_public_operational_issue": {},
    "ec2_instance_state_change": {},
    "ec2_instance_state_change_running": {},
    "health_ec2_scheduled_change_retirement": {"backupEvent": "true"},
}


@pytest.mark.parametrize(("name", "changes"), IRRELEVANT.items())
def test_what_asks_for_nothing_is_irrelevant(name: str, changes: dict[str, Any]) -> None:
    raw = load_event(name)
    raw["detail"] |= changes

    assert isinstance(parse(raw), Irrelevant)


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({}, 3),
        ({"agentConnected": False}, None),
        ({"status": "ACTIVE"}, None),
        ({"runningTasksCount": None}, None),
        ({"runningTasksCount": True}, None),
        ({"pendingTasksCount": "1"}, None),
        ({"pendingTasksCount": -7}, None),
        ({"runningTasksCount": 10**30}, None),
    ],
)
def test_only_counts_of_a_draining_instance_with_its_agent_say_what_is_left(
    changes: dict[str, Any], left: int | None
) -> None:
    raw = load_event("ecs_container_instance_state_change_draining")
    raw["detail"] |= {"runningTasksCount": 2, "pendingTasksCount": 1, "agentConnected": True, **changes}

    found = parse(raw)

    assert isinstance(found, ContainerInstanceChanged)
    assert found.tasks_left == left


def test_an_external_instance_is_irrelevant() -> None:
    raw = load_event("ecs_container_instance_state_change_draining")
    del raw["detail"]["ec2InstanceId"]

    assert isinstance(parse(raw), Irrelevant)


@pytest.mark.parametrize(
    "name", ["ecs_container_instance_state_change_agent_disconnected", "ecs_container_instance_health_change_impaired"]
)
@pytest.mark.parametrize("host", [None, "", "mi-0a1b2c3d4e5f67890"])
def test_a_container_instance_that_is_not_on_ec2_is_irrelevant(name: str, host: str | None) -> None:
    raw = load_event(name)
    raw["detail"]["ec2InstanceId"] = host

    assert isinstance(parse(raw), Irrelevant)


@pytest.mark.parametrize(
    "metadata",
    ['{"cluster": {"name": "prod"}}', '{"cluster": ["prod"]}', '{"cluster": 7}', "[" * 100_000, {"cluster": "x"}],
)
def test_a_cluster_that_is_not_text_is_none_and_the_hook_is_answered(metadata: object) -> None:
    raw = load_event("asg_terminate_lifecycle_action_ballast_drain")
    raw["detail"]["NotificationMetadata"] = metadata

    event = parse(raw)

    assert isinstance(event, InstanceTerminating)
    assert event.cluster is None


@pytest.mark.parametrize("destination", [None, "EC2"])
def test_a_destination_that_is_not_told_is_ec2(destination: str | None) -> None:
    raw = load_event("asg_terminate_lifecycle_action_ballast_drain")
    raw["detail"]["Destination"] = destination

    assert isinstance(parse(raw), InstanceTerminating)


def test_a_group_that_is_null_is_refused_by_name() -> None:
    raw = load_event("asg_terminate_lifecycle_action_ballast_drain")
    raw["detail"]["AutoScalingGroupName"] = None

    with pytest.raises(UnexpectedEventError, match="AutoScalingGroupName is None but must be text"):
        parse(raw)


@pytest.mark.parametrize("state", ["shutting_down", "stopped", "stopping", "terminated"])
def test_an_instance_that_goes_is_reported_with_its_state(state: str) -> None:
    event = parse(load_event(f"ec2_instance_state_change_{state}"))

    assert isinstance(event, InstanceStateChanged)
    assert (event.instance_id, event.state) == (OURS, state.replace("_", "-"))


def test_an_impaired_instance_is_reported_with_its_failed_checks() -> None:
    raw = load_event("ecs_container_instance_health_change_impaired")
    raw["detail"]["healthChecks"] = [
        {"type": "CONTAINER_RUNTIME", "status": "IMPAIRED", "statusReason": "no answer"},
        {"type": "AGENT", "status": "IMPAIRED"},
        {"type": "DISK", "status": "OK"},
    ]

    event = parse(raw)

    assert isinstance(event, ContainerInstanceImpaired)
    assert event.checks == ("CONTAINER_RUNTIME: no answer", "AGENT: no reason given")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ec2_rebalance_recommendation", RebalanceRecommended),
        ("ecs_container_instance_state_change", ContainerInstanceChanged),
        ("ecs_container_instance_state_change_draining", ContainerInstanceChanged),
        ("ecs_container_instance_state_change_agent_disconnected", ContainerInstanceChanged),
        ("scheduled_sweep", Sweep),
    ],
)
def test_the_other_kinds_are_read(name: str, kind: type[Event]) -> None:
    assert isinstance(parse(load_event(name)), kind)


def test_a_time_without_an_offset_is_utc() -> None:
    event = parse(load_event("scheduled_sweep") | {"time": "2026-11-23T09:00:00"})

    assert event == Sweep(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"source": "aws.s3"}, "No function handles detail-type 'EC2 Spot Instance Interruption Warning' from"),
        ({"detail-type": None}, "No function handles detail-type"),
        ({"source": ["aws.ec2"]}, "No function handles detail-type"),
        ({"detail": {}}, "lacks 'instance-id'"),
        ({"detail": None}, "cannot be read"),
        ({"detail": {"instance-id": "web-1", "instance-action": "stop"}}, "'web-1' is not an EC2 instance id"),
        ({"detail": {"instance-id": 7, "instance-action": "stop"}}, "cannot be read"),
        ({"time": "yesterday"}, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UnexpectedEventError) as refused:
        parse(load_event("ec2_spot_interruption_warning") | changes)

    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
READABLE = (
    "asg_terminate_lifecycle_action_ballast_drain",
    "ec2_spot_interruption_warning",
    "ec2_instance_state_change_stopped",
    "ecs_container_instance_health_change_impaired",
    "ecs_container_instance_state_change_draining",
    "health_ec2_scheduled_change_retirement",
)


@given(st.sampled_from(READABLE), st.data())
def test_no_json_makes_it_fail_in_any_other_way(name: str, data: st.DataObject) -> None:
    raw = load_event(name)
    where = data.draw(st.sampled_from([raw, raw["detail"]]))
    where[data.draw(st.sampled_from(sorted(where)))] = data.draw(JSON)
    with suppress(UnexpectedEventError):
        parse(raw)
