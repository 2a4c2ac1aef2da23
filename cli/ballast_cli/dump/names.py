"""Which names does a dump have, and what is each called in its place?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ballast.drain.triggers import OUR_HOOK
from ballast.policy.rebalance_settings import SPARE
from ballast.policy.settings import CLUSTER_TAG
from ballast.records.pause import TAG as PAUSED_TAG
from ballast.value import dataclass
from ballast_cli.dump.pseudonyms import Names, hexadecimal, numbered
from ballast_cli.dump.query import OF_AWS, named_in
from ballast_cli.dump.records import Dump

# Attributes of AWS whose value is an id of the account.
IDS = frozenset({"ecs.ami-id", "ecs.subnet-id", "ecs.vpc-id", "ecs.outpost-arn", "ecs.awsvpc-trunk-id"})
PUBLIC_HOOKS = (OUR_HOOK, "ecs-managed-draining-termination-hook")
SPARE_NAMES = ("RebalanceSpare", "ballast:rebalance-spare")
WORDS = ("UpdateAlarms", "ballast:update-alarms", "UpdateCalendars", "ballast:update-calendars")


@dataclass(frozen=True, slots=True)
class Known:
    """What stands for each name, by kind. `own`: names of attributes that somebody put; `values`: theirs, and ids."""

    cluster: Names
    providers: Names
    groups: Names
    services: Names
    families: Names
    task_groups: Names
    instances: Names
    hosts: Names
    tasks: Names
    subnets: Names
    hooks: Names
    own: Names
    values: Names
    words: Names

    def definition(self, name: str) -> str:
        family, _, revision = name.rpartition(":")
        return f"{self.families[family]}:{revision}"

    def task_group(self, group: str) -> str:
        kind, _, name = group.partition(":")
        if kind == "service" and name in self.services:
            return f"service:{self.services[name]}"
        if kind == "family" and name in self.families:
            return f"family:{self.families[name]}"
        return self.task_groups.get(group, group)

    def attribute(self, name: str) -> str:
        return self.own.get(name, name)

    def value(self, attribute: str, value: str) -> str:
        return self.values.get(value, value) if attribute in self.own or attribute in IDS else value

    def attributes(self, found: Mapping[str, str | None]) -> dict[str, str | None]:
        return {self.attribute(k): None if v is None else self.value(k, v) for k, v in found.items()}

    def strategy(self, written: str) -> str:
        start = "spread:attribute:"
        name = written.removeprefix(start)
        return f"{start}{self.attribute(name)}" if written.startswith(start) else written

    def tags(self, tags: Mapping[str, str]) -> dict[str, str]:
        return {key: self._setting(key, value) for key, value in tags.items()}

    def parameters(self, given: Mapping[str, str]) -> dict[str, str]:
        return {key: self._setting(key, value) for key, value in given.items()}

    def _setting(self, key: str, value: str) -> str:
        """Of all settings only these hold names."""
        if key == CLUSTER_TAG:
            return self.cluster.get(value, "another-cluster")
        if key in SPARE_NAMES:
            return re.sub(SPARE, self._spare, value)
        if key == PAUSED_TAG:
            first = value.partition(" ")[0]
            return first if re.fullmatch(r"\d{4}-\S+|true|false", first) else "a-reason"
        return " ".join(self.words[word] for word in value.split()) if key in WORDS else value

    def _spare(self, found: re.Match[str]) -> str:
        family, colon, revision = found[2].partition(":")
        on = f" on {self.providers.get(found[3], 'provider-0')}" if found[3] else ""
        return f"{found[1]} x {self.families.get(family, 'family-0')}{colon}{revision}{on}"

    def sentence(self, text: str) -> str:
        """Of what is missing: groups and instances may be named in it."""
        names = {**self.groups, **self.instances, **self.cluster}
        return re.sub(r"[\w.-]+", lambda word: names.get(word[0], word[0]), text)


def known_in(dump: Dump) -> Known:
    asked = named_in(dump)
    families = {d.name.rpartition(":")[0] for d in dump.definitions}
    own = {name for host in dump.hosts for name in host.attributes if not name.startswith(OF_AWS)} | asked.attributes
    own |= {name for d in dump.definitions for name in d.attributes if not name.startswith(OF_AWS)}
    groups = {task.group for task in dump.tasks if task.group.partition(":")[0] not in ("service", "family")}
    settings = (dump.cluster.tags, dump.stack.parameters if dump.stack else {})
    words = {word for given in settings for key in WORDS for word in given.get(key, "").split()}
    hooks = {hook.name for group in dump.groups for hook in group.hooks}
    return Known(
        cluster={dump.cluster.name: "cluster-1"},
        providers=numbered((p.name for p in dump.providers), "provider"),
        groups=numbered((g.name for g in dump.groups), "group"),
        services=numbered((s.name for s in dump.services), "service"),
        families=numbered(families, "family"),
        task_groups=numbered(groups | asked.task_groups, "tasks"),
        instances=hexadecimal(_instances(dump), "i-"),
        hosts=hexadecimal((h.id for h in dump.hosts), digits=32),
        tasks=hexadecimal((t.id for t in dump.tasks), digits=32),
        subnets=hexadecimal((i.subnet for i in dump.instances if i.subnet), "subnet-"),
        hooks=numbered(hooks - set(PUBLIC_HOOKS), "hook") | {name: name for name in PUBLIC_HOOKS},
        own=numbered(own, "attribute"),
        values=numbered(set(_values(dump, own)) | asked.values, "value"),
        words=numbered(words, "name"),
    )


def _instances(dump: Dump) -> Iterator[str]:
    yield from (each.id for each in dump.instances)
    yield from (host.instance for host in dump.hosts)


def _values(dump: Dump, own: set[str]) -> Iterator[str]:
    for host in dump.hosts:
        yield from (v for k, v in host.attributes.items() if v is not None and (k in own or k in IDS))
