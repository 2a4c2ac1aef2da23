"""How does an act of a round become a plan? What is claimed first, what is done, what is told and what is remembered.

A claim comes before its act, so that a function that dies in between leaves a record that the next round, or drain_instance,
takes up. The drain of a move is one like all others: drain_instance follows it, and undoes it where it has to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import assert_never

from ballast.plans.action import Action
from ballast.plans.actions import Claim, Reactivate, Record, StartDraining, TerminateInstance
from ballast.plans.capacity_actions import LowerDesired, TerminateAndLower
from ballast.plans.plan import Plan, next_revision
from ballast.plans.rebalance_actions import ClaimMove
from ballast.rebalance.acts import Act, Do, GiveBack, GoOn, Launch, Page, PutAside, SetBack
from ballast.rebalance.snapshot import Instance, Snapshot
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.rebalancing import Move, ProviderMemory
from ballast.value import dataclass
from ballast.words.rebalance_moves import part_of

UNDONE_FROM = frozenset({Phase.CLAIMED, Phase.DRAINING, Phase.DRAINED, Phase.FORCING, Phase.FORCED, Phase.ESCALATED})
WRITTEN = timedelta(minutes=2)  # a query may see the one item of a transaction and not yet the other
type Told = Callable[[Act], tuple[Action, ...]]


@dataclass(frozen=True, slots=True)
class Held:
    """What the ledger held as the round was decided; `memories`: those that can be read. `in_flight`: counted drains."""

    moves: Mapping[str, Move]  # by instance id, as all of these
    drains: Mapping[str, Disruption]
    memories: Mapping[str, ProviderMemory]  # by provider
    in_flight: int = 0


class Steps:
    """Of one round: what several of its acts remember of one provider is put together."""

    def __init__(self, snapshot: Snapshot, held: Held, now: datetime, told: Told = lambda _: ()) -> None:
        self._snapshot = snapshot
        self._held = held
        self._now = now
        self._told = told
        self._memories = dict(held.memories)
        self._instances = {each.id: each for each in snapshot.instances}

    def plans(self, acts: Iterable[Act]) -> Iterator[Plan]:
        """Of all but launches, which are tried one after the other (`launching`), and pages."""
        for act in acts:
            match act:
                case GiveBack():
                    if begun := tuple(self._begin(act.move, None)):
                        yield Plan(act.line, (*begun, *self._told(act)))
                case GoOn(do=Do.WAIT):
                    continue
                case GoOn():
                    if done := tuple(self._go_on(act)):
                        yield Plan(act.line, (*done, *self._told(act), *self._remember(act)))
                case SetBack(group, desired):
                    yield Plan(act.line, (LowerDesired(group, desired), *self._told(act)))
                case PutAside(shortage, before):
                    yield Plan(act.line, (*self._told(act), Record(before, shortage)))
                case Launch() | Page():
                    continue
                case _:
                    assert_never(act)

    def taken_back(self, acts: Iterable[Act]) -> Iterator[Plan]:
        """Of calls that were not made: it is still empty and drains, so that the next round does not wait for its end."""
        for act in acts:
            if isinstance(act, GoOn) and act.do is Do.TERMINATE and act.after:
                still = replace(act.move, revision=act.after.revision + 1)
                yield Plan("it was not terminated", (Record(act.after, still),))

    def _begin(self, move: Move, before: Move | None) -> Iterator[Action]:
        """Nothing where something else is begun with the instance: its record is in the way, and goes in time."""
        instance = self._instances.get(move.instance_id)
        if instance is None or self._held.drains.get(move.instance_id):
            return
        drain = self._drain(move, instance)
        budget = self._snapshot.budget
        others = budget.out - self._held.in_flight
        yield ClaimMove(move, drain, budget.allowed, others, before)
        yield StartDraining(instance.host.cluster, instance.host.arn)
        yield Record(drain, next_revision(replace(drain, phase=Phase.DRAINING)))

    def _drain(self, move: Move, instance: Instance) -> Disruption:
        return Disruption(
            cluster=move.cluster,
            instance_id=move.instance_id,
            reason=Reason.REBALANCING,
            phase=Phase.CLAIMED,
            forced=False,
            started_at=self._now,
            deadline=move.deadline,
            group=move.group or None,
            tasks_at_start=instance.host.running_tasks + instance.host.pending_tasks,
            begun_at=self._now,
            container_instance=instance.host.arn,
            part_of=part_of(move),
            revision=1,
        )

    def _go_on(self, act: GoOn) -> Iterator[Action]:
        move, known = act.move, self._held.moves.get(_began_with(act), act.move)
        match act.do:
            case Do.DRAIN if act.after:
                yield from self._begin(act.after, known)
            case Do.TERMINATE:
                if act.after:
                    yield Claim(act.after, known)
                yield TerminateAndLower(move.group, move.instance_id, (act.after or move).desired)
                if act.after is None:
                    yield Record(known, None)
            case Do.REPLACE:
                if act.after:
                    yield Claim(act.after, known)
                yield TerminateInstance(move.group, move.instance_id)
                if act.after is None:
                    yield Record(known, None)
            case Do.UNDO:
                yield from self._undo(self._held.drains.get(move.instance_id))
                yield Record(known, None)
            case Do.DROP if self._is_about_to_drain(move):
                return  # who claimed it died: it is ACTIVE until drain_instance goes on with it
            case _:
                yield Record(known, None)

    def adrift(self) -> Iterator[Plan]:
        """Drains that no move has any more are undone. Not those of a move that nobody can read, nor what is being written."""
        for drain in self._held.drains.values():
            moves = drain.instance_id in self._held.moves or drain.instance_id in self._snapshot.cluster.unread
            if not moves and self._now - drain.started_at > WRITTEN and (undone := tuple(self._undo(drain))):
                yield Plan(f"{drain.instance_id} drains, and no move has it", undone)

    def _is_about_to_drain(self, move: Move) -> bool:
        drain = self._held.drains.get(move.instance_id)
        return drain is not None and is_ours(drain) and drain.phase is Phase.CLAIMED

    def _undo(self, drain: Disruption | None) -> Iterator[Action]:
        """Only what is ours and nothing forces: drain_instance ends it as any drain that is rolled back."""
        if drain is None or not is_ours(drain) or drain.phase not in UNDONE_FROM:
            return
        instance = self._instances.get(drain.instance_id)
        yield Claim(next_revision(replace(drain, phase=Phase.ROLLING_BACK)), drain)
        if instance is not None and instance.host.status == "DRAINING":
            yield Reactivate(instance.host.cluster, instance.host.arn)

    def _remember(self, act: GoOn) -> Iterator[Action]:
        """Last in its plan: a memory that somebody else has changed keeps nothing else from being written."""
        if act.memory is not None:
            yield self.remembered(act.memory)

    def remembered(self, memory: ProviderMemory) -> Record[ProviderMemory]:
        """With what other acts of this round say of the same provider."""
        known, held = self._memories.get(memory.provider), self._held.memories.get(memory.provider)
        base, last = held or ProviderMemory(memory.cluster, memory.provider), known
        if last is None:
            last = base
        new = {
            f.name: getattr(memory, f.name) for f in fields(memory) if getattr(memory, f.name) != getattr(base, f.name)
        }
        new["clean_moves"] = last.clean_moves + memory.clean_moves - base.clean_moves
        after = replace(last, **{**new, "revision": last.revision + 1})
        self._memories[memory.provider] = after
        return Record(known, after)


def is_ours(drain: Disruption) -> bool:
    """Whether it is the drain of a move, and nothing forces it by now."""
    return drain.reason is Reason.REBALANCING and not drain.forced and not drain.foreign


def _began_with(act: GoOn) -> str:
    return act.of or act.move.instance_id
