"""What on-call reads about our lifecycle hook on a group."""

from __future__ import annotations

from datetime import datetime

from ballast.facts.view import Cluster
from ballast.words.codes import LIFECYCLE_HOOK_PUT, Code
from ballast.words.incident import Incident, group_link, say
from ballast.words.notice import Notice, Severity, Would


def hook_put(cluster: Cluster, group: str, now: datetime) -> Notice:
    return say(
        _of_group(cluster, group, now), Code.LIFECYCLE_HOOK_PUT, Severity.INFO, now, closes=True,
        title=f"hook put on {group}: its instances are drained",
        what=f"Lifecycle hook ballast-drain is put on Auto Scaling group {group}.",
        why="The group had neither ECS managed draining nor our hook, so its instances went without a drain.",
        impact="From now on they are drained before they are terminated.",
        next="Set PutLifecycleHooks=false to manage hooks yourself.",
        would=Would(
            f"Lifecycle hook ballast-drain would be put on Auto Scaling group {group}.",
            "None: its instances go on being terminated without a drain.",
            "Set PutLifecycleHooks=false to manage hooks yourself.",
        ),
    )  # fmt: skip


def group_not_tagged(cluster: Cluster, group: str, now: datetime) -> Notice:
    return say(
        _of_group(cluster, group, now), Code.GROUP_NOT_TAGGED, Severity.TICKET, now, closes=True,
        title=f"{group} is not drained: tag ballast:managed lacks",
        what=f"Auto Scaling group {group} of cluster {cluster.name} lacks the tag ballast:managed=true.",
        why="It is the group of no capacity provider, and Ballast's role may only touch groups that ECS or you have tagged.",
        impact="Its instances are terminated without a drain.",
        next="Tag the group ballast:managed=true, or set PutLifecycleHooks=false.",
    )  # fmt: skip


def group_operated(cluster: Cluster, group: str, operator: str, now: datetime) -> Notice:
    return say(
        _of_group(cluster, group, now), Code.GROUP_OPERATED, Severity.TICKET, now, closes=True,
        title=f"{group} is left alone: another operates it",
        what=f"Auto Scaling group {group} of cluster {cluster.name} may be changed by its operator {operator} alone.",
        why="AWS says so of the group (Operator).",
        impact="Ballast puts no hook there, begins no voluntary drain and updates nothing.",
        next=f"Update and drain its instances by {operator}; forced drains go on.",
    )  # fmt: skip


def _of_group(cluster: Cluster, group: str, now: datetime) -> Incident:
    """One a day: a reminder, not a stream."""
    key = f"{cluster.name}/{group}/hook/{now:%Y%m%d}"
    return Incident(cluster.name, None, LIFECYCLE_HOOK_PUT, key, now, (group_link(cluster, group),), about=group)
