"""What may go at once, of a group, its zones and its subnets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ballast.rebalance.limits import Limits, LimitsOfSeveral, unpacked
from ballast.rebalance.snapshot import Instance
from ballast.records.rebalancing import MovePhase
from tests.ballast.rebalance.builders import a_group, a_move, a_snapshot, an_instance, ground, some_tasks, workload


def limits(*instances: Instance, **changes: Any) -> Limits:
    here = ground(a_snapshot(*instances, **changes))
    return Limits.of(here, here.parts[0])


def kind(of: Limits, instance: Instance, loose: int = 0, *, empty: bool = False) -> str:
    stay = of.objection(instance, loose, empty=empty)
    return stay.why if stay else ""


def test_zones_that_differ_by_one_stay_so() -> None:
    fleet = [an_instance(n, *some_tasks(1), zone=zone) for n, zone in enumerate("aabbcc")]
    first = limits(*fleet)

    assert kind(first, fleet[0]) == ""
    second = first.without(fleet[0], 1)
    assert kind(second, fleet[1]) == "its zone"
    assert kind(second.without(fleet[2], 1).without(fleet[4], 1), fleet[1]) == ""


def test_zones_that_are_uneven_already_may_not_become_more_so() -> None:
    fleet = [an_instance(n, *some_tasks(1), zone=zone) for n, zone in enumerate("aaabb")]

    assert kind(limits(*fleet), fleet[0]) == ""
    assert kind(limits(*fleet).without(fleet[3], 1), fleet[4]) == "its zone"


def test_a_zone_in_which_the_group_may_launch_and_has_nothing_counts() -> None:
    fleet = [an_instance(n, *some_tasks(1), zone=zone) for n, zone in enumerate("ab")]
    wide = {"capacity": {"zones": frozenset("abc")}}

    assert kind(limits(*fleet, group=wide), fleet[0]) == ""
    assert kind(limits(*[*fleet, an_instance(9, zone="a")], group=wide), fleet[1]) == ""


def test_the_minimum_of_the_group_counts_moves_under_way_as_done() -> None:
    fleet = [an_instance(n, *some_tasks(1)) for n in range(4)]
    under_way = limits(*fleet, group={"min_size": 3}, moves=(a_move(fleet[0]),))

    assert kind(limits(*fleet, group={"min_size": 3}), fleet[1]) == ""
    assert kind(under_way, fleet[1]) == "group minimum"


def test_a_decrement_that_has_come_is_not_counted_twice() -> None:
    fleet = [an_instance(n, *some_tasks(1)) for n in range(4)]
    terminating = a_move(fleet[0], phase=MovePhase.TERMINATING)
    seen = limits(*fleet, group={"min_size": 2, "capacity": {"desired": 3}}, moves=(terminating,))

    assert kind(seen, fleet[1]) == ""


def test_at_most_five_drain_in_one_subnet() -> None:
    """Hazard: replacements take addresses before the old tasks give theirs back."""
    fleet = [an_instance(n, *some_tasks(1), subnet="subnet-1") for n in range(12)]
    seen = limits(*fleet)
    for instance in fleet[:5]:
        assert kind(seen, instance) == ""
        seen = seen.without(instance, 1)

    assert kind(seen, fleet[5]) == "not yet its turn"
    assert kind(seen, fleet[5], empty=True) == ""


def test_groups_that_give_back_together_share_the_addresses_of_a_subnet_and_nothing_else() -> None:
    one = [an_instance(n, *some_tasks(1), group="one", zone="ab"[n % 2], subnet="subnet-1") for n in range(6)]
    two = [an_instance(10 + n, *some_tasks(1), group="two", zone="ab"[n % 2], subnet="subnet-1") for n in range(6)]
    groups = (a_group(*one, name="one", min_size=3), a_group(*two, name="two"))
    free = replace(
        a_snapshot(*one, *two, groups=groups, providers=()), instances=tuple(_alone(i) for i in (*one, *two))
    )
    here = ground(free)
    seen = LimitsOfSeveral.of(here, here.parts)
    for instance in one[:3]:
        assert seen.objection(instance, 1) is None
        seen = seen.without(instance, 1)

    assert (stay := seen.objection(one[3], 1))
    assert stay.why == "group minimum"
    assert seen.objection(two[0], 1) is None
    seen = seen.without(two[0], 1)
    assert (stay := seen.objection(two[2], 1))
    assert stay.why == "its zone"
    seen = seen.without(two[1], 1)
    assert (stay := seen.objection(two[2], 1))
    assert stay.why == "not yet its turn"


def test_what_has_joined_counts_where_it_joined() -> None:
    one, two = an_instance(1, *some_tasks(1), group="one"), an_instance(2, *some_tasks(1), group="two")
    groups = (a_group(one, name="one", min_size=1), a_group(two, name="two", min_size=1))
    here = ground(replace(a_snapshot(one, two, groups=groups, providers=()), instances=(_alone(one), _alone(two))))
    seen = LimitsOfSeveral.of(here, here.parts).with_joined("one", 1)

    assert seen.objection(one, 1) is None
    assert seen.objection(two, 1) is not None


def _alone(instance: Instance) -> Instance:
    return replace(instance, host=replace(instance.host, capacity_provider=None))


def test_tasks_of_services_that_pack_do_not_fill_empty_instances() -> None:
    here = ground(a_snapshot(an_instance(1, *some_tasks(2)), an_instance(2, *some_tasks(3, "api")),
                             services={"api": workload("api", 3, packs=True)}))  # fmt: skip

    assert [unpacked(here, instance) for instance in here.snapshot.instances] == [2, 0]
