"""What instances cost, as the three APIs tell it."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from simulator.world.core.errors import AwsError
from simulator.world.core.records import Shape
from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, a_world

XLARGE = Shape("m7g.xlarge", cpu=4096, memory_mib=15568, task_enis=3)
PLAIN = {
    "regionCode": "us-east-1",
    "operatingSystem": "Linux",
    "tenancy": "Shared",
    "preInstalledSw": "NA",
    "capacitystatus": "Used",
    "marketoption": "OnDemand",
}


def a_priced_world() -> World:
    world = a_world()
    world.add_group("web", CLUSTER, desired=2, shape=XLARGE, zones=("us-east-1a", "us-east-1b"))
    return world


def products(world: World, **fields: str) -> list[dict[str, Any]]:
    filters = [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in fields.items()]
    answer = world.handle("pricing", "GetProducts", {"ServiceCode": "AmazonEC2", "Filters": filters})
    return [json.loads(entry) for entry in answer["PriceList"]]


def on_demand(product: dict[str, Any]) -> dict[str, str]:
    [term] = product["terms"]["OnDemand"].values()
    [dimension] = term["priceDimensions"].values()
    return dict(dimension["pricePerUnit"])


def spot(world: World, **params: Any) -> list[tuple[str, str]]:
    asked = {"InstanceTypes": ["m7g.xlarge"], "ProductDescriptions": ["Linux/UNIX"]} | params
    entries = world.handle("ec2", "DescribeSpotPriceHistory", asked)["SpotPriceHistory"]
    return [(entry["AvailabilityZone"], entry["SpotPrice"]) for entry in entries]


def test_six_filters_leave_one_product_of_a_type() -> None:
    world = a_priced_world()
    [product] = products(world, instanceType="m7g.xlarge", **PLAIN)

    assert len(products(world, instanceType="m7g.xlarge")) == 6
    assert on_demand(product) == {"USD": "0.1652000000"}
    assert (product["product"]["attributes"]["vcpu"], product["product"]["attributes"]["memory"]) == ("4", "16 GiB")
    assert products(world, instanceType="m7g.xlarge", nonsense="x") == []


@pytest.mark.parametrize(
    ("price", "listed"), [(0.2, "0.2000000000"), (0, "0.0000000000"), (-1, "-1.0000000000"), ("", "")]
)
def test_a_price_is_what_a_scenario_says_even_nonsense(price: Any, listed: str) -> None:
    world = a_priced_world()
    world.set_price("m7g.xlarge", price)
    [product] = products(world, instanceType="m7g.xlarge", **PLAIN)

    assert on_demand(product) == {"USD": listed}


def test_a_missing_price_has_no_term_or_no_product() -> None:
    world = a_priced_world()
    for name in ("m7g.xlarge", "m7g.large", "c7g.large", "r7g.large"):
        world.know_type(Shape(name))
        world.set_price(name, None)
    left = products(world, **PLAIN)

    assert all("OnDemand" not in product["terms"] for product in left)
    assert 0 < len(left) < 4


def test_a_price_list_may_have_another_currency_or_nothing() -> None:
    world = a_priced_world()
    world.change_price_list(currency="CNY")
    [product] = products(world, instanceType="m7g.xlarge", **PLAIN)
    assert set(on_demand(product)) == {"CNY"}
    world.change_price_list(listed=False)

    assert products(world) == []


def test_products_come_in_pages() -> None:
    world = a_priced_world()
    first = world.handle("pricing", "GetProducts", {"ServiceCode": "AmazonEC2", "MaxResults": 4})
    rest = world.handle("pricing", "GetProducts", {"ServiceCode": "AmazonEC2", "NextToken": first["NextToken"]})

    assert (len(first["PriceList"]), len(rest["PriceList"]), "NextToken" in rest) == (4, 2, False)


def test_spot_prices_of_now_and_before() -> None:
    world = a_priced_world()
    world.clock.run_until(60)
    before = world.clock.utc
    world.clock.run_until(120)
    world.set_spot_price("m7g.xlarge", "us-east-1a", 0.1)

    now = spot(world, StartTime=world.clock.utc)
    assert sorted(now) == [("us-east-1a", "0.100000"), ("us-east-1b", "0.064428")]
    assert len(spot(world, StartTime=before)) == 3
    assert spot(world, StartTime=before, EndTime=before + timedelta(seconds=1))[0][1] != "0.100000"
    assert len(spot(world, ProductDescriptions=["Linux/UNIX", "Linux/UNIX (Amazon VPC)"], StartTime=before)) == 6
    assert spot(world, ProductDescriptions=["Windows"]) == []
    assert world.handle("ec2", "DescribeSpotPriceHistory", {})["NextToken"] == ""


def test_a_spot_price_may_be_missing_or_wrong() -> None:
    world = a_priced_world()
    world.set_spot_price("m7g.xlarge", "us-east-1a", None)
    world.set_spot_price("m7g.xlarge", "us-east-1b", -0.5)

    assert spot(world, StartTime=world.clock.utc) == [("us-east-1b", "-0.500000")]


def test_spot_prices_drift_between_bounds() -> None:
    world = a_priced_world()
    world.drift_spot_prices(every_s=60, by=0.2)
    first = spot(world, StartTime=world.clock.utc)
    world.clock.run_until(3600)
    prices = [float(price) for _, price in spot(world)]

    assert spot(world, StartTime=world.clock.utc) != first
    assert len(prices) == 2 * 61
    assert 0.008 < min(prices) <= max(prices) <= 0.1652


def test_instance_types_have_their_cpus_memory_and_interfaces() -> None:
    world = a_priced_world()
    world.know_type(Shape("g4dn.xlarge", cpu=4096, memory_mib=15000, gpus=1, task_enis=2, nominal_memory_mib=16384))
    types = world.handle("ec2", "DescribeInstanceTypes", {"InstanceTypes": ["m7g.xlarge", "g4dn.xlarge"]})[
        "InstanceTypes"
    ]

    assert [(t["VCpuInfo"]["DefaultVCpus"], t["MemoryInfo"]["SizeInMiB"]) for t in types] == [(4, 16384), (4, 16384)]
    assert [t["NetworkInfo"]["MaximumNetworkInterfaces"] for t in types] == [4, 3]
    assert [t["ProcessorInfo"]["SupportedArchitectures"] for t in types] == [["arm64"], ["x86_64"]]
    assert ["GpuInfo" in t for t in types] == [False, True]
    with pytest.raises(AwsError, match=r"InvalidInstanceType: .*\[m9x.large\]"):
        world.handle("ec2", "DescribeInstanceTypes", {"InstanceTypes": ["m7g.xlarge", "m9x.large"]})


def test_the_world_knows_what_it_costs_whatever_the_list_says() -> None:
    world = a_priced_world()
    world.add_group("spot", CLUSTER, desired=1, shape=XLARGE, zones=("us-east-1a",), spot=True)
    assert world.usd_per_hour() == Decimal("0.389872")
    world.set_price("m7g.xlarge", 1)

    assert world.usd_per_hour("web") == 2
