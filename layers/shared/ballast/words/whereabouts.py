"""What on-call reads about instances that are listed twice, or elsewhere, and about what becomes of their cluster and group."""

from __future__ import annotations

from datetime import datetime

from ballast.facts.view import Cluster, View
from ballast.records.watch import Watch
from ballast.words.codes import LIFECYCLE_HOOK_PUT, Code
from ballast.words.incident import Incident, count, group_link, instance_links, runs, say, span
from ballast.words.notice import Notice, Severity
from ballast.words.watching import of_watch


def stale_record(view: View, watch: Watch, now: datetime) -> Notice:
    stale = [record for record in view.records if not record.agent_connected and record.cluster == view.cluster.name]
    tasks = sum(record.running_tasks + record.pending_tasks for record in stale)
    named = ", ".join(record.arn.rpartition("/")[2] for record in stale[:5])
    return say(
        of_watch(view.cluster, watch, view.instance_id, instance_links(view.cluster, view.instance_id, view.instance)), Code.STALE_RECORD, Severity.TICKET, now,
        title=f"{view.instance_id} listed twice: old record is left",
        what=f"ECS lists {view.instance_id} twice: container instance {named} is left over, without an agent.",
        why="The agent lost its data, or was told of another cluster, and registered again.",
        impact=f"ECS counts {count(tasks, 'task')} there, which it can neither stop nor see; a scale-in waits for them.",
        next="Deregister it by force once you know that its tasks do not run. Ballast does when EC2 has ended the instance.",
    )  # fmt: skip


def stale_record_gone(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        of_watch(cluster, watch, watch.subject), Code.STALE_RECORD_GONE, Severity.INFO, now,
        title=f"{watch.subject} listed once again",
        what=f"ECS lists {watch.subject} once again, or not at all, after {span(watch.since, now)}.",
        why="ECS says so.", impact="None any more.", next="Nothing more to do.", closes=True,
    )  # fmt: skip


def cluster_not_active(cluster: Cluster, watch: Watch, under_way: int, now: datetime) -> Notice:
    return say(
        of_watch(cluster, watch), Code.CLUSTER_NOT_ACTIVE, Severity.TICKET, now,
        title=f"cluster is {cluster.status}: {runs(under_way, "drain", "goes", "go")} on",
        what=f"Cluster {cluster.name} is {cluster.status} while {runs(under_way, 'instance', 'is', 'are')} being drained.",
        why="ECS says so; somebody changes or deletes it, or its capacity providers failed.",
        impact="ECS may not start replacements there.",
        next="Ballast goes on with what is under way, hooks included. Look at the cluster's status in ECS.",
    )  # fmt: skip


def cluster_active(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        of_watch(cluster, watch), Code.CLUSTER_ACTIVE, Severity.INFO, now,
        title=f"cluster is {cluster.status or "ACTIVE"} again",
        what=f"Cluster {cluster.name} is {cluster.status or "ACTIVE"}, and nothing is held up, after {span(watch.since, now)}.",
        why="ECS says so.", impact="None.", next="Nothing more to do.", closes=True,
    )  # fmt: skip


def warm_pool_reuse(cluster: Cluster, group: str, at: datetime, now: datetime) -> Notice:
    key = f"{cluster.name}/{group}/warm-pool/{at:%Y%m%d}"
    return say(
        Incident(cluster.name, None, LIFECYCLE_HOOK_PUT, key, at, (group_link(cluster, group),), about=group),
        Code.WARM_POOL_REUSE, Severity.TICKET, now, closes=True,
        title=f"{group} reuses instances: its warm pool is set so",
        what=f"Auto Scaling group {group} puts instances that it takes out of service back into its warm pool.",
        why="Its warm pool has ReuseOnScaleIn, which neither ECS nor Ballast supports.",
        impact="Ballast drains them all the same, and sets them ACTIVE when they are in service again.",
        next="Switch ReuseOnScaleIn off.",
    )  # fmt: skip
