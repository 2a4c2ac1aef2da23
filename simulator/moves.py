"""What the ledger says of moves goes into the journal as it is written, beside what the world looks like then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from simulator.ledger_watch import Item, watch_items, words_of
from simulator.world.core.records import Cluster, ContainerInstance, Service
from simulator.world.core.task_spec import TaskSpec

if TYPE_CHECKING:
    from simulator.stage import Stage

MOVE = "move"  # in the journal: `instance`, `cluster`, `group`, `provider`, `method`, `phase`, `headroom`
PREFIX = "move#"
UNPLACED = "unplaced"  # how many tasks of a service can neither start nor wait, whenever that changes
REBALANCE, SPARE = "ballast:rebalance", "ballast:rebalance-spare"


def watch_moves(stage: Stage) -> None:
    """One fact for each phase that a move enters, and for each change in what has no room."""

    def told(_: str, item: Item) -> Mapping[str, str]:
        return words_of(item, "group", "provider", "method", "phase")

    def note(cluster: str, instance: str, now: Mapping[str, str]) -> None:
        headroom = headroom_of(stage, cluster, instance)
        stage.world.note(MOVE, cluster=cluster, instance=instance, headroom=headroom, **now)

    watch_items(stage, PREFIX, told, note)
    without_room: dict[str, int] = {}

    def looked(service: Service) -> None:
        if without_room.get(service.arn, 0) != service.unplaced:
            without_room[service.arn] = service.unplaced
            stage.world.note(UNPLACED, cluster=service.cluster.name, service=service.name, tasks=service.unplaced)

    stage.world.scheduler.watchers.append(looked)


def rebalances(stage: Stage, cluster: str) -> bool:
    """Whether the operator has it on there, or had it so at first: by the tag or for every cluster."""
    chosen = stage.scenario.parameters.get("Rebalance", "report")
    return cluster in stage.switched_on or stage.world.clusters[cluster].tags.get(REBALANCE, chosen) == "on"


def headroom_of(stage: Stage, cluster: str, but: str = "") -> dict[str, tuple[int, int]]:
    """By task definition: the copies that are to have room, and those that have, with `but` gone."""
    home = stage.world.clusters[cluster]
    return {name: (copies, _fits(home, spec, but)) for name, copies, spec in _wanted(home)}


def _wanted(home: Cluster) -> Iterator[tuple[str, int, TaskSpec]]:
    """As the tag has it: `2 x api`, more of them after `plus`; with a provider or windows it is not counted here."""
    for part in home.tags.get(SPARE, "").split(" plus "):
        copies, _, name = part.strip().partition(" x ")
        service = home.services.get(name.partition(":")[0].strip())
        if copies.isdigit() and service is not None:
            yield name.strip(), int(copies), service.spec


def _fits(home: Cluster, spec: TaskSpec, but: str) -> int:
    hosts = (host for host in home.by_ec2_id.values() if host.placeable and host.instance.id != but)
    return sum(_copies(host, spec) for host in hosts)


def _copies(host: ContainerInstance, spec: TaskSpec) -> int:
    most = min(host.free_cpu // max(1, spec.cpu), host.free_memory_mib // max(1, spec.memory_mib))
    if spec.gpus:
        most = min(most, host.free_gpus // spec.gpus)
    return max(0, min(most, host.free_enis) if spec.awsvpc else most)
