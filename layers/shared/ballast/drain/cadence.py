"""When is a cluster looked at, although nothing announces anything? One answer for each minute and name.

The rule. A cluster with something open (a disruption, a foreign drain, a lost agent, something out of reach), with an
instance that its group holds, or with tags that have just changed, is swept every minute. An idle one is swept every
`idle_every` minutes, which is 1 for up to 20 clusters, so that the idle sweeps of all make at most 40 reads of ECS a minute.
What belongs to a cluster (providers, groups, daemon services) is looked up every 15 minutes; one whose parts nobody has
looked up yet is swept at once, as long as no more than 60 are. A hash of the name spreads all that over the minutes.

ECS allows all readers of an account 20 reads a second together, and 100 at once:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.html
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from zlib import crc32

from ballast.facts.view import Cluster

IDLE_READS_A_MINUTE = 40
READS_A_LOOK = 2  # who is DRAINING, and whose agent is away
REFRESH_MINUTES = 15
REFRESH_OVERDUE = timedelta(minutes=2 * REFRESH_MINUTES)
JUST_DONE = timedelta(minutes=1)  # SQS may deliver twice
NEW_A_MINUTE = 60  # clusters of which nothing is known yet; each costs about six reads
SPREAD_S = 45  # of the sweeps of a minute


def idle_every(clusters: int) -> int:
    """Minutes between two sweeps of an idle cluster, one of so many."""
    return max(1, ceil(clusters * READS_A_LOOK / IDLE_READS_A_MINUTE))


def is_turn(name: str, at: datetime, every_minutes: int) -> bool:
    """Whether this minute is the cluster's; `at` is the time of the schedule's event, which has the same second each minute."""
    return (minute_of(at) + crc32(name.encode())) % every_minutes == 0


def is_refresh_due(cluster: Cluster, at: datetime, now: datetime) -> bool:
    """Of its parts; a refresh that failed comes again, since `refreshed_at` says when one succeeded."""
    if cluster.refreshed_at is None:
        return True
    age = now - cluster.refreshed_at
    return age >= REFRESH_OVERDUE or (age >= JUST_DONE and is_turn(cluster.name, at, REFRESH_MINUTES))


def are_hooks_due(cluster: Cluster, now: datetime) -> bool:
    """On a timer of their own: also after rounds in which something else took the time."""
    return cluster.hooks_at is None or now - cluster.hooks_at >= timedelta(minutes=REFRESH_MINUTES)


def turns(clusters: Iterable[Cluster], at: datetime) -> tuple[list[Cluster], list[Cluster]]:
    """Those whose turn it is this minute, and those that are swept only if they are busy."""
    everybody = sorted(clusters, key=lambda cluster: cluster.name)
    new = [cluster for cluster in everybody if cluster.refreshed_at is None]
    first = (
        minute_of(at) * NEW_A_MINUTE % len(new) if new else 0
    )  # those that cannot be looked up leave room for others
    now = {cluster.name for cluster in (*new[first:], *new[:first])[:NEW_A_MINUTE]}
    every = idle_every(len(everybody))
    now |= {
        c.name for c in everybody if c.refreshed_at and any(is_turn(c.name, at, n) for n in (every, REFRESH_MINUTES))
    }
    return [c for c in everybody if c.name in now], [c for c in everybody if c.name not in now]


def delay_s(number: int, of: int) -> int:
    """How long the `number`-th of so many sweeps of a minute waits."""
    return number * SPREAD_S // of


def minute_of(at: datetime) -> int:
    return int(at.timestamp()) // 60
