"""What on-call reads about things that Ballast only watches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ballast.facts.view import Cluster, View
from ballast.policy.policy import Repair
from ballast.records.disruption import Reason
from ballast.records.watch import Watch
from ballast.words.codes import INSTANCE_IMPAIRED, Code
from ballast.words.held import Held, remedies
from ballast.words.incident import Incident, cluster_link, count, few, instance_links, say
from ballast.words.notice import Link, Notice, Severity


def drain_by_others_stuck(view: View, watch: Watch, why: Sequence[Held], now: datetime) -> Notice:
    held = "; ".join(few([each.why for each in why])) or "unknown: its tasks could not be read"
    return say(
        _of_instance(view, watch), Code.FOREIGN_DRAIN_STUCK, Severity.TICKET, now,
        title=f"{view.instance_id} stuck: others drain it",
        what=f"{view.instance_id} has been DRAINING for {_minutes(watch, now)} and Ballast did not start it.",
        why=f"A person, ECS managed draining or another tool drains it. What holds it: {held}.",
        impact="Its capacity is out of service and counts against the disruption budget.",
        next=f"Ballast never touches the drains of others: finish it or set it ACTIVE. {remedies(why)}".rstrip(),
    )  # fmt: skip


def drain_by_others_ended(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        of_watch(cluster, watch, watch.subject), Code.FOREIGN_DRAIN_ENDED, Severity.INFO, now,
        title=f"{watch.subject} not DRAINING any more",
        what=f"{watch.subject} is not DRAINING any more, after {_minutes(watch, now)}.",
        why="Whoever drained it has finished or given up.", impact="None any more.",
        next="Nothing more to do.", closes=True,
    )  # fmt: skip


def agent_lost(view: View, watch: Watch, now: datetime) -> Notice:
    repaired = view.cluster.policy.repair is Repair.ON
    by_hand = "Ballast only reports this. Look at the host; terminate it to have its group replace it."
    return say(
        _of_instance(view, watch), Code.AGENT_LOST, Severity.INFO if repaired else Severity.TICKET, now,
        title=f"{view.instance_id} unseen: ECS agent off for {_minutes(watch, now)}",
        what=f"The ECS agent of {view.instance_id} has been disconnected for {_minutes(watch, now)}.",
        why="The agent crashed, the host hangs, or the network between it and ECS is broken.",
        impact=f"{count(view.counted_tasks, 'task')} may still run there; ECS can neither place, stop nor see tasks on it.",
        next="Repair is on: Ballast has it replaced as budget and pace allow, or tells why not." if repaired else by_hand,
    )  # fmt: skip


def agent_back(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        of_watch(cluster, watch, watch.subject), Code.AGENT_BACK, Severity.INFO, now,
        title=f"{watch.subject} seen again: ECS agent is back",
        what=f"The ECS agent of {watch.subject} is connected again after {_minutes(watch, now)}.",
        why="ECS says so.", impact="None any more.", next="Nothing more to do.", closes=True,
    )  # fmt: skip


def agent_gone(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        of_watch(cluster, watch, watch.subject), Code.INSTANCE_LEFT, Severity.INFO, now,
        title=f"{watch.subject} left the cluster: agent was off",
        what=f"{watch.subject} left the cluster, {_minutes(watch, now)} after its ECS agent was found disconnected.",
        why="ECS does not list it any more.",
        impact="Its agent was not seen connected again, so what became of the tasks on it is not known.",
        next="Nothing more to do.", closes=True,
    )  # fmt: skip


def agents_lost(
    cluster: Cluster, watch: Watch, instance_ids: Sequence[str], common: Sequence[str], now: datetime
) -> Notice:
    """`common`: what all of them have in common, each as `attribute=value`."""
    alike = f" They have in common: {', '.join(map(_spoken, common))}." if common else ""
    return say(
        of_watch(cluster, watch), Code.AGENTS_LOST, Severity.PAGE, now,
        title=f"{len(instance_ids)} of {cluster.instances or "?"} ECS agents disconnected: common cause",
        what=f"{len(instance_ids)} of {cluster.instances or 'an unknown number of'} ECS agents are disconnected: "
        f"{', '.join(few(instance_ids))}.",
        why=f"So many at once are rarely hosts: look at the network, the instance role and ECS itself.{alike}",
        impact="ECS can neither place, stop nor see tasks there.",
        next="Ballast does nothing, since replacing hosts would not help a common cause.",
    )  # fmt: skip


def agents_lost_alike(cluster: Cluster, watch: Watch, instance_ids: Sequence[str], now: datetime) -> Notice:
    """The watch's subject is what they have in common, as `attribute=value`."""
    return say(
        of_watch(cluster, watch), Code.AGENTS_LOST, Severity.TICKET, now,
        title=f"{len(instance_ids)} ECS agents disconnected: all of {_spoken(watch.subject)}",
        what=f"{len(instance_ids)} ECS agents of {_spoken(watch.subject)} were lost within minutes, the first of them "
        f"{_minutes(watch, now)} ago, and are disconnected: {', '.join(few(instance_ids))}.",
        why="What they have in common may be the cause.",
        impact="ECS can neither place, stop nor see tasks there.",
        next="Ballast only reports this, once for all of them. Look at one of the hosts and at what they share.",
    )  # fmt: skip


def alike_back(cluster: Cluster, watch: Watch, left: int, now: datetime) -> Notice:
    """`left`: those that are away still, of which a page tells now."""
    are = "is" if left == 1 else "are"
    now_are = f"{count(left, 'ECS agent')} of {_spoken(watch.subject)} {are} disconnected still"
    none_is = f"None of the ECS agents of {_spoken(watch.subject)} that were lost is disconnected now"
    return say(
        of_watch(cluster, watch), Code.AGENTS_BACK, Severity.INFO, now, closes=True,
        title=f"ECS agents of {_spoken(watch.subject)} back: {left or "none"} still away",
        what=f"{now_are if left else none_is}, after {_minutes(watch, now)}.",
        why="A page speaks for them." if left else "Each is connected again, or gone.",
        impact="Tasks there are out of ECS's sight." if left else "None any more.",
        next="See the page." if left else "Nothing more to do.",
    )  # fmt: skip


def _spoken(attribute: str) -> str:
    name, _, value = attribute.partition("=")
    return f"{'zone' if name.endswith('zone') else 'AMI'} {value}"


def agents_back(cluster: Cluster, watch: Watch, left: int, now: datetime) -> Notice:
    return say(
        of_watch(cluster, watch), Code.AGENTS_BACK, Severity.INFO, now,
        title=f"ECS agents back: {left} still disconnected",
        what=f"{count(left, 'ECS agent')} of the cluster {'is' if left == 1 else 'are'} disconnected now, after {_minutes(watch, now)}.",
        why="That is less than a fifth of its instances: others are connected again, or gone.",
        impact="Tasks on those that are left are out of ECS's sight." if left else "None any more.",
        next="Ballast tells of each that is left by itself." if left else "Nothing more to do.", closes=True,
    )  # fmt: skip


def instance_impaired(cluster: Cluster, instance_id: str, checks: Sequence[str], at: datetime, now: datetime) -> Notice:
    key = f"{cluster.name}/{instance_id}/impaired/{at:%Y%m%dT%H%M}"
    links = instance_links(cluster, instance_id, None)
    repaired = cluster.policy.repair is Repair.ON
    by_hand = "On groups ECS leaves this to you; Ballast only reports it. Terminate the instance to replace it."
    return say(
        Incident(cluster.name, instance_id, INSTANCE_IMPAIRED, key, at, links),
        Code.INSTANCE_IMPAIRED, Severity.INFO if repaired else Severity.TICKET, now, closes=True,
        title=f"{instance_id} impaired: ECS health check failed",
        what=f"ECS finds {instance_id} impaired: {'; '.join(checks[:5]) or 'no check named'}.",
        why="A health check of the container instance failed.",
        impact="Tasks there may fail or be out of ECS's sight.",
        next="Repair is on: if it lasts, Ballast has it replaced as budget and pace allow, or tells why not." if repaired else by_hand,
    )  # fmt: skip


def rebalance_recommended(view: View, at: datetime) -> Notice:
    return say(
        _of_recommendation(view, at), Code.REBALANCE_RECOMMENDED, Severity.INFO, at, closes=True,
        title=f"{view.instance_id} at risk: Spot may end",
        what=f"EC2 recommends to move off {view.instance_id}; ECS counts {count(view.counted_tasks, 'task')} on it.",
        why="EC2 sees an elevated risk that this Spot Instance is interrupted.",
        impact="None so far; an interruption may follow with two minutes' notice.",
        next="Ballast only reports this; set ballast:rebalance-recommendation=drain to have it drained.",
    )  # fmt: skip


def of_watch(
    cluster: Cluster, watch: Watch, instance_id: str | None = None, links: tuple[Link, ...] = (), about: str = ""
) -> Incident:
    """`instance_id`, or `about` a group, where the watch is about one; `links` where the cluster's page is not the best."""
    links = links or (cluster_link(cluster),)
    return Incident(cluster.name, instance_id, watch.kind, watch.incident, watch.since, links, about)


def _of_instance(view: View, watch: Watch) -> Incident:
    links = instance_links(view.cluster, view.instance_id, view.instance)
    return of_watch(view.cluster, watch, view.instance_id, links)


def _minutes(watch: Watch, now: datetime) -> str:
    return f"{max(1, round((now - watch.since).total_seconds() / 60))} min"


def _of_recommendation(view: View, at: datetime) -> Incident:
    key = f"{view.cluster.name}/{view.instance_id}/rebalance/{at:%Y%m%dT%H%M%SZ}"
    links = instance_links(view.cluster, view.instance_id, view.instance)
    return Incident(view.cluster.name, view.instance_id, Reason.REBALANCE_RECOMMENDATION, key, at, links)
