"""What is next for a move under way? Each ends: given back, taken by somebody else, undone, or dropped before it drains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from ballast.facts.task import TaskKind
from ballast.rebalance import settle_launch
from ballast.rebalance.acts import Act, Do, GoOn, Page
from ballast.rebalance.demand import missing
from ballast.rebalance.floor import Size
from ballast.rebalance.ground import Ground, live
from ballast.rebalance.limits import Limits
from ballast.rebalance.parts import Part
from ballast.rebalance.receivers import Places
from ballast.rebalance.removable import is_empty
from ballast.rebalance.rests import failed
from ballast.rebalance.snapshot import Group, Instance, Workload
from ballast.records.rebalancing import Move, MovePhase
from ballast.words.incident import count

STALE = timedelta(minutes=2)  # what ECS answers may be so old
PLACES = timedelta(minutes=2)  # in which ECS finds a place for a task, if there is one
ECS_TAKES = timedelta(minutes=2)  # since ECS lowered the size, it may be about to take this very instance
TERMINATES = timedelta(minutes=5)  # a request that was heard shows at once; ECS takes what stands empty for 15


def settle(ground: Ground, part: Part) -> Iterator[Act]:
    """One step for each move of the part, whatever the policy says by now: what was begun is brought to its end."""
    group = part.group
    for move in part.moves:
        for act in _step(ground, part, group, move):
            if group and isinstance(act, GoOn) and act.do is Do.TERMINATE:
                group = _smaller(group, act.move.instance_id)  # what is next of this round sees it so
            yield act


def _smaller(group: Group, instance_id: str) -> Group:
    seen = group.capacity
    return replace(group, capacity=replace(seen, desired=seen.desired - 1, in_service=seen.in_service - {instance_id}))


def _step(ground: Ground, part: Part, group: Group | None, move: Move) -> Iterator[Act]:
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
        yield from settle_launch.step(ground, part, move, instance)
    elif move.phase is MovePhase.DRAINING:
        yield from _drains(ground, part, group, move, instance)
    else:
        yield from _terminates(ground, part, group, move, instance)


def _drains(ground: Ground, part: Part, group: Group, move: Move, instance: Instance | None) -> Iterator[Act]:
    if instance is None:
        yield _wait(move, "ECS does not list it, and Auto Scaling does")
    elif part.ecs_scales and group.ecs_raised_at and group.ecs_raised_at > move.started_at:
        yield from _ecs_added(ground, part, move)
    elif why := _does_not_fit(ground, move):
        yield from undone(ground, part, move, why)
    elif instance.host.status == "ACTIVE" and ground.now - move.started_at > STALE:
        yield _let_go(ground, part, move)
    elif instance.lifecycle_state.startswith("Terminating"):
        yield _wait(move, "Auto Scaling terminates it")
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
    if pause := ground.snapshot.cluster.policy.pause(ground.now):
        yield GoOn(move, Do.UNDO, pause.words, None)
        return
    if (why := why_not_smaller(ground, part, group)) or instance.lifecycle_state != "InService":
        yield from undone(ground, part, move, why or f"Auto Scaling has it {instance.lifecycle_state}")
    elif lowered or group.capacity.desired != has:
        wants = f"the group wants {group.capacity.desired} of {count(has, 'instance')}"
        if ground.now >= move.deadline:
            yield from undone(ground, part, move, wants)
        else:
            yield _wait(move, f"{'ECS made the group smaller' if lowered else wants}, so it may go by itself")
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
    if name := _without_room(ground, part, move):
        yield from undone(
            ground, part, move, f"ECS added capacity, as a moved task of service {name} found its room taken"
        )
        return
    memory = replace(failed(part, ground.now), drain_counts_against=True)
    why = "ECS added an instance for one that drains"
    yield GoOn(move, Do.UNDO, why, None, memory)
    yield Page(f"probe {part.name}", f"{part.name}: {why}, so nothing is given back there until you say otherwise.")


def _without_room(ground: Ground, part: Part, move: Move) -> str:
    """A service of the move whose tasks are not yet elsewhere, and for which there is no room left, or "".

    By the tasks that are listed: ECS still counts those that drain, and may count those that wait as pending.
    """
    going = {each.instance_id for each in ground.snapshot.moves}
    there = [t for i in ground.snapshot.instances if i.id not in going for t in i.tasks or () if not t.ordered]
    for name in move.services:
        workload = ground.snapshot.services.get(name)
        if workload is None or workload.copy is None:
            continue
        homeless = workload.service.desired - sum(t.service == name and t.kind is TaskKind.SERVICE for t in there)
        wanted = {ground.asks.of(workload.copy).name: max(0, homeless)}
        if homeless > 0 and Places(ground, live(part), wanted, asked=()).homeless_tasks:
            return name
    return ""


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


def _terminates(ground: Ground, part: Part, group: Group, move: Move, instance: Instance | None) -> Iterator[Act]:
    """A request to terminate is only a request. A group that has more than it wants was lowered for it already."""
    if move.instance_id in group.capacity.leaving or ground.now < move.deadline:
        yield _wait(move, "Auto Scaling terminates it")
        return
    has, wants = len(group.capacity.in_service) + len(group.capacity.starting), group.capacity.desired
    if instance is not None and instance.host.status == "ACTIVE":
        yield _let_go(ground, part, move)
    elif instance is not None and not is_empty(ground, instance):
        yield from undone(ground, part, move, "it has tasks again")
    elif wants > has:
        yield from undone(ground, part, move, f"the group wants {wants} by now and has {has}")
    elif wants >= has and (pause := ground.snapshot.cluster.policy.pause(ground.now)):
        yield GoOn(move, Do.UNDO, pause.words, None)
    else:
        lowered, deadline = wants < has, ground.now + TERMINATES
        again = replace(move, deadline=deadline, desired=wants if lowered else wants - 1, revision=move.revision + 1)
        yield GoOn(move, Do.REPLACE if lowered else Do.TERMINATE, "it was to be gone by now", again)


def _let_go(ground: Ground, part: Part, move: Move) -> GoOn:
    why = "it is ACTIVE again: its drain was given up, or somebody set it so"
    return GoOn(move, Do.DROP, why, None, failed(part, ground.now))


def _wait(move: Move, why: str) -> GoOn:
    return GoOn(move, Do.WAIT, why, move)


def undone(ground: Ground, part: Part, move: Move, why: str) -> Iterator[Act]:
    yield GoOn(move, Do.UNDO, why, None, failed(part, ground.now))
    told = f"{move.instance_id} of {move.group} is ACTIVE again and {part.name} rests: {why}."
    yield Page(f"undone {part.name}", told)
