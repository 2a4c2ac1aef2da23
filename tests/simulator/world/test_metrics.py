"""GetMetricData of CapacityProviderReservation, and what becomes of a group without its tag."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.world.core.capacity_records import ScalingRules
from simulator.world.core.errors import AwsError
from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, SMALL, a_world, autoscaling


def a_provider() -> World:
    world = a_world()
    world.add_group(
        "web",
        CLUSTER,
        desired=3,
        shape=SMALL,
        zones=("us-east-1a",),
        scaling=ScalingRules(warmup_s=0),
        new_instances_protected_from_scale_in=True,
    )
    world.add_service(CLUSTER, "api", desired=4, cpu=1024, memory_mib=2048, binpack=True, capacity_providers=["web"])
    return world


def read(world: World, provider: str = "web", **params: Any) -> dict[str, Any]:
    metric = {
        "Namespace": "AWS/ECS/ManagedScaling",
        "MetricName": "CapacityProviderReservation",
        "Dimensions": [
            {"Name": n, "Value": v} for n, v in (("ClusterName", CLUSTER), ("CapacityProviderName", provider))
        ],
    }
    query = {"Id": "a", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Average"}}
    now = world.clock.utc
    asked = {"MetricDataQueries": [query], "StartTime": now - timedelta(minutes=10), "EndTime": now} | params
    (result,) = world.handle("cloudwatch", "GetMetricData", asked)["MetricDataResults"]
    return dict(result)


def test_each_minute_has_a_value_and_the_newest_comes_first() -> None:
    world = a_provider()
    world.clock.run_until(330)

    assert [round(value, 1) for value in read(world)["Values"]] == [66.7] * 5
    stamps = read(world)["Timestamps"]
    assert stamps == sorted(stamps, reverse=True)
    assert read(world, ScanBy="TimestampAscending")["Timestamps"] == sorted(stamps)
    assert read(world, EndTime=min(stamps))["Values"] == []  # the end is not in it


def test_what_nobody_publishes_and_what_is_late_has_no_values() -> None:
    world = a_provider()
    world.clock.run_until(330)
    assert read(world, "other")["Values"] == []
    world.lag_metrics(200)

    assert len(read(world)["Values"]) == 2


def test_a_start_after_the_end_is_refused() -> None:
    world = a_provider()
    with pytest.raises(AwsError, match="StartTime"):
        read(world, StartTime=world.clock.utc)


@pytest.mark.parametrize("scales_on", [True, False])
def test_without_its_tag_a_group_is_scaled_on_or_not_and_no_protection_changes(*, scales_on: bool) -> None:
    world = a_provider()
    world.readings.untagged_scales_on = scales_on
    world.untag_group("web")
    world.clock.run_until(30 * 60)

    group = world.groups.groups["web"]
    assert group.desired == (2 if scales_on else 3)
    assert len(group.staying) == 3  # each is protected, for good
    (shown,) = autoscaling(world, "DescribeAutoScalingGroups", AutoScalingGroupNames=["web"])["AutoScalingGroups"]
    assert "AmazonECSManaged" not in {tag["Key"] for tag in shown["Tags"]}
