"""What on-call reads about instances that are ill, and about what holds their repair."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ballast.facts.view import Cluster, ContainerInstance, View
from ballast.records.disruption import Disruption, Reason
from ballast.records.watch import Watch
from ballast.words.codes import Code
from ballast.words.drain import of_drain
from ballast.words.incident import Incident, cluster_link, count, few, group_link, instance_links, say, span
from ballast.words.notice import Notice, Severity, Would

SHORT = {
    "never_joined": "never joined",
    "registration_failed": "registration failed",
    "agent_lost": "ECS agent off",
    "impaired": "ECS finds it impaired",
    "ec2_impaired": "EC2 finds it impaired",
    "starts_fail": "tasks fail to start",
    "too_old": "too old",
}


def shared(subject: str) -> str:
    """What they share, in words."""
    name, _, value = subject.partition("=")
    return f"they share {name} {value}" if value else "many fell ill at once"


def repair_begins(cluster: Cluster, d: Disruption, watch: Watch, record: ContainerInstance, now: datetime) -> Notice:
    links = instance_links(cluster, d.instance_id, record)
    incident = Incident(d.cluster, d.instance_id, d.reason, d.incident, d.started_at, links)
    what = f"{d.instance_id} is to be replaced"
    return say(
        incident, Code.REPAIR_BEGINS, Severity.INFO, now, title=f"{d.instance_id} ill: {_short(watch)}",
        what=f"{what}.", why=f"For {span(watch.since, now)}: {watch.why}.",
        impact=f"ECS counts {count(record.running_tasks + record.pending_tasks, 'task')} on it, which are to move first.",
        next="Its group launches another one first where it may; then it drains, as the disruption budget allows.",
        would=Would(f"{d.instance_id} would be replaced.", "None: it stays as it is.", "It would drain within the budget."),
    )  # fmt: skip


def unjoined_replaced(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    group = watch.group or "its group"
    return say(
        _of_instance(cluster, watch), Code.UNJOINED_REPLACED, Severity.INFO, now, closes=True,
        title=f"{watch.subject} replaced: {_short(watch)}",
        what=f"Auto Scaling group {group} has been told to replace {watch.subject}, which runs nothing.",
        why=f"For {span(watch.since, now)}: {watch.why}.",
        impact="None: no task was on it.", next=f"{group} launches another one.",
        would=Would(f"Auto Scaling group {group} would be told to replace {watch.subject}.", "It costs and runs nothing.",
            "Another one would be launched."),
    )  # fmt: skip


def unheard_replaced(view: View, d: Disruption, now: datetime) -> Notice:
    tasks = "its one task" if len(view.left) == 1 else f"all {len(view.left)} tasks"
    return say(
        of_drain(view, d), Code.UNHEARD_REPLACED, Severity.INFO, now, title=f"{d.instance_id} goes: its tasks are replaced",
        what=f"ECS has told {tasks} on {d.instance_id} to stop, and none hears it.",
        why="Its ECS agent is disconnected. ECS orders that once the replacements run, or their services can do without.",
        impact="Whatever still runs there ends with the host.",
        next="Its Auto Scaling group terminates it; Ballast removes what ECS still lists of it.",
    )  # fmt: skip


def repair_over(cluster: Cluster, d: Disruption, now: datetime) -> Notice:
    links = instance_links(cluster, d.instance_id, None)
    return say(
        Incident(d.cluster, d.instance_id, d.reason, d.incident, d.started_at, links),
        Code.REPAIR_OVER, Severity.INFO, now, closes=True, title=f"{d.instance_id} not replaced after all",
        what=f"{d.instance_id} is not replaced after all, {span(d.started_at, now)} after that was begun.",
        why="AWS does not say any more what it was to be replaced for "
        f"({SHORT.get(d.signal or '', 'unknown')}), or repair is off.",
        impact="None: it had not begun to drain.",
        next="What was launched for it is given back, unless tasks run there by now.",
    )  # fmt: skip


def repair_failed(view: View, d: Disruption, why_not: str | None, now: datetime) -> Notice:
    why = f"It waited because {why_not}." if why_not else "It was put off until then."
    return say(
        of_drain(view, d), Code.REPAIR_FAILED, Severity.TICKET, now, closes=True,
        title=f"{d.instance_id} not replaced: {SHORT.get(d.signal or '', 'ill')}",
        what=f"{d.instance_id} is ill ({SHORT.get(d.signal or '', 'unknown')}), and for {span(d.started_at, now)} "
        "found no moment to be drained.",
        why=why, impact=f"{count(view.counted_tasks, 'task')} may run on an instance that is ill.",
        next="Ballast tries again while it is ill. Make room, or let its services run one task more or one less; "
        "or terminate it if its tasks may end.",
    )  # fmt: skip


def repair_would(cluster: Cluster, watch: Watch, now: datetime, *, granted: bool, dry_run: bool = False) -> Notice:
    if watch.group is None:
        why_not = "It is in no Auto Scaling group, so nothing would take its place: terminate it yourself."
    elif dry_run:
        why_not = "Dry run is on: nothing is changed."
    elif not granted:
        why_not = "The stack does not grant it: set its parameter RepairRights, or Repair, to on."
    else:
        why_not = "Repair is report: set it to on to have it replaced."
    return say(
        _of_instance(cluster, watch), Code.REPAIR_WOULD, Severity.TICKET, now, closes=True,
        title=f"{watch.subject} ill: {_short(watch)}",
        what=f"{watch.subject} would be replaced, and is not.", why=f"For {span(watch.since, now)}: {watch.why}.",
        impact="Tasks there may fail, or be out of ECS's sight.", next=why_not,
    )  # fmt: skip


def repair_held(cluster: Cluster, watch: Watch, instance_ids: Sequence[str], now: datetime) -> Notice:
    return say(
        _of_cluster(cluster, watch), Code.REPAIR_HELD, Severity.PAGE, now,
        title=f"{count(len(instance_ids), 'instance')} ill, repair held: {shared(watch.subject)}",
        what=f"{count(len(instance_ids), 'instance')} of cluster {cluster.name} are ill: {', '.join(few(instance_ids))}.",
        why=f"So many are rarely hosts: {shared(watch.subject)}, for {span(watch.since, now)}.",
        impact="Ballast replaces none of them, as a new host would have the same cause.",
        next="Look at what they share. Ballast goes on with what is left once this has been over for "
        f"{cluster.policy.repair_after.total_seconds() // 60:.0f} min.",
    )  # fmt: skip


def repair_held_over(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        _of_cluster(cluster, watch), Code.REPAIR_GOES_ON, Severity.INFO, now, closes=True,
        title="Repair goes on: the common cause is over",
        what=f"So many instances of cluster {cluster.name} are not ill any more, after {span(watch.since, now)}.",
        why="AWS says of most of them that they are well, or they are gone.", impact="None any more.",
        next="What is still ill is replaced, one an hour and group at first.",
    )  # fmt: skip


def repair_off(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        _of_cluster(cluster, watch), Code.REPAIR_GOES_ON, Severity.INFO, now, closes=True,
        title="Repair is off: nobody looks any more",
        what=f"Nobody looks any more whether what was told of cluster {cluster.name} lasts.",
        why="Repair is off.", impact="Unknown.", next="Nothing to do for Ballast.",
    )  # fmt: skip


def launches_fail(cluster: Cluster, watch: Watch, template: str | None, image: str | None, now: datetime) -> Notice:
    members = watch.members or ()
    from_image = f" with image {image}" if image else ""
    which = f"launch template {template.replace(':', ' version ')}" if template else "its launch configuration"
    return say(
        _of_group(cluster, watch), Code.LAUNCHES_FAIL, Severity.PAGE, now,
        title=f"{watch.subject}: {len(members)} launched, none joined",
        what=f"The last {count(len(members), 'instance')} of Auto Scaling group {watch.subject} never joined cluster "
        f"{cluster.name}: {', '.join(few(members))}.",
        why=f"They were launched from {which}{from_image}: its AMI, user data, role or network keeps the ECS agent away.",
        impact="Ballast launches and replaces nothing in this group until one joins. What has not joined costs and runs nothing.",
        next="Read the log of the ECS agent on one of them and put the launch template right. This closes once the "
        "group launches another version of it, or one joins; terminate them where that is to be sooner.",
    )  # fmt: skip


def launches_work(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        _of_group(cluster, watch), Code.LAUNCHES_WORK, Severity.INFO, now, closes=True,
        title=f"{watch.subject}: launches join again",
        what=f"An instance of Auto Scaling group {watch.subject} has joined, after {span(watch.since, now)}.",
        why="ECS lists it with its agent.", impact="None any more.", next="Ballast repairs there again.",
    )  # fmt: skip


def launches_another(cluster: Cluster, watch: Watch, now: datetime) -> Notice:
    return say(
        _of_group(cluster, watch), Code.LAUNCHES_WORK, Severity.INFO, now, closes=True,
        title=f"{watch.subject}: another template version is launched",
        what=f"Auto Scaling group {watch.subject} launches from another version of its launch template than the one of "
        f"which {count(len(watch.members or ()), 'instance')} never joined.",
        why="Nobody has seen the new version fail.", impact="None any more, if what it launches joins.",
        next="Ballast repairs there again, and replaces what has not joined, one at a time.",
    )  # fmt: skip


def _short(watch: Watch) -> str:
    return SHORT.get(watch.signal or "", "ill")


def _of_instance(cluster: Cluster, watch: Watch) -> Incident:
    links = instance_links(cluster, watch.subject, None)
    return Incident(cluster.name, watch.subject, Reason.REPAIR, watch.incident, watch.since, links)


def _of_cluster(cluster: Cluster, watch: Watch) -> Incident:
    return Incident(cluster.name, None, watch.kind, watch.incident, watch.since, (cluster_link(cluster),))


def _of_group(cluster: Cluster, watch: Watch) -> Incident:
    links = (group_link(cluster, watch.subject),)
    return Incident(cluster.name, None, watch.kind, watch.incident, watch.since, links, about=watch.subject)
