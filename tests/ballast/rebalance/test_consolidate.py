"""Which instances go because their tasks fit on others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.policy.rebalancing import RebalancePolicy, Spare
from ballast.rebalance.consolidate import Sweep, consolidate, least_saving
from ballast.rebalance.removable import why_it_stays
from ballast.rebalance.snapshot import Instance
from ballast.rebalance.stays import IN_ONE_ORDER
from tests.ballast.rebalance.builders import (
    ON,
    a_snapshot,
    a_task,
    an_instance,
    ground,
    in_one_order,
    some_tasks,
    tight,
    workload,
)

DEFAULT = replace(ON, saving_usd_per_hour_per_move=None)


def swept(*instances: Instance, policy: RebalancePolicy = ON, most: int = 10, **changes: Any) -> Sweep:
    here = ground(a_snapshot(*instances, **changes), policy)
    part = here.parts[0]
    free = [i for i in part.instances if why_it_stays(here, part, i) is None]
    return consolidate(here, (part,), free, most)


def gone(*instances: Instance, **changes: Any) -> list[int]:
    return sorted(i.version for i in swept(*instances, **changes).gone)


def fleet(*tasks: int, **changes: Any) -> list[Instance]:
    return [an_instance(n, *some_tasks(number), **changes) for n, number in enumerate(tasks, 1)]


def test_those_go_whose_tasks_fit_on_others_and_each_task_has_its_place() -> None:
    sweep = swept(*fleet(2, 2, 7, 6))

    assert len(sweep.gone) == 1
    assert sum(sum(got.values()) for got in sweep.placements.values()) == 2
    assert {i.id for i in sweep.gone}.isdisjoint(sweep.placements)


def test_never_more_than_the_budget_allows() -> None:
    assert len(swept(*fleet(1, 1, 1, 1, 1, 1), most=2).gone) == 2


def test_the_dearer_goes_first() -> None:
    large = an_instance(9, *some_tasks(1), instance_type="m6i.2xlarge")

    assert gone(*fleet(1, 1), large, most=1) == [9]


def test_moves_must_be_worth_it() -> None:
    """Seven tasks for 0.20 USD/h are 0.029 a move."""
    assert gone(*fleet(7, 1, 1, 1), most=1, policy=replace(ON, saving_usd_per_hour_per_move=0.03)) != [1]
    sweep = swept(*fleet(7, 1), policy=replace(ON, saving_usd_per_hour_per_move=0.3))
    assert {stay.why for stay in sweep.stays.values()} == {"it saves too little"}


def test_by_default_a_move_saves_at_least_half_of_what_a_task_costs() -> None:
    here = ground(a_snapshot(*fleet(2, 2)), DEFAULT)

    assert least_saving(here, here.parts) == pytest.approx(0.4 / 4 / 2)
    nothing = ground(a_snapshot(), DEFAULT)
    assert least_saving(nothing, nothing.parts) == 0


def test_what_finds_no_room_stays_and_the_service_is_named() -> None:
    sweep = swept(*fleet(5, 5))

    assert {(stay.why, stay.service) for stay in sweep.stays.values()} == {("no room for its tasks", "web")}


def test_what_finds_room_in_one_order_only_stays_as_ecs_places_in_its_own() -> None:
    sweep = swept(*in_one_order())

    assert sweep.gone == ()
    assert IN_ONE_ORDER in {stay.sentence for stay in sweep.stays.values()}
    roomier = in_one_order()[:2]
    assert gone(*roomier, tight(3, 500, 5000), tight(4, 500, 2000)) == [1]


def test_ecs_keeps_what_it_would_bring_back() -> None:
    """Timeline 2: T = 90, N = 20, M = 18. Two onto instances in use are allowed, two onto the empty ones are not."""
    twenty = [*fleet(*[4] * 18), an_instance(19), an_instance(20)]
    packed = {"web": workload("web", 72, packs=True)}
    spread = {"web": workload("web", 72)}
    managed: Any = {"managed": True, "provider": {"target_percent": 90}}

    assert len(swept(*twenty, **managed, services=packed, most=2).gone) == 2
    sweep = swept(*twenty, **managed, services=spread, most=2)
    assert sweep.gone == ()
    assert "it would fill headroom" in next(iter(sweep.stays.values())).sentence


def test_at_a_target_of_100_percent_empty_instances_are_nobodys_headroom() -> None:
    assert len(swept(*fleet(4, 4, 4), an_instance(9), managed=True, most=1).gone) == 1


@pytest.mark.parametrize("managed", [False, True])
def test_the_minimum_of_the_group_is_kept(managed: bool) -> None:  # noqa: FBT001
    """Timeline 11."""
    sweep = swept(*fleet(1, 1), managed=managed, group={"min_size": 2})

    assert sweep.gone == ()
    assert {stay.why for stay in sweep.stays.values()} == {"group minimum"}


def test_zones_take_turns() -> None:
    six = [an_instance(n, *some_tasks(1), zone=zone) for n, zone in enumerate("aabbcc")]

    assert sorted(i.zone for i in swept(*six, most=3).gone) == ["a", "b", "c"]


def test_one_that_was_kept_for_its_zone_goes_once_another_zone_lost_one_too() -> None:
    """The dear ones are all in zone a."""
    dear = [an_instance(n, *some_tasks(1), instance_type="m6i.2xlarge", zone="a") for n in (1, 2)]
    cheap = [an_instance(n, *some_tasks(1), zone="b") for n in (3, 4)]

    assert gone(*dear, *cheap, most=3) == [1, 2, 3] or gone(*dear, *cheap, most=3) == [1, 2, 4]


def test_headroom_is_never_moved_onto() -> None:
    spare = replace(ON, spare=(Spare("web", 10),))
    known: Any = {"definitions": {"web": a_task()}}

    assert len(swept(*fleet(2, 2, 2, 2), **known).gone) == 3
    assert len(swept(*fleet(2, 2, 2, 2), **known, policy=spare).gone) == 1


def test_without_room_for_the_headroom_nothing_goes() -> None:
    sweep = swept(*fleet(2, 2), policy=replace(ON, spare=(Spare("web", 13),)), definitions={"web": a_task()})

    assert {stay.sentence for stay in sweep.stays.values()} == {"1 task of the headroom has no room even now"}


def test_room_for_tasks_that_ran_a_moment_ago_is_kept_too() -> None:
    assert len(swept(*fleet(4, 4), services={"web": workload("web", 8, peak=9)}).gone) == 0
    assert len(swept(*fleet(4, 4), services={"web": workload("web", 8, peak=8)}).gone) == 1


def test_a_fleet_that_is_full_loses_nothing_and_an_empty_one_has_nothing_to_lose() -> None:
    assert gone(*fleet(8, 8, 8)) == []
    assert swept().gone == ()
