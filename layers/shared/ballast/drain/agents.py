"""Which ECS agents are lost, is the cause common, and which are back? Nothing here changes an instance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from ballast.drain.watches import begun, told
from ballast.facts.view import Cluster, ContainerInstance, InstanceStatus, View
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.records.watch import Watch, WatchKind
from ballast.words import watching as say

MANY_LOST_SHARE = 0.2  # of a cluster's instances; with MANY_LOST_LEAST that is a page
MANY_LOST_LEAST = 3
# So many that were lost within so long and have one of these in common are one ticket. Built-in attributes:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html
TOGETHER = timedelta(minutes=5)
ALIKE = ("ecs.availability-zone", "ecs.ami-id")
EVERYBODY = "*"


def plan_agents(
    cluster: Cluster,
    views: Sequence[View],
    watches: Sequence[Watch],
    connected: Mapping[str, bool] | None,
    now: datetime,
) -> Iterator[Plan]:
    """`connected`: whether ECS says so, of each instance that was looked for; None where nobody looked."""
    present = {
        v.instance_id: v
        for v in views
        if v.ec2_state != "terminated" and v.instance and v.instance.status is InstanceStatus.ACTIVE
    }
    away = [w for w in watches if w.kind is WatchKind.AGENT_LOST and w.subject in present]
    lost = [w for w in away if _has_lasted(w, cluster, now)]
    many = len(lost) >= max(MANY_LOST_LEAST, cluster.instances * MANY_LOST_SHARE)
    paged = any(w.kind is WatchKind.FLEET_LOST for w in watches)  # which counts agents, too
    open_ones = {w.subject: w for w in watches if w.kind is WatchKind.AGENTS_LOST}
    all_lost = open_ones.pop(EVERYBODY, None)
    if many and all_lost is None and not paged:
        since = min(w.since for w in lost)
        watch = Watch(cluster.name, WatchKind.AGENTS_LOST, EVERYBODY, since, told=True)
        notice = say.agents_lost(cluster, watch, sorted(w.subject for w in lost), _common(lost, present), now)
        yield Plan("many agents are lost at once", (Tell(notice), RecordWatch(None, watch)))
    elif all_lost and not many:
        notice = say.agents_back(cluster, all_lost, len(lost), now)
        yield Plan("most agents are back", (Tell(notice), RecordWatch(all_lost, None)))
    quiet = many or all_lost is not None or paged  # a page speaks for each of them
    yield from _alike(cluster, away, present, open_ones, quiet=quiet, now=now)
    yield from begun(cluster.name, watches, WatchKind.AGENT_LOST, present, now)
    yield from _ended(cluster, watches, present, connected or {}, now) if connected is not None else ()


def _alike(
    cluster: Cluster,
    away: Sequence[Watch],
    present: Mapping[str, View],
    known: Mapping[str, Watch],
    *,
    quiet: bool,
    now: datetime,
) -> Iterator[Plan]:
    """One ticket for those of a zone or an AMI, as soon as one of them has lasted; each of the others has its own.

    `known`: the tickets that are open, by what their agents have in common.
    """
    alike = _by_attribute(away, present)
    spoken_for: set[str] = set()
    for subject, watch in known.items():
        left = {w.subject for w in alike.get(subject, ()) if not w.told and w.since - watch.since <= TOGETHER}
        if quiet or not left:
            notice = say.alike_back(cluster, watch, len(left), now)
            yield Plan("a page speaks for them, or they are back", (Tell(notice), RecordWatch(watch, None)))
        spoken_for |= left
    if quiet:
        return
    for subject, some in sorted(alike.items(), key=lambda each: -len(each[1])):
        new = [w for w in some if not w.told and w.subject not in spoken_for]
        first = next((w for w in sorted(new, key=lambda w: w.since) if _has_lasted(w, cluster, now)), None)
        together = [w for w in new if first and w.since - first.since <= TOGETHER]
        if first and subject not in known and len(together) >= MANY_LOST_LEAST:
            watch = Watch(cluster.name, WatchKind.AGENTS_LOST, subject, first.since, told=True)
            notice = say.agents_lost_alike(cluster, watch, sorted(w.subject for w in together), now)
            yield Plan("agents of a zone or an AMI are lost at once", (Tell(notice), RecordWatch(None, watch)))
            spoken_for |= {w.subject for w in together}
    alone = (w for w in away if not w.told and w.subject not in spoken_for and _has_lasted(w, cluster, now))
    yield from (told(w, say.agent_lost(present[w.subject], w, now)) for w in alone)


def _has_lasted(watch: Watch, cluster: Cluster, now: datetime) -> bool:
    return now - watch.since >= cluster.policy.agent_lost


def _by_attribute(away: Sequence[Watch], present: Mapping[str, View]) -> dict[str, list[Watch]]:
    """By `name=value` of each attribute that common causes go by."""
    found = defaultdict(list)
    for watch in away:
        instance = present[watch.subject].instance
        for name in ALIKE:
            value = instance.attributes.get(name) if instance else None
            if value:
                found[f"{name}={value}"].append(watch)
    return found


def _common(lost: Sequence[Watch], present: Mapping[str, View]) -> tuple[str, ...]:
    """What all of them have in common."""
    return tuple(sorted(s for s, some in _by_attribute(lost, present).items() if len(some) == len(lost)))


def _ended(
    cluster: Cluster,
    watches: Sequence[Watch],
    present: Mapping[str, View],
    connected: Mapping[str, bool],
    now: datetime,
) -> Iterator[Plan]:
    """Back is who is connected. Who drains, or is drained by us, is still lost, and who is not listed has gone otherwise."""
    for watch in watches:
        if watch.kind is not WatchKind.AGENT_LOST or watch.subject in present:
            continue
        match connected.get(watch.subject):
            case True:
                notice = say.agent_back(cluster, watch, now)
            case None:
                notice = say.agent_gone(cluster, watch, now)
            case _:
                continue
        yield Plan("over", (*((Tell(notice),) if watch.told else ()), RecordWatch(watch, None)))


def connected_by(records: Iterable[ContainerInstance], unsure: Iterable[str] = ()) -> Mapping[str, bool]:
    """Whether an agent of the instance is connected, by any of its records; of the unsure nobody knows that it left."""
    found = dict.fromkeys(unsure, False)
    for record in records:
        found[record.instance_id] = found.get(record.instance_id, False) or record.agent_connected
    return found


def lost_before(watches: Iterable[Watch]) -> set[str]:
    """Instance ids of agents that were lost when last looked at: to be looked for, whatever becomes of them."""
    return {watch.subject for watch in watches if watch.kind is WatchKind.AGENT_LOST}
