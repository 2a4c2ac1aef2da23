"""What programs do to the size of a group, and what its activities then say."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.world.autoscaling.attached_records import MixedPolicy
from simulator.world.autoscaling.group_records import Hook
from simulator.world.core.capacity_records import ScalingRules
from simulator.world.core.errors import AwsError
from simulator.world.core.records import Shape
from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, a_fleet, a_world, autoscaling, facts, heard_by, instances_of

BIG, LITTLE = Shape("m7g.2xlarge", 8192, 31000), Shape("m7g.large", 2048, 7600)
ZONES = ("us-east-1a", "us-east-1b")


def group(world: World) -> dict[str, Any]:
    return dict(autoscaling(world, "DescribeAutoScalingGroups", AutoScalingGroupNames=["web"])["AutoScalingGroups"][0])


def want(world: World, desired: int, **more: Any) -> None:
    autoscaling(world, "SetDesiredCapacity", AutoScalingGroupName="web", DesiredCapacity=desired, **more)


def activities(world: World, **more: Any) -> list[dict[str, Any]]:
    found = autoscaling(world, "DescribeScalingActivities", AutoScalingGroupName="web", **more)
    return list(found["Activities"])


def launch(world: World, count: int, token: str = "a", **more: Any) -> dict[str, Any]:  # noqa: S107 - no secret
    return autoscaling(
        world, "LaunchInstances", AutoScalingGroupName="web", RequestedCapacity=count, ClientToken=token, **more
    )


def mixed(**policy: Any) -> World:
    return a_fleet(0, maximum=9, zones=ZONES, mixed=MixedPolicy((LITTLE, BIG), **policy))


def test_the_desired_capacity_is_set_within_the_limits_of_the_group() -> None:
    world = a_fleet(3, minimum=2, maximum=5)
    want(world, 5)
    world.clock.run_until(60)

    assert len(group(world)["Instances"]) == group(world)["DesiredCapacity"] == 5
    for outside in (1, 6):
        with pytest.raises(AwsError, match="New SetDesiredCapacity value") as caught:
            want(world, outside)
        assert caught.value.code == "ValidationError"


def test_a_change_that_honours_the_cooldown_is_refused_within_it() -> None:
    world = a_fleet(3)
    want(world, 4, HonorCooldown=True)
    with pytest.raises(AwsError, match="ScalingActivityInProgress"):
        want(world, 5, HonorCooldown=True)
    want(world, 5)
    world.clock.run_until(301)
    want(world, 6, HonorCooldown=True)

    assert group(world)["DesiredCapacity"] == 6


@pytest.mark.parametrize(("how", "code"), [("busy", "ScalingActivityInProgress"), ("contended", "ResourceContention")])
def test_a_busy_group_refuses_what_changes_it_and_answers_what_asks(how: Any, code: str) -> None:
    world = a_fleet(3)
    world.refuse_group("web", how, for_s=60)

    for call in (
        lambda: want(world, 4),
        lambda: autoscaling(
            world,
            "TerminateInstanceInAutoScalingGroup",
            InstanceId=instances_of(world)[0],
            ShouldDecrementDesiredCapacity=True,
        ),
    ):
        with pytest.raises(AwsError) as caught:
            call()
        assert caught.value.code == code
    assert group(world)["DesiredCapacity"] == 3


def test_many_instances_are_terminated_with_decrement_protected_or_not_after_their_hooks() -> None:
    world = a_fleet(4, minimum=2, hooks=[Hook("mine", "CONTINUE", 60)], new_instances_protected_from_scale_in=True)
    first, second, third, _ = instances_of(world)
    ask = {"AutoScalingGroupName": "web", "ShouldDecrementDesiredCapacity": True}
    with pytest.raises(AwsError, match="desiredSize equals minSize"):
        autoscaling(world, "TerminateInstanceInAutoScalingGroup", InstanceIds=[first, second, third], **ask)
    answer = autoscaling(world, "TerminateInstanceInAutoScalingGroup", InstanceIds=[first, second], **ask)

    assert [a["Description"][-19:] for a in answer["Activities"]] == [first, second]
    assert "in response to a user request, shrinking the capacity from 4 to 3." in answer["Activities"][0]["Cause"]
    assert [a["StatusCode"] for a in activities(world)] == ["MidLifecycleAction"] * 2
    world.clock.run_until(200)
    assert (group(world)["DesiredCapacity"], len(instances_of(world))) == (2, 2)
    assert {a["ActivityId"] for a in activities(world)} == {a["ActivityId"] for a in answer["Activities"]}


def test_failed_launches_are_activities_that_can_be_filtered() -> None:
    world = a_fleet(1, maximum=4)
    events = heard_by(world)
    world.run_short("m7g.large", message="sold out")
    want(world, 2)
    world.clock.run_until(70)
    world.end_shortage()
    world.clock.run_until(400)
    later = (world.clock.utc.isoformat()[:11]) + "09:00:30"
    failed = activities(world, Filters=[{"Name": "Status", "Values": ["Failed"]}])
    since = activities(world, Filters=[{"Name": "StartTimeLowerBound", "Values": [later]}])

    assert [a["StatusMessage"] for a in failed] == ["sold out Launching EC2 instance failed."] * 2
    assert [a["StatusCode"] for a in since] == ["Successful", "Failed"]
    assert "increasing the capacity from 1 to 2" in failed[0]["Cause"]
    assert [e["detail"]["StatusMessage"] for e in events if e["detail-type"] == "EC2 Instance Launch Unsuccessful"]
    with pytest.raises(AwsError, match="ValidationError"):
        autoscaling(world, "DescribeScalingActivities", Filters=[{"Name": "Status", "Values": ["Failed"]}])


@pytest.mark.parametrize(
    ("place", "lacks"),
    [
        (("m7g.large", "us-east-1a", "on-demand"), ["us-east-1a"]),
        ((None, "us-east-1a", None), ["us-east-1a"]),
        (("m7g.large", None, None), list(ZONES)),
        ((None, None, "spot"), []),
        (("c7g.large", None, None), []),
    ],
)
def test_a_shortage_holds_for_its_type_zone_and_market(place: tuple[Any, Any, Any], lacks: list[str]) -> None:
    world = a_fleet(0, maximum=4, zones=ZONES)
    world.run_short(*place)
    want(world, 4)
    world.clock.run_until(50)

    zones = {i["AvailabilityZone"] for i in group(world)["Instances"]}
    assert zones == set(ZONES) - set(lacks)


def test_launches_in_one_zone_answer_at_once_with_instances_or_typed_errors() -> None:
    world = mixed()
    world.run_short(zone="us-east-1a")
    good = launch(world, 2, "one", AvailabilityZones=["us-east-1b"])
    bad = launch(world, 1, "two", AvailabilityZoneIds=["use1-az4"])

    [there] = good["Instances"]
    assert (there["AvailabilityZone"], there["InstanceType"], there["MarketType"]) == (
        "us-east-1b",
        "m7g.large",
        "OnDemand",
    )
    assert there["InstanceIds"] == instances_of(world)
    assert bad["Instances"] == []
    assert {(e["InstanceType"], e["ErrorCode"]) for e in bad["Errors"]} == {
        ("m7g.large", "InsufficientInstanceCapacity"),
        ("m7g.2xlarge", "InsufficientInstanceCapacity"),
    }
    assert "sufficient m7g.large capacity in the Availability Zone" in bad["Errors"][0]["ErrorMessage"]


@pytest.mark.parametrize(("raises", "desired"), [(True, 3), (False, 1)])
def test_what_is_launched_by_call_raises_the_desired_capacity_or_stands_beside_it(
    *, raises: bool, desired: int
) -> None:
    world = a_fleet(1, maximum=9)
    world.readings.launched_raises_desired = raises
    launch(world, 2)
    world.clock.run_until(600)
    assert (group(world)["DesiredCapacity"], len(instances_of(world))) == (desired, 3)
    world.terminate_instance(instances_of(world)[0])
    world.clock.run_until(900)
    assert len(instances_of(world)) == (3 if raises else 2)  # the group goes on to keep what it did not desire
    want(world, 2)
    world.clock.run_until(1200)

    assert len(instances_of(world)) == 2


def test_a_client_token_launches_once_and_only_the_same() -> None:
    world = a_fleet(1, maximum=9)
    first, again = launch(world, 2), launch(world, 2)
    with pytest.raises(AwsError) as caught:
        launch(world, 3)

    assert first == again
    assert len(instances_of(world)) == 3
    assert caught.value.code == "IdempotentParameterMismatch"


def test_a_launch_that_is_retried_raises_the_desired_capacity_by_what_is_missing() -> None:
    world = a_fleet(1, maximum=9)
    world.run_short()
    assert launch(world, 2, RetryStrategy="retry-with-group-configuration")["Instances"] == []
    assert group(world)["DesiredCapacity"] == 3
    world.end_shortage()
    world.clock.run_until(300)

    assert len(instances_of(world)) == 3


@pytest.mark.parametrize(
    ("world", "more"),
    [
        (a_fleet(1, zones=ZONES), {}),
        (a_fleet(1, zones=ZONES), {"AvailabilityZones": ["us-east-1f"]}),
        (a_fleet(1, maximum=1), {}),
        (mixed(on_demand_percent=50), {"AvailabilityZones": ["us-east-1a"]}),
    ],
    ids=["no zone", "another zone", "the maximum", "both markets"],
)
def test_a_launch_by_call_is_refused(world: World, more: dict[str, Any]) -> None:
    with pytest.raises(AwsError) as caught:
        launch(world, 1, **more)

    assert caught.value.code == "ValidationError"


@pytest.mark.parametrize(
    ("policy", "types"),
    [({}, {"m7g.2xlarge"}), ({"on_demand": "lowest-price"}, {"m7g.large"})],
    ids=["prioritized", "lowest-price"],
)
def test_which_type_comes_follows_from_the_strategy(policy: dict[str, Any], types: set[str]) -> None:
    world = a_fleet(0, maximum=9, mixed=MixedPolicy((BIG, LITTLE), **policy))
    want(world, 3)

    assert {i["InstanceType"] for i in group(world)["Instances"]} == types


def test_a_type_that_is_short_is_passed_over() -> None:
    world = mixed()
    world.run_short("m7g.large", "us-east-1a")
    want(world, 4)
    types = {(i["AvailabilityZone"], i["InstanceType"]) for i in group(world)["Instances"]}

    assert types == {("us-east-1a", "m7g.2xlarge"), ("us-east-1b", "m7g.large")}


def test_which_type_of_spot_comes_nobody_knows_and_on_demand_has_its_base_and_share() -> None:
    world = mixed(on_demand_base=1, on_demand_percent=50)
    want(world, 2)
    assert not any(world.ec2.instances[id_].spot for id_ in instances_of(world))  # the share is rounded up
    want(world, 9)
    instances = [world.ec2.instances[id_] for id_ in instances_of(world)]
    shown = group(world)["MixedInstancesPolicy"]

    assert sum(not instance.spot for instance in instances) == 5
    assert {instance.shape for instance in instances if instance.spot} == {LITTLE, BIG}
    assert shown["LaunchTemplate"]["Overrides"] == [{"InstanceType": "m7g.large"}, {"InstanceType": "m7g.2xlarge"}]
    assert shown["InstancesDistribution"]["OnDemandBaseCapacity"] == 1


def test_launches_take_as_long_as_a_scenario_says() -> None:
    world = a_fleet(0, maximum=3)
    world.launches_take("web", boot_s=(100, 100), join_s=(400, 400))
    want(world, 1)
    [member] = world.groups.groups["web"].members.values()
    world.clock.run_until(99)
    assert member.state == "Pending"
    world.clock.run_until(399)
    assert (member.state, world.find_host(member.instance.id)) == ("InService", None)
    world.clock.run_until(401)

    assert world.find_host(member.instance.id) is not None


def test_ecs_ends_what_never_registered_and_the_group_replaces_it() -> None:
    world = a_world()
    world.add_group("web", CLUSTER, desired=1, scaling=ScalingRules(), maximum=3)
    world.end_unregistered("web", 600)
    world.break_newcomers("web", "never_joins")
    want(world, 2)
    world.clock.run_until(300)
    world.break_newcomers("web", None)
    world.clock.run_until(900)

    assert len(facts(world, "ended_unregistered")) == 1
    assert all(world.find_host(id_) for id_ in instances_of(world))


def test_the_desired_capacity_moves_into_new_limits() -> None:
    world = a_fleet(3)
    world.change_limits("web", minimum=4, maximum=6)

    assert (group(world)["MinSize"], group(world)["DesiredCapacity"], group(world)["MaxSize"]) == (4, 4, 6)


def test_a_group_with_an_operator_says_so_and_is_changed_by_nobody_else() -> None:
    world = a_fleet(3)
    world.groups.groups["web"].operator = "batch.amazonaws.com"
    hook = {"LifecycleHookName": "mine", "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING"}

    assert group(world)["Operator"] == {"Principal": "batch.amazonaws.com"}
    for change in (
        lambda: want(world, 4),
        lambda: autoscaling(world, "PutLifecycleHook", AutoScalingGroupName="web", **hook),
    ):
        with pytest.raises(AwsError, match=r"Only batch\.amazonaws\.com may change web"):
            change()
    assert group(world)["DesiredCapacity"] == 3
