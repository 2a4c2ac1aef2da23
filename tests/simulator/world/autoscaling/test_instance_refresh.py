"""Instance refreshes: launch before terminate, checkpoints, what matches, how they end."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.world.core.errors import AwsError
from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, a_world, autoscaling, facts, heard_by, instances_of

KIND = ("aws-ecs-2", "x86_64")
OLD, NEW = "1.62.1", "1.64.0"
LAUNCH_FIRST: dict[str, Any] = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 125, "SkipMatching": True}


def a_group(**group: Any) -> World:
    """Four instances on the old image; version 2 of the launch template boots the new one."""
    world = a_world()
    world.bottlerocket.releases.publish(*KIND, OLD, long_ago=True)
    world.add_group("web", CLUSTER, desired=4, bottlerocket=(*KIND, OLD), **group)
    new = world.bottlerocket.releases.publish(*KIND, NEW)
    template = world.groups.groups["web"].template
    assert template
    template.add(new.image_id, "", None)
    return world


def started(world: World, version: str | None = "2", **preferences: Any) -> None:
    template = world.groups.groups["web"].template
    assert template
    desired = {"DesiredConfiguration": {"LaunchTemplate": {"LaunchTemplateId": template.id, "Version": version}}}
    autoscaling(
        world,
        "StartInstanceRefresh",
        AutoScalingGroupName="web",
        Preferences=LAUNCH_FIRST | preferences,
        **(desired if version else {}),
    )


def shown(world: World) -> dict[str, Any]:
    answer = autoscaling(world, "DescribeInstanceRefreshes", AutoScalingGroupName="web")
    return dict(answer["InstanceRefreshes"][0])


def versions(world: World) -> list[str]:
    return [world.bottlerocket.require(i).version for i in instances_of(world)]


def test_every_instance_is_replaced_and_the_group_launches_the_new_version_from_then_on() -> None:
    world = a_group()
    started(world)

    world.clock.run_until(900)

    assert (shown(world)["Status"], shown(world)["PercentageComplete"]) == ("Successful", 100)
    assert versions(world) == [NEW] * 4
    assert world.groups.groups["web"].template_version == "2"


def test_there_are_never_fewer_in_service_than_wanted() -> None:
    world = a_group()
    started(world)

    for at_s in range(5, 900, 5):
        world.clock.run_until(at_s)
        group = world.groups.groups["web"]
        serving = sum(member.state == "InService" for member in group.members.values())
        assert 4 <= serving <= 5


def test_what_was_launched_for_instances_that_went_by_themselves_goes_too() -> None:
    world = a_group()
    old = instances_of(world)
    started(world)

    world.clock.run_until(20)  # one more than the group wants is on its way
    for instance in old:
        world.ec2.terminate(world.ec2.instances[instance], "user")
    world.clock.run_until(900)

    assert shown(world)["Status"] == "Successful"
    assert versions(world) == [NEW] * 4


def test_a_checkpoint_pauses_the_refresh_and_is_announced() -> None:
    world = a_group()
    heard = heard_by(world)
    started(world, CheckpointPercentages=[25, 100], CheckpointDelay=600)

    world.clock.run_until(600)
    assert versions(world).count(NEW) == 1
    world.clock.run_until(1800)
    assert versions(world) == [NEW] * 4
    kinds = [
        e["detail-type"].removeprefix("EC2 Auto Scaling Instance Refresh ")
        for e in heard
        if "Refresh" in e["detail-type"]
    ]
    assert kinds == ["Started", "Checkpoint Reached", "Succeeded"]


def test_what_matches_is_skipped_unless_everything_is_to_be_replaced() -> None:
    world = a_group()
    started(world, "1")
    world.clock.run_until(300)
    assert (shown(world)["Status"], facts(world, "instance_launched")[4:]) == ("Successful", [])

    started(world, "1", SkipMatching=False)
    world.clock.run_until(1200)
    assert len(facts(world, "instance_launched")) == 8


def test_a_cancelled_refresh_replaces_no_more_and_leaves_the_group_as_it_was() -> None:
    world = a_group()
    started(world, CheckpointPercentages=[25, 100], CheckpointDelay=600)
    world.clock.run_until(300)

    autoscaling(world, "CancelInstanceRefresh", AutoScalingGroupName="web")
    world.clock.run_until(2000)

    assert (shown(world)["Status"], versions(world).count(NEW)) == ("Cancelled", 1)
    assert world.groups.groups["web"].template_version == "1"


@pytest.mark.parametrize(("rolls_back", "status", "new"), [(True, "RollbackSuccessful", 0), (False, "Failed", 1)])
def test_a_refresh_that_cannot_go_on_fails_or_is_rolled_back(*, rolls_back: bool, status: str, new: int) -> None:
    world = a_group()
    started(world, CheckpointPercentages=[25, 100], CheckpointDelay=600, AutoRollback=rolls_back)
    world.clock.run_until(300)

    world.refreshes.give_up("web", "Instances failed to become healthy.")
    world.clock.run_until(2000)

    assert (shown(world)["Status"], shown(world)["StatusReason"]) == (status, "Instances failed to become healthy.")
    assert versions(world).count(NEW) == new


def test_there_is_one_refresh_at_a_time_and_none_to_cancel_afterwards() -> None:
    world = a_group()
    started(world)
    with pytest.raises(AwsError, match="InstanceRefreshInProgress"):
        started(world)

    world.clock.run_until(900)
    with pytest.raises(AwsError, match="ActiveInstanceRefreshNotFound"):
        autoscaling(world, "CancelInstanceRefresh", AutoScalingGroupName="web")


@pytest.mark.parametrize(
    ("launches_from", "version"),
    [("1", None), ("$Latest", "2"), ("parameter", "2")],
    ids=["none desired", "latest", "resolved"],
)
def test_a_rollback_that_aws_does_not_support_is_refused(launches_from: str, version: str | None) -> None:
    world = a_group(launches_from=launches_from)

    with pytest.raises(AwsError, match="ValidationError"):
        started(world, version, AutoRollback=True)


def test_an_instance_launches_what_its_group_names_when_it_is_launched() -> None:
    for name, version in (("1", OLD), ("$Latest", NEW), ("$Default", OLD), ("parameter", NEW)):
        world = a_group(launches_from=name)
        world.groups.set_desired(world.groups.groups["web"], 5)
        assert versions(world)[-1] == version


def test_the_same_token_makes_one_version() -> None:
    template = a_group().groups.groups["web"].template
    assert template

    first, again = template.add("ami-3", "", "token"), template.add("ami-3", "", "token")

    assert first == again
    with pytest.raises(AwsError, match="IdempotentParameterMismatch"):
        template.add("ami-4", "", "token")


def test_the_last_checkpoint_says_how_much_is_replaced_and_the_oldest_go_first() -> None:
    world = a_group()
    before = instances_of(world)
    world.groups.groups["web"].template_version = "2"
    started(world, None, SkipMatching=False, CheckpointPercentages=[25], CheckpointDelay=0)
    world.clock.run_until(600)
    assert (shown(world)["Status"], versions(world).count(NEW)) == ("Successful", 1)

    started(world, None, SkipMatching=False, CheckpointPercentages=[50], CheckpointDelay=0)
    world.clock.run_until(1500)

    assert versions(world).count(NEW) == 3
    assert [i for i in instances_of(world) if i in before] == before[3:]


@pytest.mark.parametrize("reading", [True, False])
def test_an_old_instance_goes_when_the_new_one_is_warm_or_already_in_service(*, reading: bool) -> None:
    world = a_group()
    world.readings.warm_before_the_old_goes = reading
    started(world, InstanceWarmup=600)

    world.clock.run_until(300)

    assert bool(facts(world, "lifecycle_state", state="Terminating")) is not reading


def test_a_refresh_that_is_pending_has_not_begun_yet() -> None:
    world = a_group()
    started(world)
    assert "StartTime" not in shown(world)

    world.clock.run_until(60)
    assert "StartTime" in shown(world)


def test_while_a_refresh_desires_a_version_scale_outs_launch_it_and_the_group_keeps_its_own() -> None:
    world = a_group()
    started(world)
    world.clock.run_until(20)
    world.groups.set_desired(world.groups.groups["web"], 5)
    assert versions(world)[-1] == NEW

    template = world.groups.groups["web"].template
    assert template
    wanted = {"LaunchTemplateId": template.id, "Version": "1"}
    with pytest.raises(AwsError, match="An active instance refresh with a desired configuration exists"):
        autoscaling(world, "UpdateAutoScalingGroup", AutoScalingGroupName="web", LaunchTemplate=wanted)
