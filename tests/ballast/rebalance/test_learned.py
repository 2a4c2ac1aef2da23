"""What an instance will have that is not there yet."""

from __future__ import annotations

from dataclasses import replace

from ballast.facts.demands import Demands
from ballast.rebalance.learned import Registered, offers, shared_by
from ballast.rebalance.snapshot import Market
from tests.ballast.rebalance.builders import a_daemon

D = Market.ON_DEMAND
SEEN = Registered({"cpu": 2048, "memory": 7700, "gpu": 0, "eni": 2, "port:22": 0}, {"ecs.os-type": "linux"})
NOMINAL = {"m7i.large": {"cpu": 2048, "memory": 7577, "gpu": 0, "eni": 2}}


def test_of_several_the_least_counts_and_the_attributes_that_they_share() -> None:
    one = Registered({"cpu": 2048, "memory": 7700}, {"stack": "a", "ecs.os-type": "linux"}, trunked=True)
    other = Registered({"cpu": 2048, "memory": 7600, "port:80": 0}, {"stack": "b", "ecs.os-type": "linux"})

    both = one.and_also(other)

    assert both.capacity == {"cpu": 2048, "memory": 7600, "port:80": 0}
    assert (both.attributes, both.trunked, both.seen) == ({"ecs.os-type": "linux"}, False, 2)


def test_a_resource_that_only_one_of_them_has_is_not_counted_on() -> None:
    assert SEEN.and_also(replace(SEEN, capacity={"cpu": 2048})).capacity["memory"] == 0


def test_what_one_instance_has_alone_says_nothing_of_the_next_one() -> None:
    attributes = {"ecs.availability-zone": "a", "ecs.ami-id": "ami-1", "stack": "prod"}
    alone = Registered({}, attributes)

    assert alone.sure == {"ecs.ami-id": "ami-1"}
    assert alone.and_also(alone).sure == {"ecs.ami-id": "ami-1", "stack": "prod"}
    assert shared_by([alone, Registered({}, {"ecs.ami-id": "ami-2"})]) == {} == shared_by([])


def test_an_offer_is_what_registered_less_one_task_of_each_daemon() -> None:
    port = frozenset({8125})
    daemon = replace(a_daemon(), cpu_units=100, memory_mib=200, host_ports=port, demands=Demands(own_interface=True))

    [offer] = offers([("m7i.large", D)], {"m7i.large": SEEN}, NOMINAL, [daemon], {})

    taken = {"cpu": 1948, "memory": 7500, "gpu": 0, "eni": 1, "port:22": 0, "port:8125": 0}
    assert (offer.capacity, offer.attributes) == (taken, {"ecs.os-type": "linux"})


def test_a_daemon_larger_than_the_instance_leaves_nothing_and_never_less() -> None:
    [offer] = offers([("m7i.large", D)], {"m7i.large": SEEN}, {}, [replace(a_daemon(), memory_mib=9999)], {})

    assert offer.capacity["memory"] == 0


def test_a_type_that_was_never_seen_has_its_nominal_size_and_one_that_nobody_knows_is_left_out() -> None:
    [offer] = offers([("m7i.large", D), ("x9.large", D)], {}, NOMINAL, [], {"ecs.os-type": "linux"})

    assert (offer.capacity, offer.attributes) == (NOMINAL["m7i.large"], {"ecs.os-type": "linux"})


def test_with_a_trunk_it_takes_more_tasks_with_a_network_interface_of_their_own() -> None:
    [offer] = offers([("m7i.large", D)], {"m7i.large": replace(SEEN, trunked=True)}, {}, [], {})

    assert offer.capacity["eni"] == 10
