"""What groups may launch and what that costs, from what is there, what was there, and what AWS tells."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ballast.aws.capacity_hosts import Host
from ballast.aws.group_offers import Launches
from ballast.aws.scaling_activities import History
from ballast.aws.scaling_groups import Looked
from ballast.rebalance.learned import Registered
from ballast.rebalance.snapshot import Group, Market
from ballast.shell.rebalance_hosts import Membership
from ballast.shell.rebalance_market import market, with_offers
from tests.aws_stubs import REGION, Stubs
from tests.ballast.rebalance.builders import a_daemon, a_group, an_instance
from tests.builders import a_container_instance

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
D = Market.ON_DEMAND


def a_host(name: str, memory: int, instance_type: str = "m7i.large") -> Host:
    record = a_container_instance(instance_id=name, attributes={"ecs.instance-type": instance_type})
    return Host(record, 1, Registered({"cpu": 2048, "memory": memory, "gpu": 0}, record.attributes))


def looked_at(*types: str) -> Looked:
    return Looked(a_group(), Launches(tuple((name, D) for name in types)), History())


def sizes(aws: Stubs, *types: str) -> None:
    told: Any = [
        {
            "InstanceType": name, "VCpuInfo": {"DefaultVCpus": 2}, "MemoryInfo": {"SizeInMiB": 8192},
            "NetworkInfo": {"MaximumNetworkInterfaces": 3},
        }
        for name in types
    ]  # fmt: skip
    aws.stub("ec2").add_response("describe_instance_types", {"InstanceTypes": told})


def offered(looked: Looked, *hosts: Host, daemons: Any = ()) -> Group:
    group = looked.group.name
    members = {h.record.instance_id: Membership(group, "a", h.type, "InService") for h in hosts}
    [found] = with_offers("prod", [looked], hosts, members, daemons, now=NOW)
    return found


def memory(group: Group) -> dict[str, int]:
    return {offer.instance_type: offer.capacity["memory"] for offer in group.offers}


def test_the_least_that_ever_registered_counts_also_once_it_has_gone(aws: Stubs) -> None:
    sizes(aws, "m7i.large")
    looked = looked_at("m7i.large")

    both = offered(looked, a_host("i-1", 7700), a_host("i-2", 7650))
    later = offered(looked, a_host("i-1", 7700))

    assert memory(both) == memory(later) == {"m7i.large": 7650}


def test_what_never_registered_has_its_nominal_size(aws: Stubs) -> None:
    sizes(aws, "m7i.large")

    assert memory(offered(looked_at("m7i.large"))) == {"m7i.large": 7577}


def test_where_one_may_come_whose_size_nobody_knows_nothing_is_offered(aws: Stubs) -> None:
    sizes(aws, "m7i.large")
    sizes(aws)  # that of x9.large is asked for again

    assert offered(looked_at("m7i.large", "x9.large")).offers == ()
    assert offered(looked_at("m7i.large", "x9.large")).offers == ()


def test_a_daemon_of_which_nobody_knows_what_it_takes_keeps_anything_from_being_offered(aws: Stubs) -> None:
    sizes(aws, "m7i.large")

    assert offered(looked_at("m7i.large"), daemons=[a_daemon(), None]).offers == ()
    assert offered(looked_at("m7i.large"), daemons=[a_daemon()]).offers


def test_each_type_is_priced_on_the_markets_where_it_is_or_may_come(aws: Stubs) -> None:
    aws.stub(f"pricing {REGION}").add_response("get_products", {"PriceList": []})
    aws.stub("ec2").add_response("describe_spot_price_history", {"SpotPriceHistory": []})
    spot, unknown = an_instance(2, market=Market.SPOT), an_instance(3, market=None)

    assert market([an_instance(1), spot, unknown], [], REGION, NOW) == ()
