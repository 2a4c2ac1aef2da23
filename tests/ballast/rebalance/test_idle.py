"""Which empty instances go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.policy.rebalancing import RebalancePolicy, Spare
from ballast.rebalance.consolidate import Sweep
from ballast.rebalance.idle import idle
from ballast.rebalance.removable import why_it_stays
from ballast.rebalance.snapshot import Instance
from tests.ballast.rebalance.builders import ON, a_daemon, a_snapshot, a_task, an_instance, before, ground, some_tasks


def swept(*instances: Instance, policy: RebalancePolicy = ON, most: int = 10, **changes: Any) -> Sweep:
    here = ground(a_snapshot(*instances, **changes), policy)
    part = here.parts[0]
    free = [i for i in part.instances if why_it_stays(here, part, i) is None]
    return idle(here, (part,), free, most)


def test_only_the_empty_go_and_daemons_do_not_count() -> None:
    assert [i.id for i in swept(an_instance(1, a_daemon()), an_instance(2, a_task())).gone] == [an_instance(1).id]


@pytest.mark.parametrize(("target", "busy", "goes"), [(100, 9, True), (90, 9, False), (90, 8, False)])
def test_a_protected_one_with_daemons_only_goes_if_ecs_does_not_want_it(target: int, busy: int, goes: bool) -> None:  # noqa: FBT001
    """Timeline 14: managed scaling leaves it for ever."""
    forgotten = an_instance(99, a_daemon(), changed_at=before(40))
    fleet = [an_instance(n, a_task()) for n in range(busy)]

    assert bool(swept(forgotten, *fleet, managed=True, provider={"target_percent": target}).gone) is goes


def test_the_minimum_and_the_budget_hold() -> None:
    fleet = [an_instance(n) for n in range(4)]

    assert len(swept(*fleet, group={"min_size": 3}).gone) == 1
    assert len(swept(*fleet, most=2).gone) == 2
    assert {stay.why for stay in swept(*fleet, most=0).stays.values()} == {"the budget is used up"}


def test_the_dearest_goes_first() -> None:
    fleet = [an_instance(1), an_instance(2, instance_type="m6i.2xlarge"), an_instance(3)]

    assert [i.instance_type for i in swept(*fleet, most=1).gone] == ["m6i.2xlarge"]


def test_headroom_keeps_an_empty_one() -> None:
    spare = replace(ON, spare=(Spare("web", 5),))
    fleet = [an_instance(1), an_instance(2), an_instance(3, *some_tasks(8))]
    sweep = swept(*fleet, policy=spare, definitions={"web": a_task()})

    assert len(sweep.gone) == 1
    assert {stay.why for stay in sweep.stays.values()} == {"headroom"}


def test_without_room_for_the_headroom_nothing_goes() -> None:
    spare = replace(ON, spare=(Spare("web", 9),))

    assert swept(an_instance(1), policy=spare, definitions={"web": a_task()}).gone == ()


def test_the_one_that_alone_has_room_for_the_headroom_stays_and_the_others_go() -> None:
    large, small = an_instance(1, instance_type="m6i.2xlarge"), an_instance(2)
    spare = replace(ON, spare=(Spare("big", 1),))

    assert swept(large, small, policy=spare, definitions={"big": a_task("big", memory_mib=20_000)}).gone == (small,)


def test_the_headroom_must_find_its_place_again_by_itself() -> None:
    """The big one moves behind two small ones, and comes first where it is looked for anew: one small one has no room then."""
    left = [(600, 3000), (1600, 5000), (4000, 3000)]
    fleet = [an_instance(n, host={"free_cpu_units": cpu, "free_memory_mib": mib}) for n, (cpu, mib) in enumerate(left)]
    small, big = a_task("small", cpu_units=1000, memory_mib=1000), a_task("big", cpu_units=500, memory_mib=3000)
    policy = replace(ON, spare=(Spare("small", 2), Spare("big", 1)))

    assert swept(*fleet, policy=policy, definitions={"small": small, "big": big}).gone == ()
