"""Amazon EC2 Auto Scaling: which types does a group launch, on which market, and which of them comes next?

https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ballast.aws.session import client
from ballast.aws.template_data import data_of
from ballast.aws.template_versions import Numbers
from ballast.rebalance.snapshot import Market, Picks
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.aws.session import RawGroup

ALL = 100  # percent
POOLS = 2  # of Spot, unless the group says otherwise
NOTHING: Mapping[Any, Any] = {}


@dataclass(frozen=True, slots=True)
class Launches:
    """`types`: each with its market, in the order of the group. Empty: nobody can tell, as with requirements of attributes."""

    types: tuple[tuple[str, Market], ...] = ()
    picks: Picks = Picks.UNKNOWN
    weighted: bool = False


def template_of(group: RawGroup) -> Mapping[str, Any]:
    """The template, as the group names it, that has to be asked for what the group launches; {} where the group says it."""
    mixed: Mapping[str, Any] = group.get("MixedInstancesPolicy", {})
    if not mixed:
        return group.get("LaunchTemplate", NOTHING)
    overrides: Sequence[Mapping[str, Any]] = mixed["LaunchTemplate"].get("Overrides", [])
    if any("InstanceType" in each or "InstanceRequirements" in each for each in overrides):
        return NOTHING
    specification: Mapping[str, Any] = mixed["LaunchTemplate"]["LaunchTemplateSpecification"]
    return specification


def launches_of(group: RawGroup, numbers: Numbers = NOTHING) -> Launches:
    """`numbers`: of versions named by a word. Raises CallFailedError where its template has to be asked and does not answer."""
    mixed: Mapping[str, Any] = group.get("MixedInstancesPolicy", {})
    if not mixed:
        return _of_template(template_of(group), group.get("LaunchConfigurationName"), numbers)
    template = mixed["LaunchTemplate"]
    overrides: Sequence[Mapping[str, Any]] = template.get("Overrides", [])
    weighted = any(each.get("WeightedCapacity", "1") != "1" for each in overrides)
    names = list(dict.fromkeys(each["InstanceType"] for each in overrides if "InstanceType" in each))
    if any("InstanceRequirements" in each for each in overrides):
        return Launches(weighted=weighted)
    if not names:
        names = [name for name, _ in _of_template(template_of(group), None, numbers).types]
    distribution = mixed.get("InstancesDistribution", {})
    markets = _next_markets(distribution, group)
    types = tuple((name, market) for market in markets for name in names)
    picks = _picks(distribution, markets[0]) if len(names) > 1 else Picks.FIRST
    return Launches(types, picks if len(markets) == 1 else Picks.UNKNOWN, weighted)


def _next_markets(distribution: Mapping[str, Any], group: RawGroup) -> tuple[Market, ...]:
    """Of the instance that is launched next; of both where that depends on which ones end meanwhile."""
    base = distribution.get("OnDemandBaseCapacity") or 0
    percent = distribution.get("OnDemandPercentageAboveBaseCapacity")
    if percent is None or percent >= ALL or group["DesiredCapacity"] < base:
        return (Market.ON_DEMAND,)
    if percent <= 0 and group["DesiredCapacity"] >= base:
        return (Market.SPOT,)
    return (Market.ON_DEMAND, Market.SPOT)


def _picks(distribution: Mapping[str, Any], market: Market) -> Picks:
    if market is Market.ON_DEMAND:
        cheapest = distribution.get("OnDemandAllocationStrategy") == "lowest-price"
        return Picks.CHEAPEST if cheapest else Picks.FIRST
    cheapest = distribution.get("SpotAllocationStrategy", "lowest-price") == "lowest-price"
    alone = distribution.get("SpotInstancePools", POOLS) == 1  # else it takes turns with the next cheapest
    return Picks.CHEAPEST if cheapest and alone else Picks.UNKNOWN


def _of_template(template: Mapping[str, Any], configuration: str | None, numbers: Numbers) -> Launches:
    if configuration:
        raw = client("autoscaling").describe_launch_configurations(LaunchConfigurationNames=[configuration])
        found: list[Any] = list(raw["LaunchConfigurations"])
        name, spot = (found[0].get("InstanceType"), "SpotPrice" in found[0]) if found else (None, False)
    elif template:
        data = data_of(template, numbers)
        name, spot = data.get("InstanceType"), data.get("InstanceMarketOptions", {}).get("MarketType") == "spot"
    else:
        return Launches()
    return Launches(((name, Market.SPOT if spot else Market.ON_DEMAND),), Picks.FIRST) if name else Launches()


def nominal_memory(mib: int) -> int:
    """What an instance is sure to register of its memory, until one was seen: the system and the agent keep some.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html
    """
    return math.floor(mib * 0.925)
