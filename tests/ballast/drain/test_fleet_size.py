"""A third of a fleet that goes within five minutes is one page; what is meant to go, and what is replaced in turn, is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast.drain.fleet_size import Seen, is_short, plan_fleet
from ballast.facts.view import ContainerInstance
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.records.disruption import PartOf, Reason
from ballast.records.watch import Size, Watch, WatchKind
from tests.builders import (
    CLUSTER,
    NOW,
    a_cluster,
    a_container_instance,
    a_disruption,
    a_group,
    a_scale_in,
    a_watch,
    after,
    codes,
)

ALL = [
    a_container_instance(
        n, registered_at=NOW - timedelta(days=1), attributes={"ecs.availability-zone": f"1{'ab'[n % 2]}"}
    )
    for n in range(12)
]
SERVED = Watch(CLUSTER, WatchKind.FLEET_SIZE, "*", NOW, sizes=(Size(NOW, 12, 12),))
PAGED = Watch(CLUSTER, WatchKind.FLEET_LOST, "*", NOW, told=True, sizes=(Size(NOW, 12, 12),))


def seen(left: Sequence[ContainerInstance], *watches: Watch, desired: int = 12, **other: Any) -> Seen:
    """Everybody was listed: those that are left."""
    group = a_group(*left, desired=desired)
    looked = Seen(a_cluster(instances=len(left)), (), (group,), (), watches or (SERVED,), left)
    return replace(looked, **other)


def plans(looked: Seen, minute: float = 1) -> list[Plan]:
    return list(plan_fleet(looked, after(minute)))


def kept(some: Sequence[Plan]) -> tuple[Size, ...]:
    """The sizes that are remembered of the last minutes."""
    records = [a for p in some for a in p.actions if isinstance(a, RecordWatch)]
    return next(r.after.sizes or () for r in records if r.after and r.after.kind is WatchKind.FLEET_SIZE)


def test_what_serves_is_remembered_when_it_changes() -> None:
    first = plans(seen(ALL, a_watch()))

    assert kept(first) == (Size(after(1), 12, 12),)
    assert plans(seen(ALL)) == []
    assert [s.serving for s in kept(plans(seen(ALL[:10])))] == [12, 10]


def test_what_is_older_than_five_minutes_is_forgotten() -> None:
    sizes = (Size(NOW, 30, 12), Size(after(1), 12, 12))

    assert [s.serving for s in kept(plans(seen(ALL[:10], replace(SERVED, sizes=sizes)), 6.1))] == [12, 10]


@pytest.mark.parametrize(("left", "told"), [(9, []), (8, ["FleetLost"]), (0, ["FleetLost"])])
def test_a_third_is_told(left: int, told: list[str]) -> None:
    assert codes(*plans(seen(ALL[:left]))) == told
    assert codes(*plans(seen(ALL[:left], SERVED, PAGED))) == []


def test_the_page_says_how_many_and_where_others_are_left() -> None:
    [notice] = [a.notice for p in plans(seen(ALL[:7])) for a in p.actions if isinstance(a, Tell)]

    assert notice.what == (
        "Cluster prod has lost 5 of 12 container instances within five minutes. In service now: 4 in 1a, 3 in 1b."
    )


def test_a_zone_whose_agents_are_all_gone_is_named() -> None:
    of_b = [replace(i, agent_connected=False) for i in ALL[1::2]]
    lost = [a_watch(kind=WatchKind.AGENT_LOST, subject=i.instance_id) for i in of_b]
    all_of_b = plans(seen([*ALL[::2], *of_b], SERVED, *lost, listed=of_b))
    others = [replace(i, agent_connected=False) for i in ALL[:4]]
    known = [a_watch(kind=WatchKind.AGENT_LOST, subject=i.instance_id) for i in others]
    some_of_both = plans(seen([*others, *ALL[4:]], SERVED, *known, listed=others))

    assert "were all in 1b, where none is left." in str(all_of_b)
    assert "were all in" not in str(some_of_both)


def test_those_that_join_meanwhile_do_not_hide_it() -> None:
    new = [a_container_instance(n, registered_at=after(0.5)) for n in (20, 21)]

    assert codes(*plans(seen([*ALL[:8], *new]))) == ["FleetLost"]


def test_a_fleet_that_is_replaced_one_for_one_lost_nothing() -> None:
    new = [a_container_instance(n, registered_at=after(0.5)) for n in range(20, 32)]

    assert codes(*plans(seen(new))) == []


def test_what_nobody_wants_any_more_is_not_lost() -> None:
    assert codes(*plans(seen(ALL[:4], desired=4))) == []


def test_what_leaves_and_what_has_lost_its_agent_does_not_serve() -> None:
    gone = [replace(i, agent_connected=False) for i in ALL[:4]]
    leaving = a_group(*ALL[4:], desired=12, leaving=frozenset(i.instance_id for i in gone))
    lost = [a_watch(kind=WatchKind.AGENT_LOST, subject=i.instance_id) for i in gone]

    assert codes(*plans(seen(ALL, listed=ALL[:4], capacity=(leaving,)))) == ["FleetLost"]
    assert codes(*plans(seen(ALL, SERVED, *lost, listed=gone))) == ["FleetLost"]
    assert codes(*plans(seen(ALL, SERVED, *lost, listed=gone), 0.5)) == []  # perhaps a blip
    paged = a_watch(kind=WatchKind.AGENTS_LOST, subject="*")
    assert codes(*plans(seen(ALL, SERVED, *lost, paged, listed=gone))) == []
    of_a_zone = replace(paged, subject="ecs.availability-zone=a")  # a ticket only
    assert codes(*plans(seen(ALL, SERVED, *lost, of_a_zone, listed=gone))) == ["FleetLost"]


def test_drains_of_our_own_are_no_loss_as_far_as_the_budget_goes() -> None:
    ours = a_disruption(reason=Reason.BOTTLEROCKET_UPDATE, forced=False)
    of_a_rollout = a_scale_in(part_of=PartOf("prod/rollout/x", "bottlerocket_rollout/x", NOW))

    for begun in ((ours,), (of_a_rollout,)):
        assert codes(*plans(seen(ALL[:8], disruptions=begun))) == []  # a tenth may be out
        assert codes(*plans(seen(ALL[:7], disruptions=begun))) == ["FleetLost"]


def test_without_a_list_of_everybody_nothing_is_believed_but_the_list_is_wanted() -> None:
    counted = seen(ALL[:8], everybody=None)

    assert codes(*plans(counted)) == []
    assert is_short(counted, after(1))
    assert not is_short(seen(ALL, everybody=None), after(1))
    assert plans(seen(ALL, a_watch(), everybody=None)) == []


def test_it_closes_when_nine_of_ten_serve_again_or_fewer_are_wanted() -> None:
    assert codes(*plans(seen(ALL[:10], SERVED, PAGED))) == []
    back = plans(
        seen([*ALL[:10], *[a_container_instance(n, registered_at=after(3)) for n in (20, 21)]], SERVED, PAGED), 4
    )
    assert codes(*back) == ["FleetBack"]
    assert [s.serving for s in kept(back)] == [12]  # what was told is not told again
    assert codes(*plans(seen(ALL[:6], SERVED, PAGED, desired=6))) == ["FleetBack"]
