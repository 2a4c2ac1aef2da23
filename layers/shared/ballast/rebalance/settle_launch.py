"""An instance was launched so that others may go. Has it joined, and may they still go?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from ballast.rebalance.acts import Act, Do, GoOn
from ballast.rebalance.begin import drain_time
from ballast.rebalance.ground import Ground
from ballast.rebalance.parts import Part, serving
from ballast.rebalance.refusals import set_back
from ballast.rebalance.rests import failed
from ballast.rebalance.revalidate import why_not_now
from ballast.rebalance.shortages import Failure, remember
from ballast.rebalance.snapshot import Group, Instance
from ballast.records.rebalancing import Move, MovePhase

FRESH = timedelta(minutes=5)  # after joining; ECS takes an instance that stands empty for 15 minutes


def step(ground: Ground, part: Part, group: Group, move: Move, instance: Instance | None) -> Iterator[Act]:
    joined = [i for i in serving(part.instances) if i.id not in move.known]
    if instance is None:
        yield GoOn(move, Do.WAIT, "ECS does not list the one that is to go", move)
    elif len(joined) >= move.launched:
        yield _decided(ground, part, move, instance, joined)
    elif ground.now >= move.deadline:
        yield from _never_joined(ground, part, group, move)
    else:
        yield GoOn(move, Do.WAIT, f"{len(joined)} of {move.launched} that were launched have joined", move)


def _decided(ground: Ground, part: Part, move: Move, instance: Instance, joined: list[Instance]) -> GoOn:
    since = max((i.host.registered_at or ground.now for i in joined), default=ground.now)
    memory = replace(
        part.memory,
        launched=tuple(i.id for i in joined),
        scaled_out_at=move.started_at,
        revision=part.memory.revision + 1,
    )
    if ground.now - since > FRESH:
        return GoOn(move, Do.DROP, "what was launched for it joined too long ago", None, memory)
    if why := why_not_now(ground, part, move, instance):
        return GoOn(move, Do.DROP, why, None, memory)
    if ground.snapshot.budget.left < 1:
        return GoOn(move, Do.WAIT, "the budget is used up", move)
    deadline = ground.now + drain_time(ground, move.services)
    after = replace(move, phase=MovePhase.DRAINING, deadline=deadline, revision=move.revision + 1)
    return GoOn(move, Do.DRAIN, "what was launched for it has joined", after, memory)


def _never_joined(ground: Ground, part: Part, group: Group, move: Move) -> Iterator[Act]:
    """Its group wants one less again, unless it was lowered with it already. Its pool is put aside.

    Lowered with the instance, and not first: a group with more than it wants would end one of its own choice.
    """
    registered = {i.id for i in part.instances}
    strangers = sorted(group.capacity.members - group.capacity.leaving - set(move.known) - registered)
    failure = Failure(group.name, ground.now, message="launched, and never joined the cluster")
    yield from remember([failure], ground.snapshot.shortages, move.cluster)
    if strangers:
        has, wants = len(group.capacity.in_service) + len(group.capacity.starting), group.capacity.desired
        yield GoOn(
            replace(move, instance_id=strangers[0], desired=wants - 1),
            Do.REPLACE if wants < has or wants <= group.min_size else Do.TERMINATE,
            "it never joined the cluster",
            None,
            failed(part, ground.now),
            of=move.instance_id,
        )
    else:
        yield GoOn(move, Do.DROP, "what was launched for it is already gone", None, failed(part, ground.now))
    if back := set_back(group):
        yield back
