"""Groups that may not or cannot launch and terminate, lost zones, and groups that cannot be asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.world.autoscaling.acts import PROCESSES
from simulator.world.autoscaling.group_records import Hook
from simulator.world.core.errors import AwsError
from simulator.world.ec2.answers import Refusal
from simulator.world.world import World
from tests.simulator.world.builders import a_fleet, a_world, autoscaling, facts, heard_by, instances_of

ZONES = ("us-east-1a", "us-east-1b")


def group(world: World, name: str = "web") -> dict[str, Any]:
    return dict(autoscaling(world, "DescribeAutoScalingGroups", AutoScalingGroupNames=[name])["AutoScalingGroups"][0])


def in_service(world: World) -> int:
    return sum(i["LifecycleState"] == "InService" and i["HealthStatus"] == "Healthy" for i in group(world)["Instances"])


def zones_of(world: World) -> list[str]:
    return sorted(i["AvailabilityZone"] for i in group(world)["Instances"])


def test_with_launch_suspended_the_dead_are_removed_and_nothing_comes_until_it_is_resumed() -> None:
    world = a_fleet()
    world.suspend_processes("web", "Launch")
    world.terminate_instance(instances_of(world)[0])

    world.clock.run_until(3600)
    meanwhile = (group(world)["DesiredCapacity"], in_service(world))
    shown = group(world)["SuspendedProcesses"]
    world.resume_processes("web", "Launch")
    world.clock.run_until(3900)

    assert meanwhile == (3, 2)
    assert [process["ProcessName"] for process in shown] == ["Launch"]
    assert shown[0]["SuspensionReason"].startswith("User suspended at 2026-")
    assert (in_service(world), group(world)["SuspendedProcesses"]) == (3, [])


@pytest.mark.parametrize("process", ["ReplaceUnhealthy", "Terminate", "HealthCheck"])
def test_a_stopped_instance_is_kept_until_the_process_is_resumed(process: str) -> None:
    world = a_fleet()
    world.suspend_processes("web", process)
    first = instances_of(world)[0]
    world.stop_instance(first)

    world.clock.run_until(3600)
    meanwhile = first in instances_of(world)
    world.resume_processes("web", process)
    world.clock.run_until(4000)

    assert meanwhile
    assert first not in instances_of(world)
    assert in_service(world) == 3


def test_with_terminate_suspended_a_scale_in_waits() -> None:
    world = a_fleet()
    world.suspend_processes("web", "Terminate")

    world.set_desired("web", 1)
    world.clock.run_until(600)
    meanwhile = len(instances_of(world))
    world.resume_processes("web", "Terminate")
    world.clock.run_until(1200)

    assert (meanwhile, len(instances_of(world))) == (3, 1)


def test_no_name_means_every_process_and_an_unknown_one_is_refused() -> None:
    world = a_fleet()

    world.suspend_processes("web")

    assert {process["ProcessName"] for process in group(world)["SuspendedProcesses"]} == PROCESSES
    with pytest.raises(ValueError, match="Lunch"):
        world.suspend_processes("web", "Lunch")


def test_a_launch_that_fails_is_announced_listed_and_tried_again_ever_later() -> None:
    world = a_fleet()
    events = heard_by(world)
    world.fail_launches("web", for_s=3600)
    world.set_desired("web", 4)

    world.clock.run_until(3600)
    meanwhile = (group(world)["DesiredCapacity"], in_service(world))
    failures = facts(world, "launch_failed", group="web", code="InsufficientInstanceCapacity")
    failed = [{"Name": "Status", "Values": ["Failed"]}]  # that of the launch which now succeeds is under way
    listed = autoscaling(world, "DescribeScalingActivities", AutoScalingGroupName="web", Filters=failed)
    activities = listed["Activities"]
    world.clock.run_until(5400)

    assert (meanwhile, in_service(world)) == ((4, 3), 4)
    assert [fact.at_s for fact in failures] == [0, 60, 180, 420, 900, 1800, 2700]
    assert (activities[0]["StatusCode"], len(activities)) == ("Failed", len(failures))
    assert "sufficient capacity" in activities[0]["StatusMessage"]
    told = [event for event in events if event["detail-type"] == "EC2 Instance Launch Unsuccessful"]
    assert len(told) == len(failures)
    detail = told[0]["detail"]
    assert (detail["StatusCode"], detail["EC2InstanceId"], detail["AutoScalingGroupName"]) == ("Failed", "", "web")
    assert (told[0]["resources"][0], "Destination" in detail) == (world.groups.groups["web"].arn, False)


def test_after_a_day_without_a_launch_auto_scaling_suspends_the_process() -> None:
    world = a_fleet()
    world.fail_launches("web", for_s=2 * 86_400)
    world.set_desired("web", 4)

    world.clock.run_until(3 * 86_400)
    suspended = group(world)["SuspendedProcesses"]
    world.resume_processes("web", "Launch")
    world.clock.run_until(3 * 86_400 + 60)

    assert [process["ProcessName"] for process in suspended] == ["Launch"]
    assert suspended[0]["SuspensionReason"].startswith("Auto Scaling suspended")
    assert 86_400 <= facts(world, "launch_failed")[-1].at_s < 86_400 + 900
    assert in_service(world) == 4


def test_a_bad_image_fails_the_launch_with_its_own_code() -> None:
    world = a_fleet()
    world.fail_launches("web", "InvalidAMIID.NotFound", "The image id '[ami-1]' does not exist")

    world.terminate_instance(instances_of(world)[0])
    world.clock.run_until(600)

    assert facts(world, "launch_failed", code="InvalidAMIID.NotFound")
    assert in_service(world) == 2


def test_without_capacity_in_one_zone_the_group_launches_in_another() -> None:
    world = a_fleet(desired=2, zones=ZONES)
    world.fail_launches("web", zones=(ZONES[0],))

    world.set_desired("web", 4)
    world.clock.run_until(300)

    assert zones_of(world) == [ZONES[0], ZONES[1], ZONES[1], ZONES[1]]
    assert not facts(world, "launch_failed")


def test_an_instance_refresh_whose_launches_fail_replaces_nothing() -> None:
    world = a_world()
    kind = ("aws-ecs-2", "x86_64", "1.62.1")
    world.bottlerocket.releases.publish(*kind, long_ago=True)
    world.add_group("web", "prod", desired=2, bottlerocket=kind)
    world.fail_launches("web")
    autoscaling(world, "StartInstanceRefresh", AutoScalingGroupName="web", Preferences={"MinHealthyPercentage": 100})

    world.clock.run_until(1200)

    assert (in_service(world), len(facts(world, "instance_launched"))) == (2, 2)


def test_a_zone_whose_instances_are_terminated_is_replaced_elsewhere() -> None:
    world = a_fleet(desired=4, zones=ZONES)

    world.lose_zone(ZONES[0])
    world.clock.run_until(600)

    assert zones_of(world) == [ZONES[1]] * 4
    assert len(facts(world, "instance_state", state="terminated", cause="zone")) == 2
    assert facts(world, "zone_lost", zone=ZONES[0], how="terminated")


def test_in_an_unreachable_zone_instances_run_on_without_agents_until_they_are_replaced() -> None:
    world = a_fleet(desired=4, zones=ZONES, hooks=[Hook("ballast-drain")])
    lost = [i for i in instances_of(world) if world.ec2.instances[i].zone == ZONES[0]]

    world.lose_zone(ZONES[0], "unreachable")
    agents = [world.host(i).agent_connected for i in lost]
    world.clock.run_until(600)

    assert agents == [False, False]
    assert [world.ec2.instances[i].state for i in lost] == ["running", "running"]
    assert {world.groups.groups["web"].members[i].state for i in lost} == {"Terminating:Wait"}
    assert in_service(world) == 4


def test_a_zonal_shift_ignores_the_zone_and_launches_elsewhere() -> None:
    world = a_fleet(desired=4, zones=ZONES)
    world.shift_zone("web", ZONES[0])
    world.lose_zone(ZONES[0], "unreachable")

    world.set_desired("web", 5)
    world.clock.run_until(600)
    meanwhile = zones_of(world)
    world.restore_zone(ZONES[0])
    world.end_zonal_shift("web")
    world.clock.run_until(1200)

    assert meanwhile == [ZONES[0]] * 2 + [ZONES[1]] * 3
    assert zones_of(world) == meanwhile
    assert in_service(world) == 5
    assert group(world)["AvailabilityZoneImpairmentPolicy"]["ZonalShiftEnabled"]


def test_a_zonal_shift_may_replace_what_is_unhealthy() -> None:
    world = a_fleet(desired=4, zones=ZONES)
    world.shift_zone("web", ZONES[0], replace_unhealthy=True)

    world.lose_zone(ZONES[0], "unreachable")
    shown = group(world)["AvailabilityZoneImpairmentPolicy"]
    world.clock.run_until(600)

    assert shown == {"ZonalShiftEnabled": True, "ImpairedZoneHealthCheckBehavior": "ReplaceUnhealthy"}
    assert zones_of(world) == [ZONES[1]] * 4


def test_a_deleted_group_is_simply_absent_and_its_instances_end_without_hooks() -> None:
    world = a_fleet(hooks=[Hook("ballast-drain")], capacity_provider="web", managed_scaling=True)
    ids = instances_of(world)

    world.delete_group("web")
    world.clock.run_until(600)

    assert autoscaling(world, "DescribeAutoScalingGroups", AutoScalingGroupNames=["web"])["AutoScalingGroups"] == []
    assert autoscaling(world, "DescribeAutoScalingInstances", InstanceIds=ids)["AutoScalingInstances"] == []
    assert {world.ec2.instances[i].state.value for i in ids} == {"terminated"}
    assert (facts(world, "hook_waiting"), len(facts(world, "instance_launched"))) == ([], 3)
    with pytest.raises(AwsError, match="no such group"):
        autoscaling(world, "DescribeLifecycleHooks", AutoScalingGroupName="web")


def test_a_deleted_group_launches_nothing_that_was_scheduled_or_under_way() -> None:
    world = a_fleet(3, zones=ZONES, maximum=9)
    record = world.groups.groups["web"]
    world.schedule_size("web", "morning", world.clock.utc + timedelta(minutes=5), desired=5)
    world.fail_launches("web", for_s=50)
    world.rebalance_zones("web")
    world.set_desired("web", 4)
    record.surge = 1  # as while its zones are evened, or a life is over
    world.delete_group("web")
    world.clock.run_until(900)

    assert len(facts(world, "instance_launched")) == 3
    assert record.members == {}


@pytest.mark.parametrize(("how", "code"), [("throttled", "Throttling"), ("denied", "AccessDenied")])
def test_calls_that_name_a_refused_group_fail_and_others_do_not(how: Refusal, code: str) -> None:
    world = a_fleet()
    world.add_group("other", "prod", desired=1)
    world.refuse_group("web", how, for_s=600)

    calls: list[tuple[str, dict[str, Any]]] = [
        ("DescribeAutoScalingGroups", {"AutoScalingGroupNames": ["other", "web"]}),
        ("DescribeLifecycleHooks", {"AutoScalingGroupName": "web"}),
    ]
    for operation, named in calls:
        with pytest.raises(AwsError) as caught:
            autoscaling(world, operation, **named)
        assert caught.value.code == code
    assert autoscaling(world, "DescribeLifecycleHooks", AutoScalingGroupName="other") == {"LifecycleHooks": []}
    world.clock.run_until(601)
    assert group(world)["AutoScalingGroupName"] == "web"


@pytest.mark.parametrize("name", ["team/web", "team/eu/web.1", "Web(blue)#2", "a=b&c%20d", "a" * 255])
def test_a_group_may_have_any_documented_name(name: str) -> None:
    world = a_world()
    events = heard_by(world)
    world.add_group(name, "prod", desired=1, managed_draining=True)

    world.scale_in(name)
    world.clock.run_until(300)

    [told] = [event for event in events if event["detail-type"] == "EC2 Instance Terminate Successful"]
    assert told["resources"][0].endswith(f":autoScalingGroupName/{name}")
    assert group(world, name)["AutoScalingGroupARN"] == told["resources"][0]
    [provider] = world.providers
    assert all(character.isalnum() or character in "_-" for character in provider)


@pytest.mark.parametrize("name", ["", "a:b", "a" * 256, "two\nlines", "a b", "wéb"])
def test_a_name_that_auto_scaling_refuses_is_refused(name: str) -> None:
    with pytest.raises(AwsError, match="cannot be the name"):
        a_world().add_group(name, "prod")


@pytest.mark.parametrize(
    ("each", "told"), [(True, ["us-east-1b", "us-east-1c", "us-east-1a"]), (False, ["us-east-1a"])]
)
def test_a_launch_that_finds_nothing_anywhere_is_told_of_one_zone_or_of_each(*, each: bool, told: list[str]) -> None:
    world = a_fleet(3, zones=("us-east-1a", "us-east-1b", "us-east-1c"))
    world.readings.each_zone_fails = each
    world.run_short()
    world.set_desired("web", 4)

    assert [fact.data["zone"] for fact in facts(world, "launch_failed")] == told


@pytest.mark.parametrize(("each", "told"), [(True, ["us-east-1a"]), (False, [])])
def test_a_zone_without_capacity_is_told_or_not_where_the_next_one_has_some(*, each: bool, told: list[str]) -> None:
    world = a_fleet(3, zones=("us-east-1a", "us-east-1b", "us-east-1c"))
    world.readings.each_zone_fails = each
    world.run_short(zone="us-east-1a")
    world.set_desired("web", 4)

    assert [fact.data["zone"] for fact in facts(world, "launch_failed")] == told
    assert len(world.groups.groups["web"].staying) == 4
