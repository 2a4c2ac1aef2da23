"""What is next for a move under way? Each ends: given back, taken by somebody else, undone, or dropped before it drains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from ballast.rebalance import settle_launch
from ballast.rebalance.acts import Act, Do, GoOn, Page
from ballast.rebalance.demand import missing
from ballast.rebalance.floor import Size
from ballast.rebalance.ground import Ground
from ballast.rebalance.limits import Limits
from ballast.rebalance.parts import Part
from ballast.rebalance.removable import is_empty
from ballast.rebalance.rests import failed
from ballast.rebalance.snapshot import Group, Instance, Workload
from ballast.records.rebalancing import Move, MovePhase

STALE = timedelta(minutes=2)  # what ECS answers may be so old
PLACES = timedelta(minutes=2)  # in which ECS finds a place for a task, if there is one
ECS_TAKES = timedelta(minutes=2)  # since ECS lowered the size, it may be about to take this very instance
TERMINATES = timedelta(minutes=15)


def settle(ground: Ground, part: Part) -> Iterator[Act]:
    """One step for each move of the part, whatever the policy says by now: what was begun is brought to its end."""
    for move in part.moves:
        yield from _step(ground, part, move)


def _step(ground: Ground, part: Part, move: Move) -> Iterator[Act]:
    group = part.group
    if group is None:
        yield _wait(move, "its Auto Scaling group could not be read")
        return
    instance = next((i for i in part.instances if i.id == move.instance_id), None)
    if instance is None and move.instance_id not in group.capacity.members:
        clean = move.phase is MovePhase.TERMINATING
        memory = replace(part.memory, clean_moves=part.memory.clean_moves + 1, revision=part.memory.revision + 1)
        why = "it is given back" if clean else "it is already gone"
        yield GoOn(move, Do.FINISH, why, None, memory if clean else None)
    elif move.phase is MovePhase.LAUNCHING:
        yield from settle_launch.step(ground, part, group, move, instance)
    elif move.phase is MovePhase.DRAINING:
        yield from _drains(ground, part, group, move, instance)
    else:
        yield from _terminates(ground, group, move)


def _drains(ground: Ground, part: Part, group: Group, move: Move, instance: Instance | None) -> Iterator[Act]:
    if instance is None:
        yield _wait(move, "ECS does not list it, and Auto Scaling does")
    elif part.ecs_scales and group.ecs_raised_at and group.ecs_raised_at > move.started_at:
        yield from _ecs_added(ground, part, move)
    elif why := _does_not_fit(ground, move):
        yield from undone(ground, part, move, why)
    elif instance.host.status == "ACTIVE" and ground.now - move.started_at > STALE:
        yield GoOn(
            move,
            Do.DROP,
            "it is ACTIVE again: its drain was given up, or somebody set it so",
            None,
            failed(part, ground.now),
        )
    elif instance.host.status == "DRAINING" and is_empty(ground, instance):
        yield from _last_look(ground, part, group, move, instance)
    elif ground.now >= move.deadline:
        yield from undone(ground, part, move, "its tasks did not end in time")
    else:
        yield _wait(move, "its tasks move")


def _last_look(ground: Ground, part: Part, group: Group, move: Move, instance: Instance) -> Iterator[Act]:
    """It is empty. Terminated at once, unless somebody else has just made the group smaller or it may not get smaller."""
    has = len(group.capacity.in_service) + len(group.capacity.starting)
    lowered = group.ecs_lowered_at is not None and ground.now - group.ecs_lowered_at < ECS_TAKES
    if (why := why_not_smaller(ground, part, group)) or instance.lifecycle_state != "InService":
        yield from undone(ground, part, move, why or f"Auto Scaling has it {instance.lifecycle_state}")
    elif lowered or group.capacity.desired != has:
        if ground.now >= move.deadline:
            yield from undone(ground, part, move, f"the group has {has} instances and wants {group.capacity.desired}")
        else:
            who = (
                "ECS made the group smaller"
                if lowered
                else f"the group wants {group.capacity.desired} of {has} instances"
            )
            yield _wait(move, f"{who}, so it may go by itself")
    else:
        after = replace(
            move, phase=MovePhase.TERMINATING, deadline=ground.now + TERMINATES, desired=group.capacity.desired - 1,
            revision=move.revision + 1,
        )  # fmt: skip
        yield GoOn(move, Do.TERMINATE, "it is empty", after)


def why_not_smaller(ground: Ground, part: Part, group: Group) -> str:
    """Why it may not lose one that is empty, as things are now, or ""."""
    if part.why:
        return part.why
    if group.capacity.desired <= group.min_size:
        return f"its group has its minimum of {group.min_size}"
    size: Size = Limits.of(ground, part).size  # without it already
    return size.undone(0, 0, 0)


def _ecs_added(ground: Ground, part: Part, move: Move) -> Iterator[Act]:
    """By its own tasks being counted out of it, or for others that wait: only then the provider is not to blame."""
    others = [n for n, w in ground.snapshot.services.items() if n not in move.services and _wants(w, move)]
    if others:
        yield from undone(ground, part, move, f"ECS added capacity, as service {others[0]} needs it")
        return
    memory = replace(failed(part, ground.now), drain_counts_against=True)
    why = "ECS added an instance for one that drains"
    yield GoOn(move, Do.UNDO, why, None, memory)
    yield Page(f"probe {part.name}", f"{part.name}: {why}, so nothing is given back there until you say otherwise.")


def _wants(workload: Workload, move: Move) -> bool:
    resized = workload.resized_at is not None and workload.resized_at > move.started_at
    return missing(workload) > 0 or resized or bool(workload.busy)


def _does_not_fit(ground: Ground, move: Move) -> str:
    for name in move.services:
        workload = ground.snapshot.services.get(name)
        if workload is None:
            continue
        if workload.service.placement_failure:
            return f"a task of service {name} finds no place ({workload.service.placement_failure})"
        since = workload.short_since
        if missing(workload) and since and since > move.started_at and ground.now - since >= PLACES:
            return f"a task of service {name} waits for a place"
    return ""


def _terminates(ground: Ground, group: Group, move: Move) -> Iterator[Act]:
    """A request to terminate is only a request. Whether it lowered the desired capacity tells which one to repeat."""
    if move.instance_id in group.capacity.leaving or ground.now < move.deadline:
        yield _wait(move, "Auto Scaling terminates it")
        return
    again = replace(move, deadline=ground.now + TERMINATES, revision=move.revision + 1)
    lowered = group.capacity.desired <= move.desired
    yield GoOn(move, Do.REPLACE if lowered else Do.TERMINATE, "it was to be gone by now", again)


def _wait(move: Move, why: str) -> GoOn:
    return GoOn(move, Do.WAIT, why, move)


def undone(ground: Ground, part: Part, move: Move, why: str) -> Iterator[Act]:
    yield GoOn(move, Do.UNDO, why, None, failed(part, ground.now))
    told = f"{move.instance_id} of {move.group} is ACTIVE again and {part.name} rests: {why}."
    yield Page(f"undone {part.name}", told)
