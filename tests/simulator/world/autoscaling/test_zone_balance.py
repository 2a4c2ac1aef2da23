"""AZRebalance: launch in the lightest zone, then terminate in the heaviest."""

from __future__ import annotations

from collections import Counter

import pytest

from simulator.world.autoscaling.group_records import Hook
from simulator.world.world import World
from tests.simulator.world.builders import a_fleet, autoscaling, facts, instances_of

ZONES = ("us-east-1a", "us-east-1b")


def an_uneven_group(*, balanced: bool = True, maximum: int = 4, protected: bool = False) -> World:
    """Three instances in one zone and one in the other, after two terminations with decrement."""
    world = a_fleet(
        6, zones=ZONES, maximum=6, hooks=[Hook("mine", "CONTINUE", 30)], new_instances_protected_from_scale_in=protected
    )
    second = [id_ for id_ in instances_of(world) if world.ec2.instances[id_].zone == "us-east-1b"]
    for id_ in second[:2]:
        ask = {"InstanceId": id_, "ShouldDecrementDesiredCapacity": True}
        autoscaling(world, "TerminateInstanceInAutoScalingGroup", **ask)
    world.change_limits("web", maximum=maximum)
    if balanced:
        world.rebalance_zones("web")
    return world


def zones(world: World) -> dict[str, int]:
    members = world.groups.groups["web"].staying
    return dict(sorted(Counter(member.instance.zone for member in members).items()))


def test_a_group_whose_zones_are_uneven_launches_before_it_terminates() -> None:
    world = an_uneven_group()
    world.clock.run_until(70)
    assert zones(world) == {"us-east-1a": 3, "us-east-1b": 2}  # one above the maximum
    world.clock.run_until(600)

    assert zones(world) == {"us-east-1a": 2, "us-east-1b": 2}
    assert world.groups.groups["web"].desired == 4
    assert len(facts(world, "zones_rebalanced")) == 1
    assert len(facts(world, "hook_waiting")) == 3  # the hooks of termination held the third as well
    causes = [
        a["Cause"] for a in autoscaling(world, "DescribeScalingActivities", AutoScalingGroupName="web")["Activities"]
    ]
    assert any("launched to balance instances in zones us-east-1b" in cause for cause in causes)


def test_it_does_not_happen_by_itself_or_while_suspended() -> None:
    world = an_uneven_group(balanced=False)
    suspended = an_uneven_group()
    suspended.suspend_processes("web", "AZRebalance")
    for each in (world, suspended):
        each.clock.run_until(600)

        assert zones(each) == {"us-east-1a": 3, "us-east-1b": 1}


def test_a_zone_without_capacity_is_tried_in_vain() -> None:
    world = an_uneven_group()
    world.run_short(zone="us-east-1b")
    world.clock.run_until(600)

    assert zones(world) == {"us-east-1a": 3, "us-east-1b": 1}
    assert facts(world, "launch_failed", zone="us-east-1b")
    world.end_shortage()
    world.clock.run_until(2400)
    assert zones(world) == {"us-east-1a": 2, "us-east-1b": 2}


@pytest.mark.parametrize(("spares", "left"), [(True, 3), (False, 2)])
def test_protection_from_scale_in_spares_an_instance_or_not(*, spares: bool, left: int) -> None:
    world = an_uneven_group(protected=True)
    world.readings.rebalance_spares_protected = spares
    world.clock.run_until(900)

    assert zones(world)["us-east-1a"] == left


def test_a_balanced_only_group_launches_in_no_other_zone() -> None:
    world = a_fleet(2, zones=ZONES, maximum=9)
    world.rebalance_zones("web", balanced_only=True)
    world.lose_zone("us-east-1b", "unreachable")
    world.set_desired("web", 6)
    world.clock.run_until(600)
    [shown] = autoscaling(world, "DescribeAutoScalingGroups")["AutoScalingGroups"]

    assert zones(world) == {"us-east-1a": 2}  # once more where both had as many
    assert shown["AvailabilityZoneDistribution"] == {"CapacityDistributionStrategy": "balanced-only"}


def test_a_group_that_is_shifted_away_from_its_only_zone_has_none_to_even() -> None:
    """Chaos seed 54037: the look raised, and the world stood still."""
    world = a_fleet(2, zones=("us-east-1a",), maximum=4)
    world.rebalance_zones("web")
    world.shift_zone("web", "us-east-1a", for_s=300)
    world.clock.run_until(600)

    assert zones(world) == {"us-east-1a": 2}
    assert not facts(world, "zones_rebalanced")
