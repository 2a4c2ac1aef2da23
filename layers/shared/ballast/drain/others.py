"""What do others do that on-call should hear about, once it lasts? Nothing here changes an instance, except for ghosts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from ballast.drain.agents import plan_agents
from ballast.drain.blockers import blockers
from ballast.drain.watches import begun, told
from ballast.facts.view import ABSENT, CONFIRMED_AFTER, Cluster, InstanceStatus, View
from ballast.plans.actions import DeregisterContainerInstance, RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.records.watch import Watch, WatchKind
from ballast.value import dataclass
from ballast.words import tags as say_tags
from ballast.words import watching as say
from ballast.words import whereabouts as say_where
from ballast.words.notice import Notice

ECS_TAKES_ITS_TIME = timedelta(days=7)  # managed-instances-patching.html: forced after seven days

# No tag of ECS can hold it: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html
BETWEEN_TAGS = "; "


@dataclass(frozen=True, slots=True)
class Round:
    """What the sweep sees of one cluster besides Ballast's own disruptions."""

    cluster: Cluster
    drained_by_others: tuple[View, ...]  # DRAINING without a disruption of ours
    agents_lost: tuple[View, ...]  # agent disconnected and no disruption of ours
    watches: tuple[Watch, ...]
    stale_records: tuple[View, ...] = ()  # an older record of an instance that is connected by another
    connected: Mapping[str, bool] | None = None  # whether ECS says so, of each instance listed; None: nobody looked


def plan_watches(seen: Round, now: datetime) -> tuple[Plan, ...]:
    return (
        *_plan_ghosts(seen, now),
        *_plan_stale_records(seen, now),
        *_plan_foreign_drains(seen, now),
        *plan_agents(seen.cluster, seen.agents_lost, seen.watches, seen.connected, now),
        *_plan_tags(seen, now),
    )


def due_drains(cluster: Cluster, watches: Sequence[Watch], now: datetime) -> frozenset[str]:
    """Instance ids of foreign drains that are to be told now, so that their blockers are looked up."""
    return frozenset(
        w.subject
        for w in watches
        if w.kind is WatchKind.FOREIGN_DRAIN and not w.told and now - w.since >= cluster.policy.stuck_drain
    )


def due_agents(cluster: Cluster, watches: Sequence[Watch], now: datetime) -> frozenset[str]:
    """Instance ids of lost agents that are to be told now, so that it is looked up whether they went elsewhere."""
    return frozenset(
        w.subject
        for w in watches
        if w.kind is WatchKind.AGENT_LOST and not w.told and now - w.since >= cluster.policy.agent_lost
    )


def round_of(cluster: Cluster, views: Sequence[View], watches: tuple[Watch, ...], ours: Sequence[View] = ()) -> Round:
    """A record without its agent is stale where another one of the same instance is, or was, connected.

    `ours`: instances at which Ballast is at work, of which only stale records are watched.
    """
    was_stale = {w.subject for w in watches if w.kind is WatchKind.STALE_RECORD}

    def is_stale(view: View) -> bool:
        without = [record for record in view.records if not record.agent_connected]
        return bool(without) and (len(without) < len(view.records) or view.instance_id in was_stale)

    def is_connected(view: View) -> bool:
        return view.instance is not None and view.instance.agent_connected

    stale = [v for v in (*views, *ours) if is_stale(v)]
    lost = [v for v in views if v.instance and not is_connected(v) and not is_stale(v)]
    listed = [v for v in views if is_connected(v) or not is_stale(v)]
    draining = [v for v in listed if v.instance and v.instance.status is InstanceStatus.DRAINING]
    draining = [v for v in draining if v.instance_id not in cluster.unread]  # it may well be ours
    return Round(cluster, tuple(draining), tuple(lost), watches, tuple(stale))


def _plan_ghosts(seen: Round, now: datetime) -> Iterator[Plan]:
    """What ECS still lists of instances that EC2 has terminated, or twice does not know: `View.is_gone`."""
    known = {w.subject: w for w in seen.watches if w.kind is WatchKind.ABSENT}
    views = {v.instance_id: v for v in (*seen.agents_lost, *seen.drained_by_others, *seen.stale_records)}
    for instance_id, view in views.items():
        watch = known.pop(instance_id, None)
        over = (RecordWatch(watch, None),) if watch else ()
        if view.is_gone(now, watch.since if watch else None):
            records = (r for r in view.records if r.cluster == seen.cluster.name and not seen.cluster.managed_by_ecs(r))
            removed = (DeregisterContainerInstance(r.cluster, r.arn) for r in records)
            yield Plan("EC2 has terminated it, ECS still lists it", (*removed, *over))
        elif view.ec2_state == ABSENT and watch is None:
            first = Watch(seen.cluster.name, WatchKind.ABSENT, instance_id, now)
            yield Plan("EC2 does not know it: look again before that is believed", (RecordWatch(None, first),))
        elif watch and view.ec2_state not in (None, ABSENT):
            yield Plan(f"EC2 says that it is {view.ec2_state}", over)
    for watch in known.values():
        yield Plan("over", (RecordWatch(watch, None),))


def _plan_stale_records(seen: Round, now: datetime) -> Iterator[Plan]:
    present = {v.instance_id: v for v in seen.stale_records if v.ec2_state != "terminated"}
    for watch, view in _paired(seen, WatchKind.STALE_RECORD, present):
        if not watch.told and now - watch.since >= CONFIRMED_AFTER:
            yield told(watch, say_where.stale_record(view, watch, now))
    yield from _begun_and_ended(seen, WatchKind.STALE_RECORD, present, now, say_where.stale_record_gone)


def _plan_foreign_drains(seen: Round, now: datetime) -> Iterator[Plan]:
    present = {v.instance_id: v for v in seen.drained_by_others if v.ec2_state != "terminated"}
    for watch, view in _paired(seen, WatchKind.FOREIGN_DRAIN, present):
        patience = seen.cluster.policy.stuck_drain
        if view.instance and seen.cluster.managed_by_ecs(view.instance):
            patience = ECS_TAKES_ITS_TIME
        if not watch.told and now - watch.since >= patience:
            yield told(watch, say.drain_by_others_stuck(view, watch, blockers(view, now), now))
    yield from _begun_and_ended(seen, WatchKind.FOREIGN_DRAIN, present, now, say.drain_by_others_ended)


def _plan_tags(seen: Round, now: datetime) -> Iterator[Plan]:
    """One ticket names all that cannot be read; where that changes, another takes its place."""
    wrong = sorted(seen.cluster.policy.unreadable)
    subject = BETWEEN_TAGS.join(f"{name}={value}" for name, value, _ in wrong)
    kind = WatchKind.UNREADABLE_POLICY
    known = {w.subject: w for w in seen.watches if w.kind is kind}
    if wrong and subject not in known:
        watch = Watch(seen.cluster.name, kind, subject, now, told=True)
        notice = say_tags.policy_unreadable(seen.cluster, watch, wrong, now)
        yield Plan("a policy tag cannot be read", (Tell(notice), RecordWatch(None, watch)))
    for watch in (watch for each, watch in known.items() if not wrong or each != subject):
        names = {each.partition("=")[0] for each in watch.subject.split(BETWEEN_TAGS)}
        over = sorted(names - {name for name, _, _ in wrong})
        notice = say_tags.policy_readable(seen.cluster, watch, over, bool(wrong), now)
        yield Plan("other policy tags, or none, cannot be read", (Tell(notice), RecordWatch(watch, None)))


def _paired(seen: Round, kind: WatchKind, present: dict[str, View]) -> Iterator[tuple[Watch, View]]:
    for watch in seen.watches:
        if watch.kind is kind and watch.subject in present:
            yield watch, present[watch.subject]


def _begun_and_ended(
    seen: Round,
    kind: WatchKind,
    present: dict[str, View],
    now: datetime,
    ended: Callable[[Cluster, Watch, datetime], Notice],
) -> Iterator[Plan]:
    yield from begun(seen.cluster.name, seen.watches, kind, present, now)
    known = {w.subject: w for w in seen.watches if w.kind is kind}
    for subject in sorted(known.keys() - present.keys()):
        watch = known[subject]
        told = (Tell(ended(seen.cluster, watch, now)),) if watch.told else ()
        yield Plan("over", (*told, RecordWatch(watch, None)))
