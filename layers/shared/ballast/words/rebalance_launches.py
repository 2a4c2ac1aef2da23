"""What on-call reads about capacity that is launched, and about what EC2 or Auto Scaling refuses of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ballast.facts.view import Cluster
from ballast.records.rebalancing import Shortage
from ballast.words.codes import SCALE_OUT, SHORTAGE, Code
from ballast.words.incident import Incident, cluster_link, count, few, group_link, hour, say
from ballast.words.money import usd_of
from ballast.words.notice import Notice, Severity, Would
from ballast.words.shortened import cut

NAME = 60


def added(
    cluster: Cluster, provider: str, group: str, now: datetime, *,
    add: int, desired: int, why: str, usd_per_hour: float | None, others: Sequence[str],
) -> Notice:  # fmt: skip
    """One incident a provider and day. `others`: which groups are asked if this one refuses."""
    cost = f", for {usd_of(usd_per_hour)}" if usd_per_hour is not None else ", at a price that is unknown"
    more = (
        f"If it is refused, {', '.join(few([cut(name, NAME) for name in others]))} {'follows' if len(others) == 1 else 'follow'}. "
        if others
        else ""
    )
    key = f"{cluster.name}/scale_out/{provider}/{now:%Y%m%d}"
    about = Incident(
        cluster.name, None, SCALE_OUT, key, now, (group_link(cluster, group), cluster_link(cluster)), provider
    )
    size = f"from {desired} to {desired + add}"
    return say(
        about, Code.CAPACITY_ADDED, Severity.INFO, now, closes=True, repeat=_minute(now),
        title=f"{cut(group, NAME)} grows by {add}: {why}",
        what=f"Auto Scaling group {group} is raised {size}{cost}.",
        why=f"{why[:1].upper()}{why[1:]}, and {provider or group} launches nothing for them by itself.",
        impact=f"{count(add, 'instance')} more to pay for, until given back.",
        next=f"{more}Ballast pages if nothing can be launched. ECS places the tasks once an instance has joined.",
        would=Would(f"Auto Scaling group {group} would be raised {size}{cost}.", "None: nothing is launched.", "ECS would place the tasks there."),
    )  # fmt: skip


def aside(cluster: Cluster, shortage: Shortage, now: datetime) -> Notice:
    pool = name_of(shortage)
    key = f"{cluster.name}/{shortage.item}/{shortage.failed_at:%Y%m%dT%H%M%SZ}"
    links = (group_link(cluster, shortage.group),) if shortage.group else (cluster_link(cluster),)
    return say(
        Incident(cluster.name, None, SHORTAGE, key, now, links, pool), Code.POOL_ASIDE, Severity.INFO, now, closes=True,
        title=f"{cut(pool, NAME)} put aside: {shortage.code}",
        what=f"Nothing is launched from {pool} before {hour(shortage.until, now)}.",
        why=f"A launch was refused: {shortage.code}." if shortage.code != "unknown"
        else "A launch failed, and its message does not tell what was short; the activity history of the group shows it.",
        impact="None so far: another pool is asked in its place, where there is one.",
        next="It is tried again then, and put aside for longer each time it refuses. Ballast pages if every pool refuses.",
    )  # fmt: skip


def set_back(cluster: Cluster, group: str, desired: int, now: datetime) -> Notice:
    key = f"{cluster.name}/set_back/{group}/{now:%Y%m%dT%H%M%SZ}"
    return say(
        Incident(cluster.name, None, SHORTAGE, key, now, (group_link(cluster, group),), group),
        Code.GROUP_SET_BACK, Severity.INFO, now, closes=True, title=f"{cut(group, NAME)} set back to {desired}: it got nothing",
        what=f"Auto Scaling group {group} wants {desired} again, which it has.",
        why="What it was to launch was refused, and another pool was asked in its place.",
        impact="None: otherwise it would launch as well once there is capacity, and too much would be paid for.",
        next="Nothing to do.",
    )  # fmt: skip


def name_of(shortage: Shortage) -> str:
    """`m6i.large (spot) in eu-central-1a`, `web in eu-central-1a`, `all spot`."""
    what = shortage.instance_type or shortage.group
    market = f" ({shortage.market})" if shortage.market else ""
    where = f" in {shortage.zone}" if shortage.zone else ""
    return f"{what}{market}{where}" if what else f"all {shortage.market or 'capacity'}{where}"


def _minute(now: datetime) -> int:
    """Of the day, from 1: a later launch of the same day is newer."""
    return now.hour * 60 + now.minute + 1
