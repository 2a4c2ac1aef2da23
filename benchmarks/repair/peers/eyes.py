"""What do the peers see, and what can they do? Kubernetes' words for it, carried over to ECS.

A node that is not ready is a host whose agent is disconnected or whose container runtime is broken: the kubelet says of the
latter "container runtime is down" and its node is not ready. A node that never registered is an instance in service that
its cluster does not list. What they read is never late and costs nothing, in their favour.

Kubernetes itself moves the pods of a node that has not been ready for five minutes, one node in ten seconds, but none
where more than two nodes of a zone and 55 % of it are so, yet not all, nor where none is ready anywhere (of up to 50 nodes);
here that is DRAINING, for which ECS starts the replacements first, as Kubernetes does not.
https://kubernetes.io/docs/concepts/architecture/nodes/#rate-limits-on-eviction
https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions
"""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.rebalance.peers.hands import PEER
from simulator.world import World
from simulator.world.core.errors import AwsError
from simulator.world.core.records import ContainerInstance, Status

CLUSTER, GROUP = "prod", "web"
EVICTED_AFTER_S = 300.0
UNHEALTHY_ZONE, FEW = 0.55, 2


@dataclass(slots=True)
class Eyes:
    """`not_ready`, `absent`: since when, by instance; of those that the group has in service."""

    world: World
    not_ready: dict[str, float] = field(default_factory=dict)
    absent: dict[str, float] = field(default_factory=dict)
    drained: set[str] = field(default_factory=set)

    def look(self) -> None:
        now_s = self.world.clock.now_s
        hosts, members = self.hosts, [m for m in self.world.groups.groups[GROUP].staying if m.state == "InService"]
        ill = [i for i, host in hosts.items() if not host.agent_connected or host.instance.fault == "starts_nothing"]
        gone = [m.instance.id for m in members if m.instance.id not in hosts]
        self.not_ready = {i: self.not_ready.get(i, now_s) for i in ill}
        self.absent = {i: self.absent.get(i, now_s) for i in gone}

    @property
    def hosts(self) -> dict[str, ContainerInstance]:
        listed = self.world.clusters[CLUSTER].by_ec2_id
        return {i: host for i, host in listed.items() if not host.instance.going and host.instance.group == GROUP}

    def evict(self) -> None:
        """What Kubernetes does to pods of nodes that are not ready, and undoes."""
        hosts, now_s = self.hosts, self.world.clock.now_s
        for instance in [i for i in self.drained if i in hosts and i not in self.not_ready]:
            self.drained.discard(instance)
            self._set(hosts[instance], Status.ACTIVE)
        for instance, since_s in self.not_ready.items():
            zone = hosts[instance].instance.zone
            there = [i for i, host in hosts.items() if host.instance.zone == zone]
            ill = sum(i in self.not_ready for i in there)
            disrupted = FEW < ill < len(there) and ill / len(there) >= UNHEALTHY_ZONE
            held = disrupted or len(self.not_ready) == len(hosts)
            if now_s - since_s >= EVICTED_AFTER_S and not held and instance not in self.drained:
                self.drained.add(instance)
                self._set(hosts[instance], Status.DRAINING)
                return

    def end(self, instance: str, *, fewer: bool = False) -> None:
        """Its group ends it, and launches another unless `fewer` are wanted."""
        wanted = {"InstanceId": instance, "ShouldDecrementDesiredCapacity": fewer}
        try:
            self.world.handle("autoscaling", "TerminateInstanceInAutoScalingGroup", wanted, actor=PEER)
        except AwsError:
            return  # somebody else has ended it
        self.drained.discard(instance)

    def launch(self) -> None:
        desired = self.world.groups.groups[GROUP].desired + 1
        wanted = {"AutoScalingGroupName": GROUP, "DesiredCapacity": desired}
        self.world.handle("autoscaling", "SetDesiredCapacity", wanted, actor=PEER)

    def _set(self, host: ContainerInstance, status: Status) -> None:
        wanted = {"cluster": CLUSTER, "containerInstances": [host.arn], "status": status.value}
        self.world.handle("ecs", "UpdateContainerInstancesState", wanted, actor=PEER)
