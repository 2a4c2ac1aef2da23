"""How is a launch tried? One call after the other in the same invocation, each at most once, until one brings instances."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from ballast.plans.action import Action
from ballast.plans.actions import Claim, Record
from ballast.plans.capacity_actions import RaiseDesired
from ballast.plans.plan import Plan
from ballast.plans.rebalance_actions import LaunchInstances
from ballast.rebalance.acts import Launch, Try
from ballast.rebalance.parts import parts
from ballast.rebalance.shortages import Failure
from ballast.rebalance.snapshot import Snapshot
from ballast.rebalance.steps import Held
from ballast.records.rebalancing import Move, ProviderMemory
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that did not bring all it was to; `got`: how many came all the same."""

    group: str
    zone: str | None
    got: int
    failures: tuple[Failure, ...]


def plan_launch(
    snapshot: Snapshot, launch: Launch, call: Try, held: Held, now: datetime,
    *, before: Collection[Try] = (), left: int, told: tuple[Action, ...] = (),
) -> Plan:  # fmt: skip
    """The memory of the part that grows is claimed first, so that of two functions one launches, and it rests from now on.

    `before`: calls of this launch that were refused; with the first the moves that wait for it are claimed. `left`: instances
    that are still wanted.
    """
    group = next((g for g in snapshot.groups if g.name == call.group), None)
    if group is None:
        return Plan(f"{call.group} could not be read")
    add = min(left, group.max_size - group.capacity.desired)
    if add < 1:
        return Plan(f"{call.group} has its maximum of {group.max_size}")
    claims: list[Action] = []
    if all(each.group != call.group for each in before):
        claims.append(_claim(snapshot, call.group, held, now))
    if not before:
        claims += [Claim(move) for move in launch.moves]
    if call.zone is None:
        done: Action = RaiseDesired(call.group, group.capacity.desired, add)
    else:
        done = LaunchInstances(
            call.group, group.capacity.desired, add, call.zone, _token(call, group.capacity.desired, now)
        )
    return Plan(launch.line, (*claims, done, *told))


def given_up(moves: Iterable[Move]) -> Iterator[Plan]:
    """What waited for a launch that every pool refused."""
    for move in moves:
        yield Plan("every pool refused what was to be launched for it", (Record(move, None),))


def failures_of(refused: Sequence[Refused]) -> list[Failure]:
    return [failure for each in refused for failure in each.failures]


def _claim(snapshot: Snapshot, group: str, held: Held, now: datetime) -> Action:
    part = next((p for p in parts(snapshot) if p.group and p.group.name == group), None)
    name = part.name if part else group
    known = held.memories.get(name)
    memory = known or ProviderMemory(snapshot.cluster.name, name)
    return Claim(replace(memory, scaled_out_at=now, revision=memory.revision + 1), known)


def _token(call: Try, desired: int, now: datetime) -> str:
    """Of at most 64 characters: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchInstances.html."""
    said = f"{call.group} {call.zone} {desired} {now.isoformat()}"
    return f"ballast-{hashlib.sha256(said.encode()).hexdigest()[:32]}"
