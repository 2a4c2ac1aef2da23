"""What on-call reads about the instances of a group or a cluster together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ballast.facts.capacity import GroupCapacity
from ballast.facts.loss import Loss
from ballast.facts.view import Cluster
from ballast.records.watch import Size, Watch
from ballast.words.codes import Code
from ballast.words.incident import Incident, cluster_link, count, few, group_link, runs, say, span
from ballast.words.notice import Notice, Severity


def replacement_missing(cluster: Cluster, watch: Watch, group: GroupCapacity, now: datetime) -> Notice:
    there = len(group.in_service) + len(group.starting)
    why = "Its process Launch is suspended." if group.launches_suspended else "Its activity history says why."
    resume = "Resume the process Launch" if group.launches_suspended else "Read the group's activity history"
    return say(
        _of_group(cluster, watch), Code.REPLACEMENT_MISSING, Severity.TICKET, now,
        title=f"{group.group} launches too few: {"Launch is suspended" if group.launches_suspended else f"{there} of {group.desired} there"}",
        what=f"Auto Scaling group {group.group} has {there} of the {count(group.desired, 'instance')} that it should have, "
        f"and has launched no other for {span(watch.since, now)}.",
        why=why,
        impact=f"Each that is missing uses up the disruption budget of cluster {cluster.name}: "
        "voluntary drains and updates wait once it is used up.",
        next=f"{resume}; this closes once every instance is launched. Lower the desired capacity if fewer are enough.",
    )  # fmt: skip


def replacement_back(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        _of_group(cluster, watch), Code.REPLACEMENT_BACK, Severity.INFO, now, closes=True,
        title=f"{watch.subject} launches again: nothing missing",
        what=f"Auto Scaling group {watch.subject} lacks no launch any more, after {span(watch.since, now)}.",
        why="As many instances are launched or in service as the group should have.", impact="None any more.",
        next="Nothing to do.",
    )  # fmt: skip


def not_registered(cluster: Cluster, watch: Watch, instance_ids: Sequence[str], now: datetime) -> Notice:
    are = "is in service and has" if len(instance_ids) == 1 else "are in service and have"
    return say(
        _of_group(cluster, watch), Code.NOT_REGISTERED, Severity.TICKET, now,
        title=f"{watch.subject}: {runs(len(instance_ids), "instance", "has", "have")} not joined ECS",
        what=f"{count(len(instance_ids), 'instance')} of Auto Scaling group {watch.subject} {are} not joined cluster "
        f"{cluster.name} for {span(watch.since, now)}: {', '.join(few(instance_ids))}.",
        why="The ECS agent does not start there, is told of another cluster, or cannot reach ECS. "
        "If the AMI, user data or role has changed lately, look there first.",
        impact="What has not joined costs and runs no task, and it uses up the disruption budget: "
        "voluntary drains and updates of the cluster wait once that is used up.",
        next="Read the log of the ECS agent on one of them, put the launch template right, and terminate them. "
        "This closes once each has joined or is gone.",
    )  # fmt: skip


def registered(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        _of_group(cluster, watch), Code.REGISTERED, Severity.INFO, now, closes=True,
        title=f"{watch.subject}: every instance has joined ECS, or is gone",
        what=f"Each instance of Auto Scaling group {watch.subject} that had not joined cluster {cluster.name} "
        f"has joined or is gone, after {span(watch.since, now)}.",
        why="ECS lists it, or the group has it in service no more.", impact="None any more.", next="Nothing to do.",
    )  # fmt: skip


def fleet_lost(cluster: Cluster, watch: Watch, loss: Loss) -> Notice:
    before = loss.before
    agents = f" ({loss.agents} of them with a disconnected agent)" if loss.agents else ""
    joined = f"; {count(loss.joined, 'new one')} joined meanwhile" if loss.joined else ""
    where = f" Those whose agent is gone were all in {loss.zone}, where none is left." if loss.zone else ""
    left = ", ".join(f"{number} in {zone}" for zone, number in sorted(loss.left.items())) or "none"
    return say(
        _of_cluster(cluster, watch), Code.FLEET_LOST, Severity.PAGE, watch.since,
        title=f"{loss.gone} of {before.serving} instances lost within 5 min",
        what=f"Cluster {cluster.name} has lost {loss.gone} of {count(before.serving, 'container instance')} "
        f"within five minutes{agents}{joined}. In service now: {left}.{where}",
        why="Nobody lowered the desired capacity so far. A zone, Spot, a health check or a script takes so many at once.",
        impact=f"The tasks that ran on them need room on the {sum(loss.left.values())} in service, or wait for new ones.",
        next="Find out what took them: compare the zones above, and read the groups' activity histories. "
        "Auto Scaling launches others; Ballast goes on with the drains that cannot wait. "
        "This closes when nine of ten are in service again.",
    )  # fmt: skip


def fleet_back(cluster: Cluster, watch: Watch, size: Size, now: datetime) -> Notice:
    return say(
        _of_cluster(cluster, watch), Code.FLEET_BACK, Severity.INFO, now, closes=True,
        title=f"{size.serving} of {size.wanted} instances in service again",
        what=f"Cluster {cluster.name} has {count(size.serving, 'container instance')} in service again, "
        f"after {span(watch.since, now)}.",
        why=f"It should have {size.wanted} now.", impact="None any more.", next="Nothing to do.",
    )  # fmt: skip


def _of_cluster(cluster: Cluster, watch: Watch) -> Incident:
    return Incident(cluster.name, None, watch.kind, watch.incident, watch.since, (cluster_link(cluster),))


def _of_group(cluster: Cluster, watch: Watch) -> Incident:
    links = (group_link(cluster, watch.subject),)
    return Incident(cluster.name, None, watch.kind, watch.incident, watch.since, links, about=watch.subject)
