"""Whole rounds: what is decided of a snapshot, and what the cluster is once that is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from ballast.facts.task import Task, TaskKind
from ballast.policy.rebalancing import RebalancePolicy
from ballast.rebalance.acts import GiveBack, Launch, Round
from ballast.rebalance.round import plan_round
from ballast.rebalance.snapshot import Instance, Snapshot
from tests.ballast.rebalance.builders import ON, an_instance, ground
from tests.builders import NOW


def the_round(snapshot: Snapshot, policy: RebalancePolicy = ON, now: datetime = NOW) -> Round:
    return plan_round(snapshot, policy, now)


def given_back(decided: Round) -> list[str]:
    return [act.move.instance_id for act in decided.acts if isinstance(act, GiveBack)]


def launches(decided: Round) -> list[Launch]:
    return [act for act in decided.acts if isinstance(act, Launch)]


def lines(acts: Iterable[Any]) -> list[str]:
    return [act.line for act in acts]


def stay_of(decided: Round, instance: Instance) -> str:
    """The kind of reason and the sentence."""
    return next(f"{k.stay.why}: {k.stay.sentence}" for k in decided.kept if k.instance_id == instance.id)


def once_done(snapshot: Snapshot, decided: Round) -> Snapshot:
    """The cluster after the round: what is given back is gone, its tasks are where the proof has them, launches have joined."""
    acts = [act for act in decided.acts if isinstance(act, GiveBack)]
    where = next((act.placements for act in acts if act.placements), {})
    gone = {act.move.instance_id for act in acts}
    asks = ground(snapshot).asks
    loose: dict[str, list[Task]] = {}
    for instance in snapshot.instances:
        for task in instance.tasks or ():
            if instance.id in gone and task.kind is TaskKind.SERVICE:
                loose.setdefault(asks.of(task).name, []).append(task)
    stayed = [i for i in snapshot.instances if i.id not in gone]
    after = [
        _with(i, [loose[name].pop() for name, number in where.get(i.id, {}).items() for _ in range(number)])
        for i in stayed
    ]
    assert not any(loose.values()), "a task of the plan has no place"
    new = [an_instance(900 + n) for act in launches(decided) for n in range(act.add)]
    members = frozenset(i.id for i in (*after, *new))
    group = snapshot.groups[0]
    capacity = replace(group.capacity, desired=group.capacity.desired - len(gone) + len(new), in_service=members)
    return replace(snapshot, instances=(*after, *new), groups=(replace(group, capacity=capacity),))


def _with(instance: Instance, tasks: list[Task]) -> Instance:
    host = instance.host
    told = replace(
        host,
        free_cpu_units=host.free_cpu_units - sum(t.cpu_units for t in tasks),
        free_memory_mib=host.free_memory_mib - sum(t.memory_mib for t in tasks),
        ports_in_use=host.ports_in_use | {p for t in tasks for p in t.host_ports},
    )
    assert told.free_cpu_units >= 0
    assert told.free_memory_mib >= 0
    return replace(instance, host=told, tasks=(*(instance.tasks or ()), *tasks))


def plan_of(snapshot: Snapshot) -> tuple[GiveBack, ...]:
    """What would be given back, with all on."""
    return tuple(act for act in the_round(snapshot).acts if isinstance(act, GiveBack))
