"""An act becomes a plan: claimed first, then done, told, remembered; what is not ours to undo is left alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from ballast.facts.view import InstanceStatus
from ballast.plans.action import Action
from ballast.plans.actions import Claim, Reactivate, Record, StartDraining, TerminateInstance
from ballast.plans.capacity_actions import LowerDesired, TerminateAndLower
from ballast.plans.rebalance_actions import ClaimMove
from ballast.rebalance.acts import Act, Do, GiveBack, GoOn, PutAside, SetBack
from ballast.rebalance.snapshot import Budget, Instance, Snapshot
from ballast.rebalance.steps import Held, Steps
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.rebalancing import Move, MovePhase, ProviderMemory, Shortage
from tests.ballast.rebalance.builders import PROVIDER, a_move, a_snapshot, an_instance, minutes, some_tasks
from tests.builders import CLUSTER, NOW, a_disruption

INSTANCE = an_instance(1, *some_tasks(2))
DRAINING = replace(INSTANCE, host=replace(INSTANCE.host, status=InstanceStatus.DRAINING))
MOVE = a_move(INSTANCE)
MEMORY = ProviderMemory(CLUSTER, PROVIDER)


def a_drain(**changes: object) -> Disruption:
    own = a_disruption(instance_id=INSTANCE.id, reason=Reason.REBALANCING, forced=False, phase=Phase.DRAINING)
    return replace(own, **changes)  # type: ignore[arg-type] # whatever a test changes


def held(
    *, moves: Iterable[Move] = (), drains: Iterable[Disruption] = (), memories: Iterable[ProviderMemory] = ()
) -> Held:
    return Held(
        {m.instance_id: m for m in moves}, {d.instance_id: d for d in drains}, {m.provider: m for m in memories}, 1
    )


def actions(*acts: Act, of: Held | None = None, instance: Instance = INSTANCE, **snapshot: object) -> list[Action]:
    seen: Snapshot = replace(a_snapshot(instance), budget=Budget(3, 2), **snapshot)  # type: ignore[arg-type] # the same
    return [action for plan in Steps(seen, of or held(), NOW).plans(acts) for action in plan.actions]


def test_giving_back_claims_move_and_drain_together_within_what_others_leave_of_the_budget() -> None:
    claim, drains, record = actions(GiveBack(MOVE, 1, {}))

    assert isinstance(claim, ClaimMove)
    drain = claim.drain
    assert (claim.move, claim.before, claim.known, claim.budget, claim.others_out) == (MOVE, None, None, 3, 1)
    assert (drain.reason, drain.phase, drain.forced, drain.takes_budget) == (
        Reason.REBALANCING,
        Phase.CLAIMED,
        False,
        True,
    )
    assert (drain.deadline, drain.container_instance, drain.group) == (MOVE.deadline, INSTANCE.host.arn, "web")
    assert drain.part_of
    assert drain.part_of.since == MOVE.started_at
    assert drains == StartDraining(INSTANCE.host.cluster, INSTANCE.host.arn)
    assert record == Record(drain, replace(drain, phase=Phase.DRAINING, revision=drain.revision + 1))


def test_nothing_is_begun_with_an_instance_with_which_something_else_is() -> None:
    assert actions(GiveBack(MOVE, 1, {}), of=held(drains=[a_drain(reason=Reason.SCHEDULED_CHANGE)])) == []


def test_what_was_launched_for_it_has_joined_so_it_drains_by_the_same_claim() -> None:
    waiting = replace(MOVE, phase=MovePhase.LAUNCHING)
    after = replace(MOVE, revision=1)

    claim, drains, _ = actions(GoOn(waiting, Do.DRAIN, "it has joined", after), of=held(moves=[waiting]))

    assert isinstance(claim, ClaimMove)
    assert (claim.move, claim.before) == (after, waiting)
    assert isinstance(drains, StartDraining)


def test_one_that_waited_for_a_launch_waits_on_while_something_else_is_begun_with_it() -> None:
    waiting = replace(MOVE, phase=MovePhase.LAUNCHING)
    of = held(moves=[waiting], drains=[a_drain(reason=Reason.SCHEDULED_CHANGE)])

    assert actions(GoOn(waiting, Do.DRAIN, "it has joined", MOVE, MEMORY), of=of) == []


def test_waiting_is_no_plan() -> None:
    assert actions(GoOn(MOVE, Do.WAIT, "its tasks move", MOVE), of=held(moves=[MOVE])) == []


def test_an_empty_one_is_terminated_once_that_is_written_down() -> None:
    after = replace(MOVE, phase=MovePhase.TERMINATING, desired=2, revision=1)

    claim, done = actions(GoOn(MOVE, Do.TERMINATE, "it is empty", after), of=held(moves=[MOVE]))

    assert claim == Claim(after, MOVE)
    assert done == TerminateAndLower("web", INSTANCE.id, 2)


def test_one_that_could_not_be_terminated_is_tried_again_in_the_next_round() -> None:
    after = replace(MOVE, phase=MovePhase.TERMINATING, desired=2, revision=1)
    steps = Steps(a_snapshot(INSTANCE), held(moves=[MOVE]), NOW)
    acts: list[Act] = [
        GoOn(MOVE, Do.TERMINATE, "it is empty", after),
        GoOn(MOVE, Do.FINISH, "gone", None),
        GiveBack(MOVE, 1, {}),
    ]

    assert [plan.actions for plan in steps.taken_back(acts)] == [(Record(after, replace(MOVE, revision=2)),)]


def test_a_stranger_that_never_joined_is_replaced_and_the_move_that_waited_for_it_ends() -> None:
    stranger = replace(MOVE, instance_id="i-0000000000000dead")

    done, record = actions(GoOn(stranger, Do.REPLACE, "never joined", None, of=INSTANCE.id), of=held(moves=[MOVE]))

    assert done == TerminateInstance("web", "i-0000000000000dead")
    assert record == Record(MOVE, None)


def test_an_undone_move_has_its_drain_rolled_back_as_any_other() -> None:
    drain = a_drain()
    memory = replace(MEMORY, failed_at=NOW, revision=1)

    claim, active, ends, remembers = actions(
        GoOn(MOVE, Do.UNDO, "no place", None, memory), of=held(moves=[MOVE], drains=[drain]), instance=DRAINING
    )

    assert claim == Claim(replace(drain, phase=Phase.ROLLING_BACK, revision=drain.revision + 1), drain)
    assert active == Reactivate(INSTANCE.host.cluster, INSTANCE.host.arn)
    assert ends == Record(MOVE, None)
    assert remembers == Record(None, memory)


@pytest.mark.parametrize(
    "drain",
    [
        None,
        a_drain(reason=Reason.SPOT_INTERRUPTION, forced=True),
        a_drain(forced=True),
        a_drain(foreign=True),
        a_drain(phase=Phase.ROLLED_BACK),
        a_drain(phase=Phase.ROLLING_BACK),
    ],
    ids=["none", "another reason", "forced", "foreign", "rolled back", "rolling back"],
)
def test_what_is_not_ours_to_undo_is_left_alone_and_the_move_ends(drain: Disruption | None) -> None:
    drains = [drain] if drain else []
    done = actions(GoOn(MOVE, Do.UNDO, "no place", None), of=held(moves=[MOVE], drains=drains), instance=DRAINING)

    assert done == [Record(MOVE, None)]


def test_one_that_is_claimed_and_not_yet_drained_is_not_dropped_for_being_active() -> None:
    of = held(moves=[MOVE], drains=[a_drain(phase=Phase.CLAIMED)])

    assert actions(GoOn(MOVE, Do.DROP, "somebody set it ACTIVE", None), of=of) == []
    later = held(moves=[MOVE], drains=[a_drain()])
    assert actions(GoOn(MOVE, Do.DROP, "somebody set it ACTIVE", None), of=later) == [Record(MOVE, None)]


def adrift(drain: Disruption, *moves: Move, unread: frozenset[str] = frozenset()) -> list[Action]:
    seen = a_snapshot(DRAINING)
    seen = replace(seen, cluster=replace(seen.cluster, unread=unread))
    return [a for plan in Steps(seen, held(moves=moves, drains=[drain]), NOW).adrift() for a in plan.actions]


def test_a_drain_that_no_move_has_any_more_is_undone() -> None:
    lost = a_drain(started_at=NOW - minutes(3))

    assert [type(action) for action in adrift(lost)] == [Claim, Reactivate]
    assert adrift(lost, MOVE) == []
    assert adrift(lost, unread=frozenset({INSTANCE.id})) == []
    assert adrift(a_drain(started_at=NOW - minutes(1))) == []
    assert adrift(replace(lost, reason=Reason.SCHEDULED_CHANGE)) == []


@pytest.mark.parametrize("do", [Do.FINISH, Do.DROP])
def test_a_move_that_is_over_is_forgotten(do: Do) -> None:
    assert actions(GoOn(MOVE, do, "over", None), of=held(moves=[MOVE])) == [Record(MOVE, None)]


def test_what_two_acts_remember_of_one_provider_is_put_together() -> None:
    other = a_move(an_instance(2))
    clean = replace(MEMORY, clean_moves=1, revision=1)
    failed = replace(MEMORY, failed_at=NOW, revision=1)

    done = actions(
        GoOn(MOVE, Do.FINISH, "gone", None, clean), GoOn(other, Do.FINISH, "gone", None, clean),
        GoOn(other, Do.DROP, "set ACTIVE", None, failed), of=held(moves=[MOVE, other]),
    )  # fmt: skip

    written = [a for a in done if isinstance(a, Record) and isinstance(a.after, ProviderMemory)]
    assert [(w.before, w.after) for w in written] == [
        (None, clean),
        (clean, replace(clean, clean_moves=2, revision=2)),
        (written[1].after, replace(clean, clean_moves=2, failed_at=NOW, revision=3)),
    ]


def test_a_group_is_set_back_and_a_pool_put_aside() -> None:
    short = Shortage(CLUSTER, "web", None, None, None, "unknown", NOW, NOW + minutes(3))

    assert actions(SetBack("web", 3), PutAside(short, None)) == [LowerDesired("web", 3), Record(None, short)]
