"""Which instances belong together, and what may be done there? A part is a capacity provider, or a group without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from ballast.facts.group import why_operated
from ballast.facts.view import Cluster
from ballast.rebalance.snapshot import Group, Instance, Provider, Snapshot
from ballast.records.rebalancing import Move, ProviderMemory
from ballast.value import dataclass

HUNDRED_PERCENT = 100
STOPPED = ("Launch", "Terminate", "AlarmNotification")  # suspended, each leaves a group that nobody resizes as planned


class Mode(StrEnum):
    """OWN: nobody else resizes it. ASSIST: ECS managed scaling does, and we never do what it would undo. REPORT: hands off."""

    OWN = "own"
    ASSIST = "assist"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Part:
    """`name` is the provider's, or "" and the group's. `why`: the sentence why it is in REPORT."""

    name: str
    mode: Mode
    why: str
    provider: Provider | None
    group: Group | None
    instances: tuple[Instance, ...]
    memory: ProviderMemory
    moves: tuple[Move, ...]

    @property
    def of_provider(self) -> str:
        return self.provider.name if self.provider else ""

    @property
    def ecs_scales(self) -> bool:
        return self.provider is not None and self.provider.managed_scaling


def parts(snapshot: Snapshot) -> tuple[Part, ...]:
    """In a stable order. Instances of no provider and no group are one part, which is in REPORT."""
    groups = {group.name: group for group in snapshot.groups}
    members: dict[tuple[str, str], list[Instance]] = {(p.name, p.group or ""): [] for p in snapshot.providers}
    of_providers = {p.group for p in snapshot.providers}
    members |= {("", name): [] for name in groups if name not in of_providers}
    for instance in snapshot.instances:
        members.setdefault((instance.host.capacity_provider or "", instance.group or ""), []).append(instance)
    providers = {provider.name: provider for provider in snapshot.providers}
    memories = {memory.provider: memory for memory in snapshot.memories}
    made = []
    for (provider, group), instances in sorted(members.items()):
        name, whose = provider or group, (providers.get(provider), groups.get(group))
        why = next(_refusals(snapshot, provider, group, *whose), "")
        memory = memories.get(name, ProviderMemory(snapshot.cluster.name, name))
        if not why and memory.drain_counts_against:
            why = "ECS launched an instance for one that Ballast drained; it stays so until an operator says otherwise"
        mode = Mode.REPORT if why else Mode.ASSIST if whose[0] and whose[0].managed_scaling else Mode.OWN
        moves = tuple(m for m in snapshot.moves if (m.provider, m.group) == (provider, group))
        if whose[0] and group != (whose[0].group or ""):
            name = f"{provider} in {group or 'no group'}"  # a part of its own, as names tell parts apart
        made.append(Part(name, mode, why, *whose, tuple(sorted(instances, key=lambda i: i.id)), memory, moves))
    return tuple(made)


def sharing(among: Iterable[Part], part: Part) -> tuple[Part, ...]:
    """The parts whose room and whose groups its tasks may use: its own, or for tasks by launch type each like it.

    Those are the parts without a provider that may be resized; the part itself stands in for its namesake.
    """
    if part.of_provider or part.mode is not Mode.OWN:
        return (part,)
    others = (p for p in among if not p.of_provider and p.group and p.mode is Mode.OWN)
    return tuple(part if p.name == part.name else p for p in others)


def families(parts: Sequence[Part]) -> Iterator[tuple[Part, ...]]:
    """All of them, those together that share their room."""
    for part in parts:
        family = sharing(parts, part)
        if family[0].name == part.name:
            yield family


def whose(parts: Iterable[Part]) -> dict[str, Part]:
    """The part of each of their instances, by instance id."""
    return {i.id: part for part in parts for i in part.instances}


def _refusals(
    snapshot: Snapshot, provider: str, group: str, of_ecs: Provider | None, described: Group | None
) -> Iterator[str]:
    """Why nothing is to be done there, in sentences; the first counts."""
    if provider and of_ecs is None:
        yield f"capacity provider {provider} could not be read"
    if of_ecs and of_ecs.kind != "EC2":
        yield f"capacity provider {provider} is of {of_ecs.kind}, where AWS itself adds and removes capacity"
    if not group:
        yield "its instances are in no Auto Scaling group that is known"
    if described is None:
        yield f"Auto Scaling group {group} could not be read"
        return
    if of_ecs and of_ecs.group != group:
        yield f"its instances are in Auto Scaling group {group}, and that of the provider is {of_ecs.group}"
    if of_ecs and of_ecs.updating:
        yield f"capacity provider {provider} is being changed ({of_ecs.updating})"
    yield from _of_group(described, _users(snapshot, group))
    if of_ecs and of_ecs.managed_scaling and not 1 <= of_ecs.target_percent <= HUNDRED_PERCENT:
        yield f"the target capacity of {provider} is {of_ecs.target_percent} %; it must be 1 to 100"


def _users(snapshot: Snapshot, group: str) -> list[str]:
    return sorted(p.name for p in snapshot.providers if p.group == group)


def _of_group(group: Group, users: list[str]) -> Iterator[str]:
    name, seen = group.name, group.capacity
    if why := why_operated(name, seen.operator):
        yield why
    if seen.shared:
        yield f"Auto Scaling group {name} has instances of two clusters"
    if len(users) > 1:
        yield f"Auto Scaling group {name} belongs to {len(users)} capacity providers: {', '.join(users)}"
    if group.weighted:
        yield f"Auto Scaling group {name} counts its instances by weight, which ECS does not support"
    if group.refreshing:
        yield f"an instance refresh of Auto Scaling group {name} runs"
    if group.replacing:
        yield f"Auto Scaling group {name} replaces instances of its own accord"
    if suspended := [p for p in STOPPED if p in group.suspended or (p == "Launch" and seen.launches_suspended)]:
        yield f"process {suspended[0]} of Auto Scaling group {name} is suspended"
    if seen.shift and seen.shift.unknown:
        yield f"nobody knows whether a zonal shift moves Auto Scaling group {name} away from a zone"
    if not 0 <= group.min_size <= group.max_size or seen.desired < 0:
        sizes = f"{group.min_size} to {group.max_size}, desired {seen.desired}"
        yield f"the sizes of Auto Scaling group {name} make no sense: {sizes}"


def serving(instances: Iterable[Instance]) -> Iterator[Instance]:
    """Those that ECS places tasks on: a warm pool's are no capacity yet, and one that leaves is none any more."""
    for instance in instances:
        connected = instance.host.status == "ACTIVE" and instance.host.agent_connected
        if connected and instance.lifecycle_state == "InService":
            yield instance


def brake(cluster: Cluster, instances: Iterable[Instance]) -> str:
    """Why nothing is given back anywhere: more than a fifth of the agents is gone, so the picture is not to be trusted."""
    ours = [i for i in instances if not cluster.managed_by_ecs(i.host) and not i.lifecycle_state.startswith("Warmed")]
    states = Counter(i.host.agent_connected for i in ours)
    lost = states[False]
    if lost > 1 and lost * 5 > len(ours):
        return f"{lost} of {len(ours)} ECS agents are disconnected"
    return ""
