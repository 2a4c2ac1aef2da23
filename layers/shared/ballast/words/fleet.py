"""What on-call reads about the instances of a group or a cluster together."""

from __future__ import annotations

from datetime import datetime

from ballast.facts.capacity import GroupCapacity
from ballast.facts.view import Cluster
from ballast.records.watch import Watch
from ballast.words.codes import Code
from ballast.words.incident import Incident, count, group_link, say, span
from ballast.words.notice import Notice, Severity


def replacement_missing(cluster: Cluster, watch: Watch, group: GroupCapacity, now: datetime) -> Notice:
    there = len(group.in_service) + len(group.starting)
    why = "Its process Launch is suspended." if group.launches_suspended else "Its activity history says why."
    resume = "Resume the process Launch" if group.launches_suspended else "Read the group's activity history"
    return say(
        _of_group(cluster, watch), Code.REPLACEMENT_MISSING, Severity.TICKET, now,
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
        what=f"Auto Scaling group {watch.subject} lacks no launch any more, after {span(watch.since, now)}.",
        why="As many instances are launched or in service as the group should have.", impact="None any more.",
        next="Nothing to do.",
    )  # fmt: skip


def _of_group(cluster: Cluster, watch: Watch) -> Incident:
    links = (group_link(cluster, watch.subject),)
    return Incident(cluster.name, None, watch.kind, watch.incident, watch.since, links)
