"""Tasks on their container instances, those that wait for one, and those that stopped of late."""

from __future__ import annotations

from dataclasses import dataclass, field

from ballast_cli.dump.records import Dump
from ballast_cli.dump.work_records import Task
from ballast_cli.what_if.world.hosts import host_arn
from ballast_cli.what_if.world.services import spec_of
from simulator.world import World
from simulator.world.core.capacity_records import WaitingTask
from simulator.world.core.core import arn
from simulator.world.core.records import Cluster, ContainerInstance, Service
from simulator.world.core.records import Task as Played
from simulator.world.core.task_spec import TaskSpec

STARTING = ("PROVISIONING", "PENDING", "ACTIVATING")
FOR_LONG_S = 172_800.0  # API_UpdateTaskProtection allows no longer


def add_tasks(world: World, dump: Dump) -> None:
    placing = _Placing(world, dump, world.clusters[dump.cluster.name])
    for each in sorted(dump.tasks, key=lambda task: (task.stopped_at or task.created_at, task.id)):
        placing.add(each)
    for service in placing.cluster.services.values():
        if service.daemon:
            service.desired = len(service.tasks)
        if service.replaced is not None:
            old = (t for t in service.tasks.values() if t.started_by != service.deployment_id)
            service.leaving |= {task.arn: task for task in old if task.counted is not None}
        world.scheduler.touch(service)


@dataclass(slots=True)
class _Placing:
    """`specs`: one for all tasks that are alike."""

    world: World
    dump: Dump
    cluster: Cluster
    specs: dict[object, TaskSpec] = field(default_factory=dict)

    def add(self, each: Task) -> None:
        of_service = each.group.startswith("service:")
        service = self.cluster.services.get(each.group.removeprefix("service:")) if of_service else None
        if service is None and any(
            s.name == each.group.removeprefix("service:") for s in self.dump.services if of_service
        ):
            return  # of Fargate, or ECS Anywhere
        spec = self._spec(each, service)
        if each.host is not None:
            host = self.cluster.container_instances[host_arn(self.dump, each.host)]
            if each.last_status == "STOPPED":
                self._remember(host, each, spec, service)
            else:
                self._place(host, each, spec, service)
        elif each.last_status == "PROVISIONING" and each.provider:
            self._wait(each, spec, service)

    def _spec(self, each: Task, service: Service | None) -> TaskSpec:
        key = (each.group, each.definition, each.cpu, each.memory_mib, tuple(sorted(each.tags.items())))
        if key not in self.specs:
            definition = next(d for d in self.dump.definitions if d.name == each.definition)
            asked = next((s for s in self.dump.services if service and s.name == service.name), None)
            self.specs[key] = spec_of(definition, service=asked, task=each)
        return self.specs[key]

    def _arn(self, each: Task) -> str:
        return arn("ecs", f"task/{self.cluster.name}/{each.id}")

    def _place(self, host: ContainerInstance, each: Task, spec: TaskSpec, service: Service | None) -> None:
        seconds = self.world.clock.seconds
        created_s = seconds(each.created_at)
        named = WaitingTask(self._arn(each), self.cluster, spec, service, each.provider or "", created_s)
        runs, by = each.last_status not in STARTING, _started_by(each)
        task = self.world.tasks.start(
            host, spec, service, already_running=runs, provider=each.provider, waited=named, started_by=by
        )
        if runs:
            task.started_at_s = seconds(each.started_at) if each.started_at else created_s
        if service is not None:
            task.started_by = by or service.deployment_id
        if each.protected_until is not None:
            task.protected_until_s = seconds(each.protected_until)
        elif each.protection_unknown:
            task.protected_until_s = self.world.clock.now_s + FOR_LONG_S
        if each.desired_status == "STOPPED":
            self.world.tasks.stop(task, code=each.stop_code or "UserInitiated", reason="", cause="somebody")
            task.stopping_at_s = seconds(each.stopping_at) if each.stopping_at else task.stopping_at_s

    def _wait(self, each: Task, spec: TaskSpec, service: Service | None) -> None:
        """In PROVISIONING, as far as its provider lets tasks wait."""
        provider, cluster = each.provider or "", self.cluster
        if not self.world.scheduler.waiting.wait(cluster, spec, provider, service, started_by=_started_by(each)):
            return
        one = list(cluster.waiting.values())[-1]
        del cluster.waiting[one.arn]
        one.arn, one.created_at_s = self._arn(each), self.world.clock.seconds(each.created_at)
        cluster.waiting[one.arn] = one

    def _remember(self, host: ContainerInstance, each: Task, spec: TaskSpec, service: Service | None) -> None:
        seconds = self.world.clock.seconds
        task = Played(
            self._arn(each),
            host,
            spec,
            service,
            each.group,
            _started_by(each),
            seconds(each.created_at),
            each.provider,
            last_status="STOPPED",
            desired_status="STOPPED",
            stop_code=each.stop_code,
            started_at_s=seconds(each.started_at) if each.started_at else None,
            stopping_at_s=seconds(each.stopping_at) if each.stopping_at else None,
            stopped_at_s=seconds(each.stopped_at or each.created_at),
        )
        self.cluster.tasks[task.arn] = task
        self.cluster.stopped.append(task)
        host.ended.append(task)


def _started_by(each: Task) -> str | None:
    return f"ecs-svc/{each.deployment}" if each.deployment else None
