"""One cluster, as AWS describes it now. Describe, List and Get calls only, in pages and batches, with the operator's own rights.

What may not be asked, or is not answered, is named in the dump; only of the cluster itself everything must be known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from ballast.aws import ecs_clusters, operator_calls
from ballast.aws.session import client
from ballast.errors import BallastError
from ballast_cli.dump.ask_ec2 import instances_of, types_of
from ballast_cli.dump.ask_groups import groups_of
from ballast_cli.dump.ask_hosts import hosts_of
from ballast_cli.dump.ask_prices import prices_of
from ballast_cli.dump.ask_providers import providers_of
from ballast_cli.dump.ask_work import definitions_of, services_of, tasks_of
from ballast_cli.dump.fields import ours, tags_of
from ballast_cli.dump.group_records import Group
from ballast_cli.dump.records import VERSION, Cluster, Dump, Stack
from ballast_cli.dump.stack_parameters import kept
from ballast_cli.dump.troubles import Troubles
from ballast_cli.dump.work_records import Task


class NoClusterError(BallastError):
    """Names those that there are."""


def ask(cluster: str, stack: str, now: datetime) -> Dump:
    """Raises BallastError where the cluster is not there, or what runs in it cannot be told."""
    raw = _described(cluster)
    troubles = Troubles()
    providers = providers_of(cluster, raw, now, troubles)
    services = services_of(cluster, troubles)
    tasks = tasks_of(cluster, troubles)
    hosts = hosts_of(cluster, troubles)
    tasks = _on(tasks, {host.id for host in hosts})
    loose = [host.instance for host in hosts if host.provider not in {p.name for p in providers if p.group}]
    groups = groups_of(cluster, [p.group for p in providers if p.group], loose, now, troubles)
    ids = {host.instance for host in hosts} | {m.instance for group in groups for m in group.members}
    instances = instances_of(ids, hosts, troubles)
    there = {each.id for each in instances}
    groups = tuple(_known(group, there) for group in groups)
    names = {each.type for each in instances} | {name for group in groups for name in group.launches.types}
    wanted = {s.definition for s in services}  # what an older deployment runs is in its tasks
    deployed = troubles.tried("the stack's parameters, so the defaults hold", lambda: operator_calls.find_stack(stack))
    return Dump(
        ballast_dump=VERSION,
        taken_at=now.replace(microsecond=0),
        region=client("ecs").meta.region_name,
        cluster=Cluster(cluster, ours(tags_of(raw)), raw.get("status", "ACTIVE")),
        stack=Stack(kept(deployed.parameters)) if deployed else None,
        providers=providers,
        groups=groups,
        types=types_of(names, troubles),
        prices=prices_of(instances, groups, client("ecs").meta.region_name, now, troubles),
        instances=instances,
        hosts=hosts,
        services=services,
        definitions=definitions_of(wanted | {task.definition for task in tasks}),
        tasks=tasks,
        missing=troubles.sentences,
    )


def _described(cluster: str) -> Any:
    asked: Any = {"clusters": [cluster], "include": ["TAGS", "ATTACHMENTS"]}
    found = client("ecs").describe_clusters(**asked)["clusters"]
    if not found or found[0].get("status") == "INACTIVE":
        names = sorted(ecs_clusters.cluster_names())
        region = client("ecs").meta.region_name
        there = f"but {_listed(names)}" if names else "and no other"
        raise NoClusterError(
            f"There is no cluster {cluster} in {region}, {there}; --region and --profile look elsewhere"
        )
    return found[0]


def _listed(names: list[str], most: int = 8) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _on(tasks: Iterable[Task], hosts: Collection[str]) -> tuple[Task, ...]:
    """Those that wait, and those on these hosts: not what stopped with one that is gone, or never had one."""
    return tuple(t for t in tasks if (t.host in hosts if t.host else t.last_status != "STOPPED"))


def _known(group: Group, there: Collection[str]) -> Group:
    """Without members that EC2 does not describe (yet, or any more)."""
    return replace(group, members=tuple(m for m in group.members if m.instance in there))
