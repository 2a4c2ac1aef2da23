"""Availability Zone rebalancing of services: a task more in the lightest zone, then one fewer in the heaviest.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/track-service-rebalancing.html
"""

from __future__ import annotations

from collections import Counter

from simulator.world.core.core import Core
from simulator.world.core.records import ContainerInstance, Service
from simulator.world.ecs.placement import fits
from simulator.world.ecs.scheduler import Scheduler
from simulator.world.ecs.service_events import announce
from simulator.world.ecs.tasks import Tasks

NOTICES_AFTER_S = 120.0  # AWS gives no time
UNEVEN = 2  # one zone has so many tasks more than another


class ZoneRebalancing:
    """On EC2 it never launches an instance, and protected tasks or a deployment block it."""

    def __init__(self, core: Core, scheduler: Scheduler, tasks: Tasks) -> None:
        self._core = core
        self._scheduler = scheduler
        self._tasks = tasks
        self._looks: set[str] = set()  # services that are about to be looked at, by ARN
        self._under_way: set[str] = set()
        scheduler.watchers.append(self._on_look)
        scheduler.first_to_go = self._first_to_go

    def _on_look(self, service: Service) -> None:
        if service.zone_rebalancing and service.steady and service.arn not in self._looks:
            self._looks.add(service.arn)
            delay_s = 0.0 if service.arn in self._under_way else NOTICES_AFTER_S
            self._core.clock.after(delay_s, lambda: self._rebalance(service))

    def _rebalance(self, service: Service) -> None:
        self._looks.discard(service.arn)
        if service.replaced is not None or not service.steady or service.maximum <= service.desired:
            self._stop(service)
            return
        hosts = self._light_hosts(service)
        if hosts is None:
            self._end(service, "SERVICE_REBALANCING_COMPLETED")
            return
        host = next((host for host in hosts if fits(host, service.spec)), None)
        if host is None or all(map(self._scheduler.protected, service.tasks.values())):
            self._stop(service)
            return
        if service.arn not in self._under_way:
            self._under_way.add(service.arn)
            announce(self._core, service, "INFO", "SERVICE_REBALANCING_STARTED")
        service.steady = False
        self._tasks.start(
            host, service.spec, service, provider=host.instance.capacity_provider if service.strategy else None
        )

    def _light_hosts(self, service: Service) -> list[ContainerInstance] | None:
        """Those of the zone with the fewest tasks; None where the zones are even."""
        names = {item.provider for item in service.strategy}
        hosts = [h for h in service.cluster.room if not names or h.instance.capacity_provider in names]
        zones = {host.instance.zone for host in hosts}
        counts = {zone: service.per_zone.get(zone, 0) for zone in zones}
        if not counts or max(service.per_zone.values(), default=0) - min(counts.values()) < UNEVEN:
            return None
        lightest = min(sorted(zones), key=lambda zone: counts[zone])
        return [host for host in hosts if host.instance.zone == lightest]

    def _stop(self, service: Service) -> None:
        self._end(service, "SERVICE_REBALANCING_STOPPED")

    def _end(self, service: Service, name: str) -> None:
        if service.arn in self._under_way:
            self._under_way.discard(service.arn)
            announce(self._core, service, "INFO", name)

    def _first_to_go(self, service: Service) -> str | None:
        """The zone that a scale-in takes from, where zones are kept even: the fullest."""
        if not service.zone_rebalancing:
            return None
        counts = Counter(task.host.instance.zone for task in service.tasks.values())
        return max(sorted(counts), key=lambda zone: counts[zone], default=None)
