"""How a scenario says which services and tasks there are; they run at once, without events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from simulator.world.core.capacity_records import StrategyItem
from simulator.world.core.core import arn
from simulator.world.core.records import Service, Task
from simulator.world.core.task_spec import TaskSpec
from simulator.world.ecs.placement import find_host
from simulator.world.ecs.placement_strategies import read_strategies
from simulator.world.ecs.query_language import test_of
from simulator.world.ecs.task_counts import note_counts
from simulator.world.ecs.waiting import next_provider
from simulator.world.parts import Parts

LONGEST_PROTECTION_S = 2880 * 60.0  # API_UpdateTaskProtection


class WorkloadBuilding(Parts):
    def add_service(
        self,
        cluster: str,
        name: str,
        *,
        desired: int = 1,
        cpu: int = 256,
        memory_mib: int = 512,
        minimum_healthy_percent: int = 100,
        maximum_percent: int = 200,
        daemon: bool = False,
        start_seconds: tuple[float, float] = (5.0, 20.0),
        stop_seconds: tuple[float, float] = (2.0, 30.0),
        deregistration_delay_s: float = 0.0,
        protected: bool = False,
        host_port: int | None = None,
        binpack: bool = False,
        tags: Mapping[str, str] | None = None,
        task_tags: Mapping[str, str] | None = None,
        launch_type: str = "EC2",
        member_of: Iterable[str] = (),
        constrained_by_service: bool = True,
        distinct_instance: bool = False,
        gpus: int = 0,
        awsvpc: bool = False,
        requires_attributes: Iterable[str] = (),
        has_task_size: bool = True,
        capacity_providers: Iterable[str | StrategyItem] = (),
        placement: Sequence[str] | None = None,
        zone_rebalancing: bool = False,
    ) -> Service:
        """A service whose tasks run already, as far as they fit; what does not fit, the scheduler goes on to place.

        `member_of`: expressions of the cluster query language, in the service or in its task definition.
        `capacity_providers`: its strategy in place of a launch type, by name where the weight is 1.
        `placement`: strategies in their order, such as `spread:instanceId`, `binpack:cpu`, `random`.
        Without `has_task_size` the task itself states neither CPU nor memory; its container reserves them.
        """
        home = self.cluster(cluster)
        spec = TaskSpec(
            family=name,
            cpu=cpu,
            memory_mib=memory_mib,
            start_seconds=start_seconds,
            stop_seconds=stop_seconds,
            deregistration_delay_s=deregistration_delay_s,
            host_port=host_port,
            tags=tuple((task_tags or {}).items()),
            launch_type=launch_type,
            gpus=gpus,
            awsvpc=awsvpc,
            member_of=tuple(member_of),
            constrained_by_service=constrained_by_service,
            distinct_instance=distinct_instance,
            requires_attributes=tuple(requires_attributes),
            has_task_size=has_task_size,
        )
        for expression in spec.member_of:
            test_of(expression)  # an expression that cannot be read is told now
        service = Service(
            name=name,
            arn=arn("ecs", f"service/{home.name}/{name}"),
            cluster=home,
            spec=spec,
            desired=0 if daemon else desired,
            minimum_healthy_percent=minimum_healthy_percent,
            maximum_percent=maximum_percent,
            daemon=daemon,
            protected_for_s=LONGEST_PROTECTION_S if protected else None,
            binpack=binpack,
            deployment_id=f"ecs-svc/{self.rng.randrange(10**18, 10**19)}",
            created_at_s=self.clock.now_s,
            tags=dict(tags or {}),
            placement=None if placement is None else read_strategies(placement),
            zone_rebalancing=zone_rebalancing,
            strategy=tuple(i if isinstance(i, StrategyItem) else StrategyItem(i) for i in capacity_providers),
        )
        home.services[name] = service
        if daemon:
            for host in list(home.container_instances.values()):
                self.daemons.fill(host, already_running=True)
        else:
            while len(service.tasks) < desired:
                provider = next_provider(service) if service.strategy else None
                place = find_host(service, provider)
                if place is None:
                    break
                self.tasks.start(place, spec, service, already_running=True, provider=provider)
            self.scheduler.touch(service)
        note_counts(self, service)
        return service

    def run_task(
        self,
        cluster: str,
        family: str = "batch",
        *,
        on: str,
        cpu: int = 256,
        memory_mib: int = 512,
        stop_seconds: tuple[float, float] = (2.0, 30.0),
        started_by: str | None = None,
        tags: Mapping[str, str] | None = None,
        has_task_size: bool = True,
    ) -> Task:
        """A standalone task on the EC2 instance `on`: no service replaces it, no drain stops it."""
        host = self.cluster(cluster).by_ec2_id[on]
        spec = TaskSpec(
            family,
            cpu,
            memory_mib,
            stop_seconds=stop_seconds,
            tags=tuple((tags or {}).items()),
            launch_type="EXTERNAL" if host.instance.external else "EC2",
            has_task_size=has_task_size,
        )
        return self.tasks.start(host, spec, None, started_by=started_by, already_running=True)
