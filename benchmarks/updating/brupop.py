"""A model, not the program, of github.com/bottlerocket-os/bottlerocket-update-operator 1.4.0, carried over to ECS.

From its source (models/src/node, controller/src/scheduler, agent/src): each node checks for updates every 120 s; a
controller loop of 2 s lets `max_concurrent_updates` nodes move, fewest crashes first; an agent loop of 5 s carries each
state out: prepare and activate while it serves, cordon and drain (evictions 5 at a time, waits without limit), reboot,
compare the running version with the wanted one, uncordon. On an error: uncordon, and again after 2^crashes minutes.

What we made of Kubernetes: cordon and drain is DRAINING, which moves the tasks of services as their deployments allow;
the eviction of a bare pod is StopTask, since nothing starts it again either; a protected task is a pod whose disruption
budget allows none, which is tried again for ever. In its favour its calls take no time, and no wave holds a release back.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.updating.program import CLUSTER, Program, active_instances, call, set_status, start, tasks_on
from simulator.stage import Stage
from simulator.world import World
from simulator.world.bottlerocket.apiclient import run as run_on_host
from simulator.world.bottlerocket.host import BottlerocketHost
from simulator.world.core.records import Status

CONTROLLER_S, AGENT_S, CHECK_S = 2.0, 5.0, 120.0
LONGEST_BACKOFF_MINUTES = 24 * 60.0


@dataclass(slots=True)
class Node:
    """A BottlerocketShadow."""

    instance_id: str
    arn: str
    crashes: int = 0
    busy: bool = False
    retry_at_s: float = 0.0
    wants: str | None = None


class Brupop:
    def __init__(self, stage: Stage, concurrency: int) -> None:
        self._stage = stage
        self._world: World = stage.world
        self._concurrency = concurrency
        self._nodes = [Node(i["ec2InstanceId"], i["containerInstanceArn"]) for i in active_instances(self._world)]

    def controller(self) -> Program[None]:
        checked_s = -CHECK_S
        while True:
            if self._world.clock.now_s - checked_s >= CHECK_S:
                checked_s = self._world.clock.now_s
                self._check()
            free = self._concurrency - sum(node.busy for node in self._nodes)
            waiting = [n for n in self._nodes if n.wants and not n.busy and n.retry_at_s <= self._world.clock.now_s]
            for node in sorted(waiting, key=lambda n: n.crashes)[:free]:
                node.busy = True
                start(self._stage, self._update(node))
            yield CONTROLLER_S if waiting or free < self._concurrency else CHECK_S

    def _check(self) -> None:
        for node in self._nodes:
            host = self._world.bottlerocket.require(node.instance_id)
            if host.online and not node.busy:
                self._world.bottlerocket.refresh(host)
                node.wants = host.chosen if host.chosen != host.version else None

    def _update(self, node: Node) -> Program[None]:
        host, wanted = self._world.bottlerocket.require(node.instance_id), node.wants
        yield from self._on_host(host, "apiclient update apply")
        yield AGENT_S
        set_status(self._world, node.arn, "DRAINING")
        yield from self._evict(node)
        yield AGENT_S
        yield from self._on_host(host, "apiclient reboot")
        while not (host.online and self._connected(node)):
            yield AGENT_S
        if host.version == wanted:
            node.crashes, node.wants = 0, None
        else:
            node.crashes += 1
            node.retry_at_s = self._world.clock.now_s + 60 * min(2.0**node.crashes, LONGEST_BACKOFF_MINUTES)
        yield AGENT_S
        set_status(self._world, node.arn, "ACTIVE")
        node.busy = False

    def _evict(self, node: Node) -> Program[None]:
        for task in tasks_on(self._world, node.arn):
            if not task["group"].startswith("service:"):
                call(self._world, "ecs", "StopTask", cluster=CLUSTER, task=task["taskArn"])
        host = self._world.clusters[CLUSTER].by_ec2_id[node.instance_id]
        while any(task.service is None or not task.service.daemon for task in host.unfinished.values()):
            yield AGENT_S

    def _on_host(self, host: BottlerocketHost, line: str) -> Program[None]:
        running = run_on_host(self._world.bottlerocket, host, line)
        yield running.seconds
        running.finish()

    def _connected(self, node: Node) -> bool:
        found = self._world.clusters[CLUSTER].by_ec2_id[node.instance_id]
        return found.agent_connected and found.status is not Status.INACTIVE
