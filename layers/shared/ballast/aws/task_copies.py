"""Amazon ECS, task definitions: what would one more task of it reserve? A revision never changes, so each is read once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from ballast.aws.kept import kept
from ballast.aws.session import client
from ballast.aws.task_definitions import demands_from
from ballast.errors import CallFailedError, UnavailableError
from ballast.facts.demands import Demands
from ballast.facts.task import Task, TaskKind
from ballast.telemetry import logger
from ballast.value import dataclass

NEW_MOST = 40  # revisions that are read in one round; the others have their turn in the next ones
STOP_TIMEOUT_S = 30  # unless a container or the agent says otherwise


@dataclass(frozen=True, slots=True)
class Copy:
    """Sizes as ECS reserves them: of the task, or of its containers together."""

    definition: str
    cpu_units: int
    memory_mib: int
    sized: bool
    host_ports: frozenset[int]
    demands: Demands
    stop_timeout: timedelta

    def of(self, group: str) -> Task:
        """A task of the group (service:NAME or family:NAME) that is not there yet."""
        kind = TaskKind.SERVICE if group.startswith("service:") else TaskKind.STANDALONE
        return Task(
            "", group, kind, "PROVISIONING",
            cpu_units=self.cpu_units, memory_mib=self.memory_mib, sized=self.sized, host_ports=self.host_ports,
            definition=self.definition, demands=self.demands,
        )  # fmt: skip


def copies_of(definitions: Iterable[str]) -> dict[str, Copy]:
    """By ARN, or by FAMILY or FAMILY:REVISION as asked; those that cannot be read are left out.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html
    """
    known: dict[str, Copy] = kept("copies")
    found = {}
    asked = 0
    for name in sorted(set(definitions)):
        if name not in known:
            if asked >= NEW_MOST:
                continue
            asked += 1
            try:
                raw = client("ecs").describe_task_definition(taskDefinition=name)["taskDefinition"]
            except CallFailedError as error:
                logger.warning("a task definition cannot be read", definition=name, why=str(error))
                asked = NEW_MOST if isinstance(error, UnavailableError) else asked  # each refusal takes seconds
                continue
            found[name] = copy = copy_from(raw)
            kept("demands")[copy.definition] = copy.demands
            if name.startswith("arn:") or ":" in name:  # the newest of a family may be another one any time
                known[name] = copy
        else:
            found[name] = known[name]
    return found


def copy_from(raw: Any) -> Copy:
    """Of a task definition as ECS describes it."""
    containers = raw.get("containerDefinitions", [])
    memory = [max(int(c.get("memory") or 0), int(c.get("memoryReservation") or 0)) for c in containers]
    own_cpu, own_memory = int(raw.get("cpu") or 0), int(raw.get("memory") or 0)
    mapped = [port for container in containers for port in container.get("portMappings", [])]
    on_host = raw.get("networkMode") == "host"
    ports = {port.get("hostPort") or (port.get("containerPort") if on_host else 0) for port in mapped}
    stops = [container.get("stopTimeout") or STOP_TIMEOUT_S for container in containers]
    return Copy(
        definition=raw["taskDefinitionArn"],
        cpu_units=own_cpu or sum(int(container.get("cpu") or 0) for container in containers),
        memory_mib=own_memory or sum(memory),
        sized=bool(own_memory or (memory and all(memory))),
        host_ports=frozenset(ports - {0, None}) if raw.get("networkMode") != "awsvpc" else frozenset(),
        demands=demands_from(raw),
        stop_timeout=timedelta(seconds=max(stops, default=STOP_TIMEOUT_S)),
    )
