"""Which ECS agents are lost, is the cause common, and which are back? Nothing here changes an instance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from ballast.drain.watches import begun, told
from ballast.facts.view import Cluster, ContainerInstance, InstanceStatus, View
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.records.watch import Watch, WatchKind
from ballast.words import watching as say

MANY_LOST_SHARE = 0.2  # of a cluster's instances; with MANY_LOST_LEAST that is a page
MANY_LOST_LEAST = 3


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
    lost = [
        watch
        for watch in watches
        if watch.kind is WatchKind.AGENT_LOST
        and watch.subject in present
        and now - watch.since >= cluster.policy.agent_lost
    ]
    many = len(lost) >= max(MANY_LOST_LEAST, cluster.instances * MANY_LOST_SHARE)
    paged = any(w.kind is WatchKind.FLEET_LOST for w in watches)  # which counts agents, too
    all_lost = next((w for w in watches if w.kind is WatchKind.AGENTS_LOST), None)
    if many and all_lost is None and not paged:
        since = min(w.since for w in lost)
        watch = Watch(cluster.name, WatchKind.AGENTS_LOST, "*", since, told=True)
        notice = say.agents_lost(cluster, watch, sorted(w.subject for w in lost), now)
        yield Plan("many agents are lost at once", (Tell(notice), RecordWatch(None, watch)))
    elif all_lost and not many:
        notice = say.agents_back(cluster, all_lost, len(lost), now)
        yield Plan("most agents are back", (Tell(notice), RecordWatch(all_lost, None)))
    if not (many or all_lost or paged):  # else the page speaks for each of them
        yield from (told(w, say.agent_lost(present[w.subject], w, now)) for w in lost if not w.told)
    yield from begun(cluster.name, watches, WatchKind.AGENT_LOST, present, now)
    yield from _ended(cluster, watches, present, connected or {}, now) if connected is not None else ()


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
