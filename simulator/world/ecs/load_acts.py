"""How the load of services moves: desired counts, daily curves, deployments; see docs/simulator.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from simulator.world.core.records import Service
from simulator.world.ecs.deployments import Breaker
from simulator.world.ecs.service_events import announce
from simulator.world.ecs.task_counts import note_counts
from simulator.world.parts import Parts

DAY_S = 86_400.0


class LoadActs(Parts):
    def scale_service(self, cluster: str, service: str, desired: int) -> None:
        """A person's UpdateService: ECS sends no SERVICE_DESIRED_COUNT_UPDATED for it.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
        """
        self._set_count(self._replicas(cluster, service), desired)

    def step_service(
        self, cluster: str, service: str, change: int, *, minimum: int = 1, maximum: int | None = None
    ) -> None:
        """A step of Service Auto Scaling, within its limits; none inwards while a deployment is in progress.

        Whether SERVICE_DESIRED_COUNT_UPDATED tells of it: `world.readings.autoscaling_tells_desired`.
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
        """
        record = self._replicas(cluster, service)
        if change < 0 and record.replaced is not None:
            return
        wanted = max(minimum, record.desired + change)
        self._autoscale(record, wanted if maximum is None else min(maximum, wanted))

    def follow_curve(self, cluster: str, service: str, curve: Sequence[float], *, every_s: float = 300.0) -> None:
        """Service Auto Scaling follows a day's curve, day by day: equal parts of the day from 00:00 UTC, joined by lines.

        24 values are hours. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
        """
        record = self._replicas(cluster, service)

        def follow() -> None:
            now = self.clock.utc
            at = (now.hour * 3600 + now.minute * 60 + now.second) / DAY_S * len(curve)
            low, high = curve[int(at) % len(curve)], curve[(int(at) + 1) % len(curve)]
            wanted = round(low + (high - low) * (at - int(at)))
            if wanted >= record.desired or record.replaced is None:
                self._autoscale(record, wanted)
            self.clock.after(every_s, follow)

        follow()

    def deploy(
        self,
        cluster: str,
        service: str,
        *,
        cpu: int | None = None,
        memory_mib: int | None = None,
        start_seconds: tuple[float, float] | None = None,
        fails: bool = False,
        circuit_breaker: Breaker | None = None,
    ) -> None:
        """A rolling update to a new revision, of another size where said.

        Tasks of one that `fails` stop before they run. `circuit_breaker`, kept by the service: `off` tries again for ever,
        `stop` gives up, `rollback` goes back to the last revision that was completed.
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
        """
        record = self._replicas(cluster, service)
        spec = record.spec
        changed = replace(
            spec,
            revision=spec.revision + 1,
            cpu=spec.cpu if cpu is None else cpu,
            memory_mib=spec.memory_mib if memory_mib is None else memory_mib,
            start_seconds=start_seconds or spec.start_seconds,
            fails=fails,
        )
        starts = self.deployments.starts[record.arn]
        starts.breaker = circuit_breaker or starts.breaker
        self.deployments.begin(record, changed)

    def _replicas(self, cluster: str, service: str) -> Service:
        record = self.cluster(cluster).services[service]
        if record.daemon:
            raise ValueError(f"{service} is a daemon: it has no desired count of its own")
        return record

    def _autoscale(self, service: Service, desired: int) -> None:
        if desired == service.desired:
            return
        self._set_count(service, desired)
        if self.readings.autoscaling_tells_desired:
            announce(self, service, "INFO", "SERVICE_DESIRED_COUNT_UPDATED")

    def _set_count(self, service: Service, desired: int) -> None:
        service.desired = max(0, desired)
        service.steady = False
        self.note("desired_count", service=service.name, desired=service.desired)
        note_counts(self, service)
        self.scheduler.touch(service)
