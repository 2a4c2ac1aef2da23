"""Has a cluster lost a third of its instances within five minutes, whatever took them? That is a page.

Counted are those that serve: registered, with an agent, in a group that does not terminate them. What is missing is
told by how many there should be, so that a desired capacity that somebody lowered is no loss, however late its
instances go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from ballast.drain.agents import EVERYBODY
from ballast.facts.capacity import GroupCapacity
from ballast.facts.loss import Loss
from ballast.facts.view import Cluster, ContainerInstance
from ballast.facts.which_record import by_instance_id
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.records.disruption import Disruption, Reason
from ballast.records.watch import Size, Watch, WatchKind
from ballast.value import dataclass
from ballast.words import fleet as say

WITHIN = timedelta(minutes=5)
LEAST = 3
SHARE = 3  # one in so many
HIDDEN = 2  # so many times more may be gone than are missing, since others join meanwhile
BACK_SHARE = 10  # it is back when no more than one in so many is missing
SEEN_TWICE = timedelta(seconds=45)  # agents reconnect several times an hour; sweeps are about a minute apart
# What Ballast begins, as the budget allows it, though a hook of a group may hold it in the end.
OURS = frozenset(
    {
        Reason.SCHEDULED_CHANGE,
        Reason.REBALANCE_RECOMMENDATION,
        Reason.BOTTLEROCKET_UPDATE,
        Reason.REBALANCING,
        Reason.REPAIR,
        Reason.DRILL,
    }
)
ZONE = "ecs.availability-zone"  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html


@dataclass(frozen=True, slots=True)
class Seen:
    """Of one cluster, all of whose groups were asked. `listed`: who drains or has lost its agent."""

    cluster: Cluster
    listed: Sequence[ContainerInstance]
    capacity: Sequence[GroupCapacity]
    disruptions: Sequence[Disruption]
    watches: Sequence[Watch]
    everybody: Sequence[ContainerInstance] | None = None  # where they were listed, rather than counted by ECS

    def watch(self, kind: WatchKind) -> Watch | None:
        return next((w for w in self.watches if w.kind is kind), None)


def plan_fleet(seen: Seen, now: datetime) -> Iterator[Plan]:
    """Remember how many serve, as often as that changes; tell of a loss once, and of its end."""
    size = _size(seen, now)
    if size is None:
        return
    known, paged = seen.watch(WatchKind.FLEET_SIZE), seen.watch(WatchKind.FLEET_LOST)
    loss = _loss(seen, now)
    if loss and paged is None:
        watch = Watch(seen.cluster.name, WatchKind.FLEET_LOST, "*", now, told=True, sizes=(loss.before,))
        notice = say.fleet_lost(seen.cluster, watch, loss)
        yield Plan("a third of the fleet is gone", (Tell(notice), RecordWatch(None, watch)))
    back = paged is not None and _is_back(paged, size)
    if paged and back:
        notice = say.fleet_back(seen.cluster, paged, size, now)
        yield Plan("the fleet is back", (Tell(notice), RecordWatch(paged, None)))
    if known is None:
        yield Plan("counted", (RecordWatch(None, _memory(seen.cluster, (size,), now)),))
    elif back or _differs(_of(known)[-1], size):
        kept = (size,) if back else (*_lately(_of(known), now), size)  # what was told and is over is not told again
        after = Watch(known.cluster, known.kind, "*", known.since, revision=known.revision, sizes=kept)
        yield Plan("counted", (RecordWatch(known, next_revision(after)),))


def is_short(seen: Seen, now: datetime) -> bool:
    """Whether so many fewer serve than a moment ago that everybody is to be listed, for `_loss`. Replacements hide a part."""
    size, before = _size(seen, now), _before(seen, now)
    known = seen.watch(WatchKind.FLEET_SIZE)
    if size is None or before is None or known is None:
        return False
    since = (each for each in (*_lately(_of(known), now), size) if each.at >= before.at)
    short = before.serving - min(each.serving for each in since)
    return short + 1 >= LEAST and short * SHARE * HIDDEN >= before.serving


def _loss(seen: Seen, now: datetime) -> Loss | None:
    """Where a third of those that were there has gone since, whether or not others have taken their place."""
    size, before = _size(seen, now), _before(seen, now)
    if not is_short(seen, now) or size is None or before is None or seen.everybody is None:
        return None
    since = max(before.at, now - WITHIN)
    first = {i: min(r.registered_at or since for r in some) for i, some in by_instance_id(seen.everybody).items()}
    left = _serving(seen, now)
    joined = 0 if before.allowed_out else sum(first[i.instance_id] > since for i in left)  # ours replaces, too
    gone = before.serving - (size.serving - joined)
    if gone - before.allowed_out < LEAST or (gone - before.allowed_out) * SHARE < before.serving:
        return None
    agents, zones = _agents(seen, now), Counter(_zone(i) for i in left)
    where = {_zone(i) for i in seen.listed if i.instance_id in agents}
    shared = next(iter(where)) if len(where) == 1 and not where & zones.keys() else ""
    return Loss(gone, before, joined, len(agents), zones, shared)


def _before(seen: Seen, now: datetime) -> Size | None:
    """The most that served of late, as far as so many are still wanted; its `allowed_out` is the most of late."""
    size, known = _size(seen, now), seen.watch(WatchKind.FLEET_SIZE)
    if size is None or known is None:
        return None
    lately = _lately(_of(known), now)
    most = max(lately, key=lambda each: min(each.serving, size.wanted))
    allowed = max(each.allowed_out for each in (*lately, size))
    return replace(most, serving=min(most.serving, size.wanted), allowed_out=allowed)


def _memory(cluster: Cluster, sizes: tuple[Size, ...], now: datetime) -> Watch:
    return Watch(cluster.name, WatchKind.FLEET_SIZE, "*", now, sizes=sizes)


def _of(watch: Watch) -> tuple[Size, ...]:
    return watch.sizes or (Size(watch.since, 0, 0),)


def _lately(sizes: Sequence[Size], now: datetime) -> tuple[Size, ...]:
    """Those that were true at some moment of the last minutes: each is until the next."""
    return (*(a for a, b in pairwise(sizes) if now - b.at <= WITHIN), sizes[-1])


def _differs(one: Size, other: Size) -> bool:
    return replace(one, at=other.at) != other


def _is_back(paged: Watch, size: Size) -> bool:
    wanted = min(_of(paged)[0].serving, size.wanted)
    return (wanted - size.serving) * BACK_SHARE <= wanted


def _size(seen: Seen, now: datetime) -> Size | None:
    """None before everybody was listed for the first time."""
    known = seen.watch(WatchKind.FLEET_SIZE)
    ours = _ours(seen)
    if ours is not None:
        members = {i for group in seen.capacity for i in group.members}
        in_no_group = sum(i.instance_id not in members for i in ours)
        not_ours = max(0, seen.cluster.instances - len(ours))
        serving = len(_serving(seen, now))
    elif known is not None:
        in_no_group, not_ours = _of(known)[-1].in_no_group, _of(known)[-1].not_ours
        serving = max(0, seen.cluster.instances - not_ours - len(_out(seen, now)))
    else:
        return None
    wanted = sum(group.desired for group in seen.capacity) + in_no_group
    allowed = (
        seen.cluster.policy.budget_of(wanted) if any(d.reason in OURS or d.part_of for d in seen.disruptions) else 0
    )
    return Size(now, serving, wanted, in_no_group, not_ours, allowed)


def _ours(seen: Seen) -> list[ContainerInstance] | None:
    if seen.everybody is None:
        return None
    return [i for i in seen.everybody if not seen.cluster.managed_by_ecs(i)]


def _serving(seen: Seen, now: datetime) -> list[ContainerInstance]:
    out = _out(seen, now)
    return [i for i in _ours(seen) or () if i.instance_id not in out]


def _out(seen: Seen, now: datetime) -> set[str]:
    """EC2 ids of those that are registered and do not serve: their group terminates them, or their agent is lost."""
    listed = {i.instance_id for i in seen.listed if not seen.cluster.managed_by_ecs(i)}
    leaving = {i for group in seen.capacity for i in group.leaving}
    return (listed & leaving) | _agents(seen, now)


def _agents(seen: Seen, now: datetime) -> set[str]:
    """EC2 ids of those whose agent is lost, for so long that it is no blip; none while a page of their own tells of them."""
    if any(w.kind is WatchKind.AGENTS_LOST and w.subject == EVERYBODY for w in seen.watches):
        return set()
    away = {i.instance_id for i in seen.listed if not i.agent_connected and not seen.cluster.managed_by_ecs(i)}
    lost = {w.subject for w in seen.watches if w.kind is WatchKind.AGENT_LOST and now - w.since >= SEEN_TWICE}
    return away & lost


def _zone(instance: ContainerInstance) -> str:
    return instance.attributes.get(ZONE) or "an unknown zone"
