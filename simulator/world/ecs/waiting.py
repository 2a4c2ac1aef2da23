"""Tasks with a capacity provider strategy: which provider takes each, and how they wait for an instance of it.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-scaling-behavior.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

from simulator.world.core.capacity_records import StrategyItem, WaitingTask
from simulator.world.core.core import Core, arn
from simulator.world.core.records import Cluster, Service
from simulator.world.core.task_spec import TaskSpec
from simulator.world.ecs.placement import find_host, find_host_for, why_nothing_fits
from simulator.world.ecs.service_events import announce
from simulator.world.ecs.tasks import Tasks

# "Tasks will wait in PROVISIONING for 10 to 30 minutes": https://github.com/aws/containers-roadmap/issues/2381
GIVES_UP_SECONDS = (600.0, 1800.0)
MOST_WAITING = 500  # a quota of the cluster; https://docs.aws.amazon.com/general/latest/gr/ecs-service.html


class Waiting:
    def __init__(self, core: Core, tasks: Tasks) -> None:
        self._core = core
        self._tasks = tasks
        self.touch: Callable[[Service], None] = lambda _: None  # has the scheduler look at it

    def place(self, service: Service, missing: int) -> int:
        """Start what fits, oldest first; let the rest wait. Answers how many can neither start nor wait.

        That a task waits is no placement failure: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
        """
        waiting = self.of(service)
        for one in waiting[max(0, missing) :]:  # less is desired than waits
            del service.cluster.waiting[one.arn]
        unplaced, full = 0, set()
        for number in range(max(0, missing)):
            known = waiting[number] if number < len(waiting) else None
            provider = known.provider if known else next_provider(service)
            host = None if provider in full else find_host(service, provider)
            if host is not None:
                self._tasks.start(host, service.spec, service, provider=provider, waited=self._leave(known))
                continue
            full.add(provider)
            if known is None:
                unplaced += not self.wait(service.cluster, service.spec, provider, service)
        waits = bool(self.of(service))
        if unplaced or waits:
            service.cluster.blocked[service.name] = service
        else:
            service.cluster.blocked.pop(service.name, None)
        if waiting and not waits and missing > 0:
            arns = [arn("ecs", f"capacity-provider/{item.provider}") for item in service.strategy]
            announce(self._core, service, "INFO", "CAPACITY_PROVIDER_STEADY_STATE", capacityProviderArns=arns)
        return unplaced

    def of(self, service: Service) -> list[WaitingTask]:
        return [one for one in service.cluster.waiting.values() if one.service is service]

    def wait(
        self,
        cluster: Cluster,
        spec: TaskSpec,
        provider: str,
        service: Service | None = None,
        *,
        started_by: str | None = None,
    ) -> bool:
        """In PROVISIONING, which exists only with managed scaling; False where it cannot wait."""
        known = cluster.providers.get(provider)
        if known is None or known.scaling is None or len(cluster.waiting) >= MOST_WAITING:
            return False
        one = WaitingTask(
            arn=arn("ecs", f"task/{cluster.name}/{self._core.hex(32)}"),
            cluster=cluster,
            spec=spec,
            service=service,
            provider=provider,
            created_at_s=self._core.clock.now_s,
            started_by=service.deployment_id if service else started_by,
        )
        one.timer = self._core.clock.after(self._core.between(GIVES_UP_SECONDS), partial(self._give_up, one))
        cluster.waiting[one.arn] = one
        self._core.note("task_waits", task=one.arn, cluster=cluster.name, group=one.group, provider=provider)
        return True

    def room_appears(self, cluster: Cluster) -> None:
        """Standalone tasks start; those of services are their scheduler's to place."""
        for one in [one for one in cluster.waiting.values() if one.service is None]:
            host = find_host_for(cluster, one.spec, one.provider)
            if host is not None:
                self._tasks.start(
                    host, one.spec, None, started_by=one.started_by, provider=one.provider, waited=self._leave(one)
                )

    def stop(self, one: WaitingTask, code: str, reason: str) -> None:
        """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html."""
        self._leave(one)
        one.stopped_at_s, one.stop_code, one.stopped_reason = self._core.clock.now_s, code, reason
        one.cluster.gave_up.append(one)
        self._core.note("task_gave_up", task=one.arn, cluster=one.cluster.name, group=one.group, reason=reason)

    def _leave(self, one: WaitingTask | None) -> WaitingTask | None:
        if one is not None:
            one.cluster.waiting.pop(one.arn, None)
            if one.timer is not None:
                one.timer.cancel()
        return one

    def _give_up(self, one: WaitingTask) -> None:
        if one.arn in one.cluster.waiting:
            self.stop(one, "TaskFailedToStart", f"TaskFailedToStart: {self.why(one)}")
            if one.service is not None:  # which ECS says now, and starts another
                reason = self.why(one)
                announce(self._core, one.service, "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE", reason=reason)
                self.touch(one.service)

    def why(self, one: WaitingTask) -> str:
        """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html."""
        of_provider = [h for h in one.cluster.room if h.instance.capacity_provider == one.provider]
        return why_nothing_fits(one.cluster, one.spec) if of_provider else "EMPTY CAPACITY PROVIDER"


def next_provider(service: Service) -> str:
    """First every base, then whoever is furthest below its share by weight; 0 is never used beyond its base.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
    """
    counts = Counter(task.provider for task in service.tasks.values() if task.arn not in service.leaving)
    counts.update(one.provider for one in service.cluster.waiting.values() if one.service is service)
    for item in service.strategy:
        if counts[item.provider] < item.base:
            return item.provider

    def share(item: StrategyItem) -> float:
        return (counts[item.provider] - item.base) / item.weight

    return min((item for item in service.strategy if item.weight), key=share).provider
