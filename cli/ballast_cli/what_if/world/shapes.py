"""What instances of a type offer to ECS: as each has registered, and as the next one will."""

from __future__ import annotations

from functools import cached_property

from ballast.aws.group_offers import nominal_memory
from ballast.aws.instance_types import CPU_UNITS
from ballast.facts.demands import least_task_interfaces
from ballast_cli.dump.records import Dump, Host, Type
from simulator.world.core.records import Shape


class Shapes:
    def __init__(self, dump: Dump) -> None:
        self._types = {each.name: each for each in dump.types}
        self._instances = {each.id: each for each in dump.instances}
        self._hosts = {host.instance: host for host in dump.hosts}
        self._group_of = {m.instance: group.name for group in dump.groups for m in group.members}

    def of(self, instance_id: str) -> Shape:
        """Of what runs; one that has not registered is as others of its group."""
        instance, host = self._instances[instance_id], self._hosts.get(instance_id)
        if host is None:
            return self.of_next(self._group_of.get(instance_id), instance.type)
        return self._shape(instance.type, host.cpu, host.memory_mib, host.gpus)

    def of_next(self, group: str | None, name: str) -> Shape:
        """The least that one of the type has registered, in the group or anywhere; else its size, less what the system takes."""
        for found in (self._least.get((group, name)), self._least.get((None, name))):
            if found is not None:
                return self._shape(name, *found)
        size = self._types.get(name) or Type(name, 0, 0)
        return self._shape(name, size.vcpus * CPU_UNITS, nominal_memory(size.memory_mib), size.gpus)

    @cached_property
    def _least(self) -> dict[tuple[str | None, str], tuple[int, int, int]]:
        found: dict[tuple[str | None, str], tuple[int, int, int]] = {}
        for host in self._hosts.values():
            if host.instance not in self._instances or not host.memory_mib:
                continue
            name = self._instances[host.instance].type
            for key in ((self._group_of.get(host.instance), name), (None, name)):
                known = found.get(key, _size(host))
                found[key] = (min(known[0], host.cpu), min(known[1], host.memory_mib), min(known[2], host.gpus))
        return found

    def _shape(self, name: str, cpu: int, memory_mib: int, gpus: int) -> Shape:
        size = self._types.get(name) or Type(name, 0, 0)
        return Shape(
            name,
            cpu=cpu,
            memory_mib=memory_mib,
            gpus=gpus,
            task_enis=max(0, size.interfaces - 1),
            trunk_enis=least_task_interfaces(name, trunking=True),
            nominal_memory_mib=size.memory_mib,
        )


def _size(host: Host) -> tuple[int, int, int]:
    return host.cpu, host.memory_mib, host.gpus
