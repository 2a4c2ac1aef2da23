"""A dump without the operator's own names: the same plan, other names.

What AWS publishes stays (Region, zones, instance types, sizes, prices, versions of Bottlerocket), and so do times and numbers.
A dump has no account, ARN, address or tag of others in it anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ballast_cli.dump.expressions import Meanings, meanings_of
from ballast_cli.dump.group_records import Group
from ballast_cli.dump.names import Known, known_in
from ballast_cli.dump.records import Cluster, Dump, Host, Instance, Provider, Stack
from ballast_cli.dump.work_records import Service, Task, TaskDefinition


def anonymised(dump: Dump) -> Dump:
    known = known_in(dump)
    meanings = meanings_of(dump, known)
    return replace(
        dump,
        anonymised=True,
        cluster=Cluster(known.cluster[dump.cluster.name], known.tags(dump.cluster.tags), dump.cluster.status),
        missing=(*map(known.sentence, dump.missing), *meanings.lost),
        stack=Stack(known.parameters(dump.stack.parameters)) if dump.stack else None,
        providers=tuple(_provider(each, known) for each in dump.providers),
        groups=tuple(_group(each, known) for each in dump.groups),
        instances=tuple(_instance(each, known) for each in dump.instances),
        hosts=tuple(_host(each, known, meanings) for each in dump.hosts),
        services=tuple(_service(each, known, meanings) for each in dump.services),
        definitions=tuple(_definition(each, known, meanings) for each in dump.definitions),
        tasks=tuple(_task(each, known) for each in dump.tasks),
    )


def _maybe(names: Mapping[str, str], name: str | None) -> str | None:
    return None if name is None else names.get(name, name)


def _provider(each: Provider, known: Known) -> Provider:
    return replace(each, name=known.providers[each.name], group=_maybe(known.groups, each.group))


def _group(each: Group, known: Known) -> Group:
    return replace(
        each,
        name=known.groups[each.name],
        tags=known.tags(each.tags),
        hooks=tuple(replace(hook, name=known.hooks[hook.name]) for hook in each.hooks),
        members=tuple(replace(member, instance=known.instances[member.instance]) for member in each.members),
    )


def _instance(each: Instance, known: Known) -> Instance:
    return replace(each, id=known.instances[each.id], subnet=_maybe(known.subnets, each.subnet))


def _host(each: Host, known: Known, meanings: Meanings) -> Host:
    return replace(
        each,
        id=known.hosts[each.id],
        instance=known.instances[each.instance],
        provider=_maybe(known.providers, each.provider),
        attributes={**known.attributes(each.attributes), **dict.fromkeys(meanings.chosen.get(each.id, ()))},
        tags=known.tags(each.tags),
    )


def _service(each: Service, known: Known, meanings: Meanings) -> Service:
    return replace(
        each,
        name=known.services[each.name],
        definition=known.definition(each.definition),
        strategy=tuple(replace(item, provider=known.providers[item.provider]) for item in each.strategy),
        members=_all(each.members, meanings),
        placement=tuple(known.strategy(written) for written in each.placement),
        deployments=tuple(replace(d, definition=known.definition(d.definition)) for d in each.deployments),
        tags=known.tags(each.tags),
    )


def _definition(each: TaskDefinition, known: Known, meanings: Meanings) -> TaskDefinition:
    attributes = tuple(sorted(known.attribute(name) for name in each.attributes))
    return replace(each, name=known.definition(each.name), attributes=attributes, members=_all(each.members, meanings))


def _all(members: Iterable[str], meanings: Meanings) -> tuple[str, ...]:
    return tuple(meanings.other[each] for each in members)


def _task(each: Task, known: Known) -> Task:
    return replace(
        each,
        id=known.tasks[each.id],
        group=known.task_group(each.group),
        definition=known.definition(each.definition),
        host=_maybe(known.hosts, each.host),
        provider=_maybe(known.providers, each.provider),
        tags=known.tags(each.tags),
    )
