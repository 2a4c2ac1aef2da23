"""What a group launches next: types, market, and which of several comes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ballast.aws.group_offers import Launches, launches_of, nominal_memory
from ballast.rebalance.snapshot import Market, Picks
from tests.aws_stubs import Stubs

D, S = Market.ON_DEMAND, Market.SPOT
BASE = {"OnDemandBaseCapacity": 2, "OnDemandPercentageAboveBaseCapacity": 0}
TYPES = [{"InstanceType": "m7i.large"}, {"InstanceType": "m7i.xlarge"}]


def a_group(desired: int = 2, **how: Any) -> Any:
    return {"AutoScalingGroupName": "web", "DesiredCapacity": desired, **how}


def mixed(overrides: list[dict[str, Any]], desired: int = 2, **distribution: Any) -> Any:
    template = {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1"}, "Overrides": overrides}
    policy = {"LaunchTemplate": template, "InstancesDistribution": distribution}
    return a_group(desired, MixedInstancesPolicy=policy)


def template_has(aws: Stubs, version: str, **data: Any) -> None:
    asked = {"LaunchTemplateId": "lt-1", "Versions": [version]}
    aws.answers(
        "ec2",
        "describe_launch_template_versions",
        asked,
        {"LaunchTemplateVersions": [{"LaunchTemplateData": data}] if data else []},
    )


@pytest.mark.parametrize(("market", "expected"), [({}, D), ({"InstanceMarketOptions": {"MarketType": "spot"}}, S)])
def test_a_template_names_one_type_and_its_market(aws: Stubs, market: dict[str, Any], expected: Market) -> None:
    template_has(aws, "$Latest", InstanceType="m7i.large", **market)

    found = launches_of(a_group(LaunchTemplate={"LaunchTemplateId": "lt-1", "Version": "$Latest"}))

    assert found == Launches((("m7i.large", expected),), Picks.FIRST)


def test_nobody_knows_what_comes_of_required_attributes_of_a_template_that_is_gone_or_of_nothing(aws: Stubs) -> None:
    template_has(aws, "$Default", InstanceRequirements={"VCpuCount": {"Min": 2}, "MemoryMiB": {"Min": 4096}})
    template_has(aws, "$Default")
    by_template = a_group(LaunchTemplate={"LaunchTemplateId": "lt-1"})

    assert [launches_of(by_template), launches_of(by_template), launches_of(a_group())] == [Launches()] * 3
    assert launches_of(mixed([{"InstanceRequirements": {}}])) == Launches()


def test_an_old_launch_configuration_is_asked_for_its_type(aws: Stubs) -> None:
    required = {"LaunchConfigurationName": "old", "ImageId": "ami-1", "CreatedTime": datetime(2016, 1, 1, tzinfo=UTC)}
    answer = {"LaunchConfigurations": [{**required, "InstanceType": "m4.large", "SpotPrice": "0.1"}]}
    aws.answers("autoscaling", "describe_launch_configurations", {"LaunchConfigurationNames": ["old"]}, answer)

    assert launches_of(a_group(LaunchConfigurationName="old")).types == (("m4.large", S),)


@pytest.mark.parametrize(
    ("distribution", "desired", "markets", "picks"),
    [
        ({}, 2, [D], Picks.FIRST),
        ({"OnDemandAllocationStrategy": "lowest-price"}, 2, [D], Picks.CHEAPEST),
        (BASE, 1, [D], Picks.FIRST),  # the base is not yet there
        ({**BASE, "SpotAllocationStrategy": "price-capacity-optimized"}, 2, [S], Picks.UNKNOWN),
        ({**BASE, "SpotAllocationStrategy": "lowest-price", "SpotInstancePools": 1}, 2, [S], Picks.CHEAPEST),
        (BASE, 2, [S], Picks.UNKNOWN),  # of the two cheapest pools in turn
        ({"OnDemandPercentageAboveBaseCapacity": 50}, 2, [D, S], Picks.UNKNOWN),
    ],
)
def test_of_several_types_the_distribution_says_what_comes_next(
    distribution: dict[str, Any], desired: int, markets: list[Market], picks: Picks
) -> None:
    found = launches_of(mixed(TYPES, desired, **distribution))

    assert found.types == tuple((each["InstanceType"], market) for market in markets for each in TYPES)
    assert (found.picks, found.weighted) == (picks, False)


def test_weights_are_seen_and_without_overrides_the_template_names_the_type(aws: Stubs) -> None:
    template_has(aws, "$Default", InstanceType="m7i.large")

    assert launches_of(mixed([{**TYPES[0], "WeightedCapacity": "2"}])).weighted
    assert launches_of(mixed([])).types == (("m7i.large", D),)


def test_of_nominal_memory_a_part_is_never_counted_on() -> None:
    assert nominal_memory(8192) == 7577
