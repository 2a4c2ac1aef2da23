"""One round: asked once more just before it is done, launched pool by pool, and in dry run nothing but told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import Any

import pytest

from ballast.errors import CallFailedError, LostRaceError
from ballast.facts.view import Cluster
from ballast.plans.action import Action
from ballast.plans.actions import Announce, Claim, Record, StartDraining, Tell
from ballast.plans.capacity_actions import LowerDesired, RaiseDesired
from ballast.plans.rebalance_actions import ClaimMove
from ballast.policy.rebalancing import RebalancePolicy
from ballast.rebalance.acts import GiveBack, Kept, Launch, Page, Round
from ballast.rebalance.launching import Refused
from ballast.rebalance.shortages import Failure
from ballast.rebalance.snapshot import Snapshot
from ballast.rebalance.stays import Stay, Why
from ballast.rebalance.steps import Held
from ballast.records.rebalancing import ProviderMemory, Shortage
from ballast.shell.execute import Executor, each
from ballast.shell.rebalance_round import Outcome, RoundOf, _log
from ballast.value import dataclass
from ballast.words.codes import Code
from tests.ballast.rebalance.builders import (
    GROUP,
    ON,
    PROVIDER,
    a_group,
    a_move,
    a_provider,
    a_snapshot,
    an_instance,
    before,
    some_tasks,
    workload,
)
from tests.builders import CLUSTER, NOW
from tests.kinds_of_action import every_kind

NOTHING = Held({}, {}, {})
HALF_EMPTY = a_snapshot(an_instance(1, *some_tasks(1)), *(an_instance(n, *some_tasks(5)) for n in (2, 3, 4)))
BUSY = [an_instance(n, *some_tasks(8)) for n in (1, 2)]
SHORT = workload(running=16, service={"desired": 18, "running": 16}, short_since=before(3), placed=16)


@dataclass(frozen=True, slots=True)
class Seen:
    """`fresh`: what is answered when it is asked again."""

    fresh: Callable[[Snapshot], Snapshot] = lambda seen: seen
    asked: list[str] = field(default_factory=list)

    def snapshot(self, cluster: Cluster, memory: Any, policy: RebalancePolicy, now: datetime) -> Snapshot:
        raise NotImplementedError

    def again(self, snapshot: Snapshot, instance_ids: Iterable[str]) -> Snapshot:
        self.asked.extend(instance_ids)
        return self.fresh(snapshot)


@dataclass(frozen=True, slots=True)
class World:
    """Carries everything out but what `refuses` or `fails`, and remembers it."""

    dry_run: bool = False
    refuses: Sequence[str] = ()  # groups
    fails: type[Exception] | None = None
    looks: Seen = field(default_factory=Seen)
    done: list[Action] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def play(
        self, snapshot: Snapshot, *, held: Held = NOTHING, failures: Sequence[Failure] = (), plans: bool = True,
        policy: RebalancePolicy = ON,
    ) -> Outcome:  # fmt: skip
        executor = Executor([each(kind, self._perform) for kind in every_kind()], self.dry_run)
        round_of = RoundOf(self.looks, executor, self.refused, snapshot.cluster)
        return round_of.play(snapshot, policy, held, NOW, failures, plans=plans)

    def _perform(self, action: Action) -> None:
        if isinstance(action, RaiseDesired) and self.fails:
            raise self.fails("it cannot be done")
        self.done.append(action)
        if isinstance(action, RaiseDesired) and action.group in self.refuses:
            code = "InsufficientInstanceCapacity"
            self.refused.append(Refused(action.group, None, 0, (Failure(action.group, NOW, code),)))
            raise CallFailedError("no", "SetDesiredCapacity", code)

    def of[A: Action](self, kind: type[A]) -> list[A]:
        return [action for action in self.done if isinstance(action, kind)]

    @property
    def said(self) -> list[str]:
        return [tell.notice.code for tell in self.of(Tell)]


def two_pools(*instances: Any) -> Snapshot:
    """Tasks by launch type, which either group may take."""
    plain = [replace(i, host=replace(i.host, capacity_provider=None)) for i in instances]
    groups = (a_group(*plain), a_group(name="other", capacity={"zones": frozenset({"a"})}))
    return replace(
        a_snapshot(*plain), providers=(), groups=groups, services={"web": replace(SHORT, providers={})}
    )  # fmt: skip


def test_what_goes_is_asked_once_more_and_then_claimed_drained_and_told() -> None:
    world = World()
    outcome = world.play(HALF_EMPTY)

    claims = world.of(ClaimMove)
    assert len(claims) == len(world.of(StartDraining)) == world.said.count(Code.GIVE_BACK) == 2
    for claim in claims:
        assert {claim.move.instance_id, *claim.move.receivers} <= set(world.looks.asked)
    assert [type(act) for act in outcome.done] == [GiveBack, GiveBack]


def test_what_does_not_hold_any_more_is_dropped_without_a_word() -> None:
    changed = World(looks=Seen(lambda s: replace(s, instances=tuple(replace(i, version=99) for i in s.instances))))

    assert changed.play(HALF_EMPTY).done == ()
    assert changed.done == []


def test_only_settling_begins_nothing() -> None:
    world = World()
    world.play(HALF_EMPTY, plans=False)

    assert world.done == []


def test_tasks_without_room_have_their_group_raised_after_that_is_noted() -> None:
    world = World()
    world.play(a_snapshot(*BUSY, services={"web": SHORT}))

    assert world.of(RaiseDesired) == [RaiseDesired(GROUP, 2, 1)]
    assert isinstance(world.done[0], Claim)
    assert world.done[0].after == ProviderMemory(CLUSTER, PROVIDER, scaled_out_at=NOW, revision=1)
    assert Code.CAPACITY_ADDED in world.said


def test_a_pool_that_refuses_is_put_aside_and_the_next_one_asked_in_the_same_round() -> None:
    first = World()
    first.play(two_pools(*BUSY))
    [chosen] = first.of(RaiseDesired)
    world = World(refuses=[chosen.group])

    outcome = world.play(two_pools(*BUSY))

    groups = [call.group for call in world.of(RaiseDesired)]
    assert groups == [chosen.group, *({GROUP, "other"} - {chosen.group})]
    [aside] = [r.after for r in world.of(Record) if isinstance(r.after, Shortage)]
    assert (aside.group, aside.until > NOW) == (chosen.group, True)
    assert [act.group for act in outcome.done if isinstance(act, Launch)] == groups[1:]
    assert Code.NO_CAPACITY not in world.said


def test_where_every_pool_refuses_there_is_one_page_and_no_more_calls_than_pools() -> None:
    world = World(refuses=[GROUP, "other"])
    outcome = world.play(two_pools(*BUSY))

    assert sorted(call.group for call in world.of(RaiseDesired)) == ["other", GROUP]
    [page] = [act for act in outcome.done if isinstance(act, Page)]
    assert "every pool refuses" in page.sentence
    assert world.said.count(Code.NO_CAPACITY) == 1
    assert not [act for act in outcome.done if isinstance(act, Launch)]


@pytest.mark.parametrize(("error", "failed"), [(LostRaceError, False), (TimeoutError, True)])
def test_what_says_nothing_about_the_pool_asks_no_other_one(error: type[Exception], *, failed: bool) -> None:
    world = World(fails=error)
    outcome = world.play(two_pools(*BUSY))

    assert (outcome.failed, outcome.done) == (failed, ())
    assert not [record for record in world.of(Record) if isinstance(record.after, Shortage)]


OURS = ProviderMemory(CLUSTER, GROUP, scaled_out_at=before(2), revision=1)


def after_our_launch(snapshot: Snapshot) -> Snapshot:
    """`web` was raised by us two minutes ago, and has not got it."""
    raised = tuple(
        replace(g, capacity=replace(g.capacity, desired=3), desired_since=before(2)) if g.name == GROUP else g
        for g in snapshot.groups
    )
    return replace(snapshot, groups=raised, memories=(OURS,))


FAILED = Failure(GROUP, before(1), message="We currently do not have sufficient m6i.xlarge capacity")


def test_a_launch_that_failed_later_is_set_back_and_another_pool_is_asked_in_its_place() -> None:
    world = World()
    world.play(after_our_launch(two_pools(*BUSY)), failures=[FAILED])

    assert world.of(LowerDesired) == [LowerDesired(GROUP, 2)]
    assert [call.group for call in world.of(RaiseDesired)] == ["other"]
    assert Code.POOL_ASIDE in world.said


def test_where_there_is_no_other_pool_the_group_goes_on_trying_and_people_are_told_once() -> None:
    seen = after_our_launch(two_pools(*BUSY))
    seen = replace(seen, groups=seen.groups[:1])
    world = World()
    [page] = [act for act in world.play(seen, failures=[FAILED]).done if isinstance(act, Page)]

    assert (world.of(LowerDesired), world.of(RaiseDesired)) == ([], [])
    again = World()
    again.play(replace(seen, told={page.key: before(1)}), failures=[FAILED])
    assert Code.NO_CAPACITY not in again.said


def test_what_somebody_else_wants_of_a_group_is_not_set_back() -> None:
    seen = after_our_launch(two_pools(*BUSY))
    world = World()
    world.play(replace(seen, memories=()), failures=[FAILED])

    assert world.of(LowerDesired) == []


def test_in_dry_run_each_round_plans_the_same_and_tells_nothing_of_it() -> None:
    world = World(dry_run=True)
    first, second = world.play(HALF_EMPTY), world.play(HALF_EMPTY)

    assert first.decided.acts == second.decided.acts != ()
    assert world.done == []


def test_a_move_under_way_goes_on_whatever_may_begin() -> None:
    moving = an_instance(1, host={"status": "DRAINING"})
    move = a_move(moving, tasks=0)
    seen = replace(
        a_snapshot(moving, an_instance(2, *some_tasks(3))),
        moves=(move,),
        providers=(a_provider(managed_scaling=False),),
    )
    world = World()
    world.play(seen, held=Held({moving.id: move}, {}, {}), plans=False)

    assert [type(action).__name__ for action in world.done if not isinstance(action, (Tell, Announce))] == [
        "Claim",
        "TerminateAndLower",
    ]


@pytest.mark.parametrize(("minute", "many", "named"), [(3, 60, True), (20, 60, False), (20, 50, True)])
def test_who_stays_is_named_each_time_where_they_are_few_and_once_an_hour_where_they_are_many(
    minute: int,
    many: int,
    named: bool,  # noqa: FBT001 - a case
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    kept = tuple(Kept(f"i-{number}", PROVIDER, Stay(Why.YOUNG, "it is new"), 1.0) for number in range(many))
    _log(Round((), (), kept, NOW.replace(minute=minute)), a_snapshot())

    [record] = caplog.records
    [(why, who)] = vars(record)["stays"].items()
    assert why == f"{PROVIDER}: it is new"
    assert who == ([each.instance_id for each in kept] if named else many)
