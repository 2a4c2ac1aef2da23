"""Does a dump hang together? Every name that it uses is in it, each once, and no number is one that cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from ballast.facts.view import EC2_INSTANCE_ID
from ballast_cli.dump.records import Dump

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
HOST_STATES = ("REGISTERING", "REGISTRATION_FAILED", "ACTIVE", "DRAINING", "DEREGISTERING", "INACTIVE")
STATES = ("pending", "running", "stopping", "stopped", "shutting-down", "terminated")
SLACK = timedelta(minutes=5)  # between clocks


def check(dump: Dump) -> str:
    """What is wrong first, in words; "" of one that can be played."""
    return next(_wrong(dump), "")


def _wrong(dump: Dump) -> Iterator[str]:
    if not EARLIEST <= dump.taken_at < LATEST:
        yield f"taken_at is {dump.taken_at:%Y-%m-%d}, which no clock of today shows"
    if not dump.cluster.name or "/" in dump.cluster.name:
        yield "cluster.name is no name of a cluster"
    lists = {
        "providers": [each.name for each in dump.providers],
        "groups": [each.name for each in dump.groups],
        "types": [each.name for each in dump.types],
        "instances": [each.id for each in dump.instances],
        "hosts": [each.id for each in dump.hosts],
        "services": [each.name for each in dump.services],
        "definitions": [each.name for each in dump.definitions],
        "tasks": [each.id for each in dump.tasks],
    }
    for where, names in lists.items():
        if twice := _twice(names):
            yield f"{where} has {twice} twice"
    yield from _names(dump)
    yield from _numbers(dump)


def _names(dump: Dump) -> Iterator[str]:
    providers = {each.name for each in dump.providers}
    types, definitions = {each.name for each in dump.types}, {each.name for each in dump.definitions}
    instances, hosts = {each.id for each in dump.instances}, {each.id for each in dump.hosts}
    members = [member.instance for group in dump.groups for member in group.members]
    pairs: tuple[tuple[str, str, Iterable[str | None], set[str]], ...] = (
        ("instances", "type", (i.type for i in dump.instances), types),
        ("groups", "type", (name for group in dump.groups for name in group.launches.types), types),
        ("groups", "instance", members, instances),
        ("services", "task definition", (s.definition for s in dump.services), definitions),
        ("services", "capacity provider", (i.provider for s in dump.services for i in s.strategy), providers),
        ("tasks", "task definition", (t.definition for t in dump.tasks), definitions),
        ("tasks", "container instance", (t.host for t in dump.tasks), hosts),
    )
    for where, what, named, known in pairs:
        if strange := sorted({name for name in named if name is not None} - known):
            yield f"{where} name the {what} {strange[0]}, which is not in the dump"
    if twice := _twice(members):
        yield f"instance {twice} is in two groups"
    for each in dump.instances:
        if not re.fullmatch(EC2_INSTANCE_ID, each.id):
            yield f"instances has {each.id}, which is no id of an EC2 instance"
        if not each.zone:
            yield f"instance {each.id} has no zone"


def _numbers(dump: Dump) -> Iterator[str]:
    for each in dump.instances:
        if each.state not in STATES:
            yield f"instance {each.id} is {each.state}, which is no state of EC2"
    for host in dump.hosts:
        if host.status not in HOST_STATES:
            yield f"container instance {host.id} is {host.status}, which is no status of ECS"
        if min(host.cpu, host.memory_mib, host.gpus) < 0:
            yield f"container instance {host.id} has less than nothing"
    for group in dump.groups:
        if not 0 <= group.minimum <= group.maximum or group.desired < 0:
            sizes = f"{group.minimum} to {group.maximum}, {group.desired} desired"
            yield f"group {group.name} has sizes that cannot be: {sizes}"
        if not group.zones:
            yield f"group {group.name} has no zone"
    yield from (f"a price of {name} is {usd}" for name, usd in dump.prices.on_demand.items() if usd < 0)
    yield from _work(dump)


def _work(dump: Dump) -> Iterator[str]:
    for service in dump.services:
        if min(service.desired, service.maximum_percent, service.minimum_healthy_percent) < 0:
            yield f"service {service.name} has numbers that cannot be"
    for definition in dump.definitions:
        if not re.fullmatch(r".+:\d{1,9}", definition.name):
            yield f"task definition {definition.name} is no family:revision"
        if min(definition.cpu, definition.memory_mib, definition.gpus) < 0:
            yield f"task definition {definition.name} reserves less than nothing"
    for task in dump.tasks:
        if task.created_at > dump.taken_at + SLACK:
            yield f"task {task.id} was created after the dump was taken"


def _twice(names: Iterable[str]) -> str:
    seen: set[str] = set()
    return next((name for name in names if name in seen or seen.add(name)), "")  # type: ignore[func-returns-value]
