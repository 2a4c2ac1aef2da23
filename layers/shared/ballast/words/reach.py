"""What on-call reads about a group or cluster that AWS does not tell about."""

from __future__ import annotations

import re
from datetime import datetime

from ballast.facts.view import Cluster
from ballast.records.watch import Watch
from ballast.words.codes import Code
from ballast.words.incident import group_link, say
from ballast.words.notice import Notice, Severity
from ballast.words.watching import of_watch

WHY_MOST = 500  # characters of what AWS said


def said_by_aws(why: str) -> str:
    """The error code in AWS's words, where there is one: `AccessDenied`."""
    code = re.search(r"\b[A-Z][a-z]+(?:[A-Z][A-Za-z]+)+\b", why)
    return code.group().removesuffix("Exception") if code else "see why"


def group_unreachable(cluster: Cluster, watch: Watch, why: str, now: datetime) -> Notice:
    return say(
        of_watch(cluster, watch, links=(group_link(cluster, watch.subject),), about=watch.subject),
        Code.GROUP_UNREACHABLE, Severity.TICKET, now,
        title=f"{watch.subject} cannot be looked at: {said_by_aws(why)}",
        what=f"Auto Scaling group {watch.subject} of cluster {cluster.name} cannot be looked at.",
        why=f"{why[:WHY_MOST].rstrip(".")}.",
        impact="Its instances may be terminated without a drain; the other groups of the cluster are looked after.",
        next="If the group is deleted, remove its capacity provider from the cluster; else see why AWS refuses. "
        "Ballast asks again in each round.",
    )  # fmt: skip


def group_reachable(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        of_watch(cluster, watch, links=(group_link(cluster, watch.subject),), about=watch.subject),
        Code.GROUP_REACHABLE, Severity.INFO, now,
        title=f"{watch.subject} can be looked at again",
        what=f"Auto Scaling group {watch.subject} can be looked at again, or is not of cluster {cluster.name} any more.",
        why="The sweep has asked again.", impact="None.", next="Nothing more to do.", closes=True,
    )  # fmt: skip


def cluster_unreachable(cluster: Cluster, watch: Watch, why: str, now: datetime) -> Notice:
    return say(
        of_watch(cluster, watch),
        Code.CLUSTER_UNREACHABLE, Severity.TICKET, now,
        title=f"cluster cannot be looked at: {said_by_aws(why)}",
        what=f"Cluster {cluster.name} cannot be looked at.",
        why=f"{why[:WHY_MOST].rstrip(".")}.",
        impact="Drains there begin late and are not followed; hooks that hold instances get their heartbeats all the same.",
        next="See why AWS refuses: permissions, or calls of others that use up the account's rate. "
        "Ballast asks again in each round.",
    )  # fmt: skip


def cluster_reachable(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        of_watch(cluster, watch), Code.CLUSTER_REACHABLE, Severity.INFO, now,
        title="cluster can be looked at again",
        what=f"Cluster {cluster.name} can be looked at again.",
        why="ECS answers.", impact="None.", next="Nothing more to do.", closes=True,
    )  # fmt: skip
