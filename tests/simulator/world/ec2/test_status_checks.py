"""EC2's status checks, and Auto Scaling, which replaces what fails them."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.world.core.errors import AwsError
from simulator.world.ec2.status_checks import StatusCheck
from simulator.world.world import World
from tests.simulator.world.builders import a_fleet, instances_of

MINUTE = 60.0


def statuses(world: World, **params: Any) -> dict[str, tuple[str, str]]:
    answer = world.handle("ec2", "DescribeInstanceStatus", params)["InstanceStatuses"]
    return {s["InstanceId"]: (s["InstanceStatus"]["Status"], s["SystemStatus"]["Status"]) for s in answer}


@pytest.mark.parametrize(("check", "seen"), [("instance", ("impaired", "ok")), ("system", ("ok", "impaired"))])
def test_the_check_that_fails_is_impaired_and_says_since_when(check: StatusCheck, seen: tuple[str, str]) -> None:
    world = a_fleet(2)
    world.suspend_processes("web", "ReplaceUnhealthy")
    ill, well = instances_of(world)
    world.clock.run_until(MINUTE)

    world.fail_status_checks(ill, check)

    assert statuses(world) == {ill: seen, well: ("ok", "ok")}
    assert statuses(world, Filters=[{"Name": f"{check}-status.status", "Values": ["impaired"]}]) == {ill: seen}
    [shown] = world.handle("ec2", "DescribeInstanceStatus", {"InstanceIds": [ill]})["InstanceStatuses"]
    details = (shown["InstanceStatus"] if check == "instance" else shown["SystemStatus"])["Details"]
    assert details == [{"Name": "reachability", "Status": "failed", "ImpairedSince": world.moment(MINUTE)}]


def test_auto_scaling_replaces_what_is_impaired() -> None:
    world = a_fleet(2)
    ill, well = instances_of(world)

    world.fail_status_checks(ill)
    world.clock.run_until(10 * MINUTE)

    assert ill not in instances_of(world)
    assert well in instances_of(world)
    assert len(instances_of(world)) == 2


def test_what_passes_again_before_anybody_looked_stays() -> None:
    world = a_fleet(2)

    world.fail_status_checks(instances_of(world)[0], for_s=5.0)
    before = instances_of(world)
    world.clock.run_until(10 * MINUTE)

    assert instances_of(world) == before


def test_while_health_checks_are_suspended_nothing_is_replaced_and_then_it_is() -> None:
    world = a_fleet(2)
    world.suspend_processes("web", "HealthCheck")
    ill, _ = instances_of(world)
    world.fail_status_checks(ill)
    world.clock.run_until(10 * MINUTE)
    assert ill in instances_of(world)

    world.resume_processes("web")
    world.clock.run_until(20 * MINUTE)

    assert ill not in instances_of(world)


def test_only_running_instances_are_shown_and_new_ones_are_initializing() -> None:
    world = a_fleet(1)
    [old] = instances_of(world)
    world.set_desired("web", 2)
    world.clock.run_until(1)
    _, new = instances_of(world)
    assert statuses(world) == {old: ("ok", "ok")}
    assert statuses(world, IncludeAllInstances=True)[new] == ("not-applicable", "not-applicable")

    world.clock.run_until(MINUTE)
    assert statuses(world)[new] == ("initializing", "initializing")
    world.clock.run_until(5 * MINUTE)
    assert statuses(world)[new] == ("ok", "ok")


def test_what_runs_in_an_unreachable_zone_fails_both_checks() -> None:
    world = a_fleet(1)
    world.suspend_processes("web", "ReplaceUnhealthy")
    world.lose_zone("us-east-1a", "unreachable")

    assert list(statuses(world).values()) == [("impaired", "impaired")]


def test_an_unknown_id_or_filter_is_an_error() -> None:
    world = a_fleet(1)

    with pytest.raises(AwsError, match="does not exist"):
        statuses(world, InstanceIds=["i-0000000000000000f"])
    with pytest.raises(AwsError, match="moon"):
        statuses(world, Filters=[{"Name": "moon", "Values": ["full"]}])
