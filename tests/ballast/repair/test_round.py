"""One round of repair: which of several is next, and everything that lets an instance be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast.facts.capacity import ZonalShift
from ballast.facts.health import Health, Launch
from ballast.plans.actions import Claim, Record, RecordWatch, TerminateInstance
from ballast.plans.plan import Plan
from ballast.policy.policy import OPT_OUT_TAG, Policy, Repair
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.repair import Repairs, Signal
from ballast.records.watch import Watch, WatchKind
from ballast.repair.breaker import first
from ballast.repair.round import Seen, plan_round
from tests.ballast.repair.builders import (
    TEMPLATE,
    a_health,
    a_host,
    a_lost_host,
    a_member,
    an_id,
    an_ill,
    repairs,
    seen,
)
from tests.ballast.repair.test_begin import a_repair
from tests.builders import CLUSTER, GROUP, NOW, a_brake, a_scale_in, after, codes

LOST = a_health(a_lost_host(1), whole=False)
GHOST = a_lost_host(1, arn="arn:old", registered_at=after(-3000))  # of the same instance, whose agent registered again


def plans(what: Seen) -> tuple[Plan, ...]:
    return plan_round(what, NOW)


def begun(what: Seen) -> list[str]:
    """Ids of those whose repair begins."""
    claims = (a for plan in plans(what) for a in plan.actions if isinstance(a, Claim))
    return [c.after.instance_id for c in claims if isinstance(c.after, Disruption) and c.before is None]


def unjoined(*numbers: int, minutes: float = 20) -> Health:
    """In service in the group, and not in ECS."""
    health = a_health()
    [group] = health.capacity
    return replace(
        health,
        members={**health.members, **{an_id(n): a_member(n) for n in numbers}},
        capacity=(replace(group, in_service=group.in_service | {an_id(n) for n in numbers}),),
        launched={an_id(n): Launch(after(-minutes)) for n in numbers},
    )


def never_joined(number: int, **changes: Any) -> Watch:
    return an_ill(number, 20, signal=Signal.NEVER_JOINED, why="it has never joined the cluster", **changes)


def test_one_that_is_ill_for_ten_minutes_is_repaired_and_one_that_blips_is_not() -> None:
    assert begun(seen(LOST, an_ill(minutes=10))) == [an_id(1)]
    assert begun(seen(LOST, an_ill(minutes=9))) == []
    assert begun(seen(LOST)) == []
    assert begun(seen(a_health(whole=False), an_ill())) == []


def test_one_begins_in_a_round_the_surest_and_longest_ill_first() -> None:
    health = a_health(a_lost_host(1), a_lost_host(2), a_host(3, impaired=("CONTAINER_RUNTIME: it hangs",)))
    ill = (an_ill(1, 11), an_ill(2, 40), an_ill(3, 200, signal=Signal.IMPAIRED))

    assert begun(seen(health, *ill)) == [an_id(2)]


@pytest.mark.parametrize(
    "what",
    [
        seen(a_health(a_lost_host(1, tags={OPT_OUT_TAG: "true"}), whole=False), an_ill()),
        seen(a_health(GHOST, a_lost_host(1, tags={OPT_OUT_TAG: "true"}), whole=False), an_ill()),
        seen(replace(LOST, members={an_id(1): a_member(1, healthy=False)}), an_ill()),
        seen(replace(LOST, members={an_id(1): a_member(1, lifecycle_state="Standby")}), an_ill()),
        seen(replace(LOST, not_here=frozenset({an_id(1)})), an_ill()),
        seen(LOST, an_ill(), disruptions={an_id(1): a_repair()}),
        seen(replace(LOST, cluster=replace(LOST.cluster, unread=frozenset({an_id(1)}))), an_ill()),
        seen(replace(LOST, capacity=(replace(LOST.capacity[0], operator="ecs.amazonaws.com"),)), an_ill()),
        seen(replace(LOST, capacity=(replace(LOST.capacity[0], shift=ZonalShift(unknown="denied")),)), an_ill()),
        seen(replace(LOST, capacity=(replace(LOST.capacity[0], shift=ZonalShift(frozenset({"b"}))),)), an_ill()),
        seen(replace(LOST, capacity=()), an_ill()),
        seen(LOST, an_ill(), Watch(CLUSTER, WatchKind.REPAIR_HELD, "*", after(-20), seen_at=after(-5))),
        seen(LOST, an_ill(), Watch(CLUSTER, WatchKind.LAUNCHES_FAIL, GROUP, after(-20), told=True)),
        seen(LOST, an_ill(), repairs={GROUP: repairs(begun=(after(-30),))}),
        seen(a_health(a_lost_host(1), whole=False, policy=Policy(repair=Repair.ON, brake=a_brake())), an_ill()),
    ],
    ids=[
        "a veto", "a veto on its newer record", "Auto Scaling replaces it", "in Standby", "it is gone, or serves another cluster",
        "its repair is under way", "nobody can read what was begun",
        "only its operator may", "nobody knows the shift", "its zone is shifted away from", "its group did not answer",
        "a common cause until lately", "launches fail", "the pace", "a pause",
    ],
)  # fmt: skip
def test_it_is_let_be(what: Seen) -> None:
    assert begun(what) == []


def test_a_common_cause_holds_all_of_them() -> None:
    health = a_health(*(a_lost_host(n) for n in range(1, 11)), whole=False)
    ill = tuple(an_ill(n) for n in range(1, 11))

    assert begun(seen(health, *ill)) == []
    held = [a.after for p in plans(seen(health, *ill)) for a in p.actions if isinstance(a, RecordWatch)]
    assert "*" in [watch.subject for watch in held if watch and watch.kind is WatchKind.REPAIR_HELD]


def test_a_common_cause_holds_the_one_that_lasts_from_the_first_look_at_the_others_on() -> None:
    """Chaos seed 54120: after lists had been refused, 38 of 42 were seen to be lost, and the one known before went."""
    health = a_health(*(a_lost_host(n) for n in range(1, 11)), whole=False)
    found = plans(seen(health, an_ill(minutes=10)))

    assert begun(seen(health, an_ill(minutes=10))) == []
    remembered = [a.after for p in found for a in p.actions if isinstance(a, RecordWatch) and a.after]
    assert {watch.kind for watch in remembered} == {WatchKind.ILL}  # if it blips, nothing is held
    assert begun(seen(a_health(a_lost_host(1), a_lost_host(2), whole=False), an_ill(minutes=10))) == [an_id(1)]


def test_three_that_share_what_was_not_counted_in_this_round_wait_for_the_next_look_at_everybody() -> None:
    hosts = [a_lost_host(n) for n in (1, 2, 3)]
    ill = [an_ill(n, traits=("AMI=new",)) for n in (1, 2, 3)]
    partial = a_health(*hosts, whole=False)
    large = replace(partial, cluster=replace(partial.cluster, instances=100))

    assert begun(seen(large, *ill)) == []
    assert begun(seen(large, *ill[:2])) != []


def test_what_never_joined_is_replaced_and_remembered() -> None:
    found = plans(seen(unjoined(90), never_joined(90)))
    [plan] = [p for p in found if TerminateInstance(GROUP, an_id(90)) in p.actions]
    counted = plan.actions[0]

    assert isinstance(counted, Claim)
    assert isinstance(counted.after, Repairs)
    assert (counted.after.never_joined, counted.after.template) == ((an_id(90),), TEMPLATE)


def test_the_hour_of_a_repair_counts_from_when_it_begins_however_long_its_round_took_until_then() -> None:
    """Chaos seed 61266: a slow round, and the next repair of its group began 3,584 s after this one."""
    slow = replace(unjoined(90), answered_at=after(0.5))
    [claim] = [a for p in plans(seen(slow, never_joined(90))) for a in p.actions if isinstance(a, Claim)]

    assert isinstance(claim.after, Repairs)
    assert claim.after.begun == (after(0.5),)


def test_after_three_launches_in_vain_no_more_is_launched_and_one_page_names_the_template() -> None:
    memory = {GROUP: repairs(never_joined=(an_id(88), an_id(89)), template=TEMPLATE)}
    found = plans(seen(unjoined(90), never_joined(90, traits=("AMI=ami-bad",)), repairs=memory))

    assert codes(*found) == ["LaunchesFail"]
    assert "with image ami-bad" in str(found)
    assert not [a for p in found for a in p.actions if isinstance(a, TerminateInstance)]
    [told] = [p for p in found if codes(p)]
    assert "lt-1 version 7" in str(told.actions)


def test_the_third_in_vain_counts_when_it_is_seen_for_the_first_time() -> None:
    """One of them lasts and would be replaced by a fourth."""

    def ended(health: Health) -> list[object]:
        return [a for p in plans(seen(health, never_joined(88))) for a in p.actions if isinstance(a, TerminateInstance)]

    assert ended(unjoined(88, 89)) == [TerminateInstance(GROUP, an_id(88))]
    assert ended(unjoined(88, 89, 90)) == []


def test_one_that_joins_ends_the_row_before_anybody_was_told_of_it() -> None:
    """Else the third in vain within a year would be told as the third in a row, and nothing be replaced any more."""
    memory = repairs(never_joined=(an_id(88), an_id(89)), never_joined_at=after(-60), template=TEMPLATE)

    def found(registered: float) -> list[Plan]:
        joined = replace(unjoined(90), everybody=(a_host(1, registered_at=after(registered)),))
        joined = replace(joined, members={**joined.members, an_id(1): a_member(1)})
        return list(plans(seen(joined, never_joined(90), repairs={GROUP: memory})))

    assert Record(memory, repairs(revision=1)) in [a for p in found(-30) for a in p.actions]
    assert codes(*found(-30)) == []
    assert codes(*found(-90)) == ["LaunchesFail"]


def test_that_page_closes_once_a_launch_joins() -> None:
    page = Watch(CLUSTER, WatchKind.LAUNCHES_FAIL, GROUP, after(-60), told=True)
    memory = repairs(never_joined=(an_id(88),), template=TEMPLATE)
    found = plans(seen(a_health(a_host(1, registered_at=after(-5))), page, repairs={GROUP: memory}))

    assert codes(*found) == ["LaunchesWork"]
    assert Record(memory, repairs(revision=1)) in [a for p in found for a in p.actions]


def test_that_page_closes_once_the_group_launches_another_version_and_what_is_left_of_the_old_one_is_replaced() -> None:
    page = first(CLUSTER, GROUP, (an_id(88), an_id(89), an_id(90)), TEMPLATE, after(-60))
    memory = repairs(never_joined=(an_id(88), an_id(89)), template=TEMPLATE)
    moved = replace(unjoined(90), templates={GROUP: "lt-1:8"})
    closes = plans(seen(moved, page, never_joined(90), repairs={GROUP: memory}))
    goes_on = plans(seen(moved, never_joined(90), repairs={GROUP: repairs(revision=1)}))

    assert codes(*closes) == ["LaunchesWork"]
    assert [RecordWatch(page, None), Record(memory, repairs(revision=1))] == [
        a for p in closes for a in p.actions if isinstance(a, (Record, RecordWatch))
    ]
    assert TerminateInstance(GROUP, an_id(90)) in [a for p in goes_on for a in p.actions]


def test_what_is_launched_hours_after_a_repair_does_not_show_that_it_did_not_help() -> None:
    health = replace(unjoined(90), launched={an_id(90): Launch(after(-20))})
    memory = repairs(begun=(after(-300),))

    assert TerminateInstance(GROUP, an_id(90)) in [
        a for p in plans(seen(health, never_joined(90), repairs={GROUP: memory})) for a in p.actions
    ]


def test_a_page_of_a_group_that_the_cluster_has_no_more_is_forgotten() -> None:
    page = Watch(CLUSTER, WatchKind.LAUNCHES_FAIL, "gone", after(-60), told=True)

    assert RecordWatch(page, None) in [a for p in plans(seen(a_health(), page)) for a in p.actions]


def test_a_replacement_that_is_ill_itself_shows_that_the_repair_did_not_help() -> None:
    health = a_health(a_lost_host(1, registered_at=after(-30)), whole=False)
    memory = repairs(begun=(after(-61),))
    found = plans(seen(health, an_ill(), repairs={GROUP: memory}))

    assert Record(memory, repairs(begun=(after(-61),), failures=1, failed_at=NOW, revision=1)) in [
        a for p in found for a in p.actions
    ]
    assert begun(seen(health, an_ill(), repairs={GROUP: memory})) == []


REPORT = a_health(a_lost_host(1), whole=False, policy=Policy(repair=Repair.REPORT))


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (seen(REPORT, an_ill()), "Repair is report"),
        (seen(LOST, an_ill(), granted=False), "RepairRights"),
        (seen(LOST, an_ill(), dry_run=True), "Dry run is on"),
        (seen(a_health(a_lost_host(1), whole=False, members={}), an_ill(group=None)), "no Auto Scaling group"),
    ],
)
def test_where_nothing_may_be_done_it_is_told_once(what: Seen, why: str) -> None:
    assert codes(*plans(what)) == ["RepairWould"]
    assert why in str(plans(what))
    told = replace(what, watches=tuple(replace(w, told=True) for w in what.watches))
    assert codes(*plans(told)) == []
    assert begun(what) == []


def test_off_ends_what_is_told_and_what_waits_and_looks_for_nothing() -> None:
    off = a_health(a_lost_host(1), policy=Policy(repair=Repair.OFF))
    page = Watch(CLUSTER, WatchKind.REPAIR_HELD, "*", after(-60), told=True)
    found = plans(seen(off, an_ill(), page, disruptions={an_id(1): a_repair()}))

    assert codes(*found) == ["RepairGoesOn", "RepairOver"]
    assert RecordWatch(an_ill(), None) in [a for p in found for a in p.actions]
    assert plans(seen(off)) == ()


def test_an_old_instance_goes_after_all_that_are_ill() -> None:
    policy = Policy(repair=Repair.ON, max_age=timedelta(days=7))
    old = a_host(2, registered_at=NOW - timedelta(days=30))
    ages = an_ill(2, 20, signal=Signal.TOO_OLD)

    assert begun(seen(a_health(old, policy=policy), ages)) == [an_id(2)]
    assert begun(seen(a_health(a_lost_host(1), old, policy=policy), ages, an_ill(1))) == [an_id(1)]


def test_a_disruption_of_something_else_is_not_touched() -> None:
    other = a_repair(reason=Reason.REBALANCE_RECOMMENDATION)

    assert codes(*plans(seen(a_health(), disruptions={an_id(1): other}))) == []


def held(**changes: Any) -> Disruption:
    return a_scale_in(instance_id=an_id(1), **changes)


def test_one_that_our_hook_holds_unheard_for_ten_minutes_is_marked_so_that_it_is_let_go() -> None:
    leaving = replace(LOST, members={an_id(1): a_member(1, lifecycle_state="Terminating:Wait")})
    marked = Record(held(), held(signal=Signal.AGENT_LOST, revision=3))

    def acts_of(*watches: Watch, known: Disruption) -> list[object]:
        return [a for p in plans(seen(leaving, *watches, disruptions={an_id(1): known})) for a in p.actions]

    assert marked in acts_of(an_ill(), known=held())
    assert marked not in acts_of(an_ill(minutes=9), known=held())
    assert acts_of(an_ill(), known=held(signal=Signal.AGENT_LOST)) == []
    assert acts_of(an_ill(), known=held(hook=None)) == []


@pytest.mark.parametrize("phase", [Phase.DRAINING, Phase.FORCED, Phase.ESCALATED])
def test_a_drain_after_which_its_group_replaces_it_and_that_is_unheard_ends_as_a_repair_does(phase: Phase) -> None:
    retires = held(hook=None, reason=Reason.SCHEDULED_CHANGE, phase=phase)

    def marks(known: Disruption, **changes: Any) -> bool:
        policy = replace(LOST.cluster.policy, **changes)
        seen_now = replace(LOST, cluster=replace(LOST.cluster, policy=policy))
        acts = [a for p in plans(seen(seen_now, an_ill(), disruptions={an_id(1): known})) for a in p.actions]
        return Record(known, replace(known, signal=Signal.AGENT_LOST, revision=known.revision + 1)) in acts

    assert marks(retires)
    assert not marks(retires, repair=Repair.REPORT)
    assert not marks(replace(retires, foreign=True))
    assert not marks(replace(retires, reason=Reason.BOTTLEROCKET_UPDATE))
    assert not marks(replace(retires, phase=Phase.WAITING))


def test_what_auto_scaling_has_found_unhealthy_is_repaired_where_it_may_not_replace_it() -> None:
    unhealthy = replace(LOST, members={an_id(1): a_member(1, healthy=False)})
    left = replace(unhealthy, capacity=(replace(LOST.capacity[0], leaves_unhealthy=True),))

    assert begun(seen(unhealthy, an_ill())) == []
    assert begun(seen(left, an_ill())) == [an_id(1)]
