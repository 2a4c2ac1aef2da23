"""Timelines of rebalancing, played against the real function: what goes, when, and what stays where it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from simulator.ledger_watch import OVER
from simulator.stage import MANAGED, Stage
from simulator.world.autoscaling.attached_records import MixedPolicy
from simulator.world.core.records import Shape
from tests.scenarios.rebalanced import (
    LARGE,
    SMALL,
    Rebalanced,
    a_story,
    assisted,
    cluster_on,
    group_of,
    played,
    service_on,
)

MINUTE_S = 60.0
HELD = ("minimum", "spread", "foreign", "agents", "networked", "spot")
SENSELESS = ("unpriced", "weighted", "operated", "shared", "empty")
QUIET = (*HELD, *SENSELESS)


def clusters_in_which_nothing_goes(stage: Stage) -> None:
    """Thin instances in each, whose tasks would fit on others, or nearly."""
    for name in QUIET:
        cluster_on(stage, name)
    clusters_that_make_no_sense(stage)
    floor = group_of(stage, 3, name="floor", cluster="minimum", minimum=3)
    service_on(stage, dict.fromkeys(floor, 1), name="low", cluster="minimum", provider="floor")
    busy = assisted(stage, 10, name="ninety", cluster="spread", target=90)[:9]
    service_on(stage, dict.fromkeys(busy, 2), name="wide", cluster="spread", provider="ninety")
    theirs = group_of(stage, 3, name="theirs", cluster="foreign")
    service_on(stage, dict.fromkeys(theirs[1:], 1), name="mine", cluster="foreign", provider="theirs")
    stage.world.clusters["foreign"].tags["ballast:budget"] = "1"
    stage.world.drain_by_somebody_else(theirs[0])
    lost = group_of(stage, 7, name="lost", cluster="agents")
    service_on(stage, dict.fromkeys(lost, 1), name="far", cluster="agents", provider="lost")
    for instance in lost[:3]:
        stage.at(1, lambda instance=instance: stage.world.disconnect_agent(instance))  # type: ignore[misc]
    slots = group_of(stage, 2, name="slots", cluster="networked")
    service_on(stage, dict.fromkeys(slots, 2), name="own-address", cluster="networked", provider="slots", awsvpc=True)
    (dear,) = group_of(stage, 1, name="dear", cluster="spot", capacity_provider=None, tags=MANAGED)
    (cheap,) = group_of(stage, 1, name="cheap", cluster="spot", capacity_provider=None, spot=True, tags=MANAGED)
    service_on(stage, {dear: 1}, name="anywhere", cluster="spot", provider="")
    service_on(stage, {cheap: 1}, name="stays", cluster="spot", provider="", protected=True)


def clusters_that_make_no_sense(stage: Stage) -> None:
    odd = Shape("m7g.metal", cpu=2048, memory_mib=7680)
    stage.world.set_price("m7g.metal", None)
    nobody = group_of(stage, 3, name="odd", cluster="unpriced", shape=odd)
    service_on(stage, dict.fromkeys(nobody, 1), name="costly", cluster="unpriced", provider="odd")
    by_weight = MixedPolicy(types=(SMALL,), weights={SMALL.instance_type: 2})
    heavy = group_of(stage, 3, name="heavy", cluster="weighted", mixed=by_weight)
    service_on(stage, dict.fromkeys(heavy, 1), name="by-weight", cluster="weighted", provider="heavy")
    operated = group_of(stage, 3, name="operated", cluster="operated")
    stage.world.groups.groups["operated"].operator = "other.amazonaws.com"
    service_on(stage, dict.fromkeys(operated, 1), name="operated", cluster="operated", provider="operated")
    both = group_of(stage, 3, name="both", cluster="shared")
    service_on(stage, dict.fromkeys(both[:2], 1), name="ours", cluster="shared", provider="both")
    stage.world.move_agent(both[2], "empty")


def test_nothing_goes_where_a_floor_a_stranger_lost_agents_or_what_makes_no_sense_holds_it() -> None:
    """Timelines 3, 11 and 15; hazards: a stranger's drain has the budget, no interface is free, Spot."""
    with Stage(a_story(clusters_in_which_nothing_goes, 14), 1) as stage:
        done = played(stage)

    assert [name for name in QUIET if done.drained(name)] == []
    assert not done.facts("desired_set", actor="ballast")
    assert len([page for page in done.pages("agents") if "agents" in page]) == 1
    assert not done.broken


def everything_that_holds_an_instance(stage: Stage) -> None:
    """The first two may go; the others may not, and have room for their tasks."""
    cluster_on(stage)
    free, room, fixed, protected, standalone, stops_first, opted_out, deployed = group_of(stage, 8)
    service_on(stage, {free: 1, room: 1})
    service_on(stage, {fixed: 1}, name="fixed", minimum_healthy_percent=100, maximum_percent=100)
    service_on(stage, {protected: 1}, name="protected", protected=True)
    service_on(stage, {stops_first: 2}, name="stops-first", minimum_healthy_percent=50, maximum_percent=100)
    service_on(stage, {opted_out: 1}, name="left-alone", task_tags={"ballast:do-not-disrupt": "true"})
    service_on(stage, {deployed: 1}, name="deployed", start_seconds=(3000, 3001))
    stage.at(1, lambda: stage.world.deploy("prod", "deployed"))
    stage.world.run_task("prod", "batch", on=standalone)


def test_what_a_task_or_its_service_holds_stays_and_the_next_candidate_goes() -> None:
    """Timeline 12, and the hazards of tasks: of 100 to 100 percent, protected, standalone, stopped first, opted out, deployed."""
    with Stage(a_story(everything_that_holds_an_instance, 25), 1) as stage:
        ids = stage.instances("web")
        done = played(stage)

    assert done.gone() == done.drained() == set(ids[:2])
    assert done.result.tasks_interrupted == 0
    assert done.desired() == 6
    assert not done.broken


def packed_at_ninety(stage: Stage) -> None:
    cluster_on(stage)
    ids = assisted(stage, 10, target=90)
    service_on(stage, dict.fromkeys(ids[:8], 3) | {ids[8]: 2}, placement=["binpack:cpu"])


def test_emptied_onto_instances_in_use_one_goes_and_ecs_brings_nothing_back() -> None:
    """Timeline 2, smaller: T = 90, N = 10, M = 9. Drained, empty and terminated at once, before ECS could lower the group."""
    with Stage(a_story(packed_at_ninety, 40), 1) as stage:
        done = played(stage)

    assert len(done.gone()) == 2
    raised = [f for f in done.facts("managed_scaling") if f.data["new"] > f.data["old"]]
    assert not raised
    begun, empty = done.moves(phase="draining"), done.moves(phase="terminating")
    assert [begins.data["instance"] for begins in begun] == [ends.data["instance"] for ends in empty]
    assert all(ends.at_s - begins.at_s < 5 * MINUTE_S for begins, ends in zip(begun, empty, strict=True))
    assert done.result.service_minimum_violations == 0
    assert not done.broken


def a_giant_waits(stage: Stage) -> None:
    cluster_on(stage)
    ids = group_of(stage, 2)
    service_on(stage, dict.fromkeys(ids, 3))
    service_on(stage, {}, name="giant", memory_mib=300 * 1024)
    stage.at(1, lambda: stage.world.scale_service("prod", "giant", 1))


def test_a_task_that_no_instance_can_hold_is_one_page_and_no_launch() -> None:
    """Timeline 6. That it is repeated after four hours, and not before, is asked of the pure method."""
    with Stage(a_story(a_giant_waits, 30), 1) as stage:
        done = played(stage)

    assert not done.facts("desired_set", actor="ballast")
    assert not done.facts("launched_by_call", actor="ballast")
    assert len([page for page in done.pages() if "giant" in page]) == 1


def cheaper_never_joins(stage: Stage) -> None:
    """Two large ones, of which one is full; the group launches small ones by now, which is cheaper for the other."""
    cluster_on(stage)
    ids = group_of(stage, 2, shape=LARGE, maximum=4)
    service_on(stage, {ids[0]: 16, ids[1]: 3})
    stage.world.groups.groups["web"].shape = SMALL
    stage.world.break_newcomers("web", "never_joins")
    stage.world.end_unregistered("web", 12 * MINUTE_S)


def test_a_replacement_that_never_joins_is_given_up_and_nothing_is_lowered_twice() -> None:
    """Timeline 9: ECS itself ends it at minute 12; the old instance serves on."""
    with Stage(a_story(cheaper_never_joins, 40), 1) as stage:
        ids = stage.instances("web")
        done = played(stage)
        left = [m.instance.id for m in stage.world.groups.groups["web"].staying]

    assert done.facts("desired_set", actor="ballast", old=2, new=3)
    assert done.moves(phase=OVER)
    assert not done.drained()
    assert set(ids) <= set(left)
    assert len([f for f in done.facts("asked") if f.data["params"].get("ShouldDecrementDesiredCapacity")]) == 1
    assert done.desired() == 2
    assert not done.broken


def ecs_is_first(stage: Stage) -> None:
    """Our terminations are refused while the low alarm counts its fifteen minutes."""
    cluster_on(stage)
    ids = assisted(stage, 3)
    service_on(stage, {ids[0]: 2, ids[1]: 2, ids[2]: 1}, placement=["binpack:cpu"])
    stage.world.refuse_calls("autoscaling", "TerminateInstanceInAutoScalingGroup", "throttled", for_s=26 * MINUTE_S)


def test_what_ecs_takes_first_is_not_taken_twice() -> None:
    """Timeline 10: the group is made smaller once for one instance."""
    with Stage(a_story(ecs_is_first, 45), 1) as stage:
        done = played(stage)

    lowered = [f for f in done.facts("managed_scaling") if f.data["new"] < f.data["old"]]
    assert lowered
    assert done.desired() == 2
    assert len(stage.world.groups.groups["web"].staying) == 2
    assert done.result.tasks_interrupted == 0
    assert not done.broken


EVENING = datetime(2026, 11, 23, 20, 20, tzinfo=UTC)


def an_evening(stage: Stage) -> None:
    """At 20:25 load falls by 40 percent; at 20:45 a scheduled action raises the group."""
    cluster_on(stage)
    ids = group_of(stage, 4, maximum=8)
    service_on(stage, dict.fromkeys(ids, 4))
    world = stage.world
    world.schedule_size("web", "evening", EVENING + timedelta(minutes=25), desired=5)
    stage.at(5, lambda: world.scale_service("prod", "api", 9))


def test_nothing_goes_from_an_hour_before_a_scheduled_action_until_half_an_hour_after() -> None:
    """Timeline 13."""
    with Stage(a_story(an_evening, 75), 1, epoch=EVENING) as stage:
        done = played(stage)

    begun = [fact.at_s for fact in done.moves(phase="draining")]
    assert begun
    assert min(begun) >= (25 + 30) * MINUTE_S
    assert not done.broken


def room_is_taken(stage: Stage) -> None:
    """While the first instance drains, people start on the other one what takes the room that was counted on."""
    cluster_on(stage)
    ids = group_of(stage, 2, maximum=2)
    service_on(stage, {ids[0]: 2, ids[1]: 1}, start_seconds=(200, 201))
    stage.world.registry.watchers.append(lambda host, _: _take(stage, host.instance.id))


def _take(stage: Stage, drained: str) -> None:
    world, hosts = stage.world, stage.world.clusters["prod"].by_ec2_id
    if drained in hosts and hosts[drained].status.value == "DRAINING":
        other = next(i for i in stage.instances("web") if i != drained)
        if world.host(other).free_cpu >= 512:
            world.run_task("prod", "batch", on=other, cpu=world.host(other).free_cpu)


def test_a_moved_task_that_finds_its_room_taken_ends_the_move_and_the_part_rests() -> None:
    """Hazard: the instance is ACTIVE again, and for half an hour nothing begins."""
    with Stage(a_story(room_is_taken, 35), 1) as stage:
        done: Rebalanced = played(stage)

    assert len(done.moves(phase="draining")) == 1
    assert len(done.moves(phase=OVER)) == 1
    assert not done.gone()
    assert done.facts("container_instance_status", new="ACTIVE", actor="ballast")
    assert done.desired() == 2
    assert not done.broken
