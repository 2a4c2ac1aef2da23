"""Look up what tasks ask of a host, for those who ask where they could go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ballast.aws import ecs_tasks
from ballast.facts.task import Service, Task, TaskKind

type Tasks = Mapping[str, tuple[Task, ...]]  # by EC2 instance id


def see_demands(
    cluster: str, tasks: Tasks, services: Mapping[str, Service]
) -> tuple[dict[str, tuple[Task, ...]], dict[str, Service]]:
    """The tasks with the demands of their definitions, and the services with where they run, if that matters."""
    from ballast.aws.task_definitions import demands_of  # noqa: PLC0415 - a drain that is forced asks for none

    wanted = {t.definition for some in tasks.values() for t in some if t.kind is TaskKind.SERVICE and t.definition}
    demands = demands_of(wanted)
    apart = [service.name for service in services.values() if service.constraints.distinct]
    hosts = ecs_tasks.hosts_of_services(cluster, apart)
    return (
        {i: tuple(replace(t, demands=demands.get(t.definition)) for t in some) for i, some in tasks.items()},
        {
            name: replace(service, constraints=replace(service.constraints, hosts=hosts.get(name)))
            for name, service in services.items()
        },
    )
