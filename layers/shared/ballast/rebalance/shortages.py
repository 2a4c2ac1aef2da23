"""Which pools are short? What a launch was refused with puts a part of the market aside, for longer each time, then less sure.

Codes as EC2's errors and Auto Scaling's activities have them:
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ballast.rebalance.acts import PutAside
from ballast.rebalance.snapshot import Market
from ballast.records.rebalancing import Shortage
from ballast.value import dataclass

FIRST, LONGEST = timedelta(minutes=3), timedelta(minutes=30)
FORGOTTEN = timedelta(hours=2)  # after its last failure a pool begins anew
OF_POOL = frozenset(
    {"InsufficientInstanceCapacity", "UnfulfillableCapacity", "Unsupported", "ReservationCapacityExceeded",
     "InsufficientHostCapacity", "InsufficientReservedInstanceCapacity", "InsufficientCapacity"}
)  # fmt: skip
OF_MARKET = frozenset(
    {"MaxSpotInstanceCountExceeded", "VcpuLimitExceeded", "MaxFleetCountExceeded", "InstanceLimitExceeded"}
)
OF_SUBNET = frozenset({"InsufficientFreeAddressesInSubnet"})
PROSE = (  # of activities that failed later; matched loosely, as AWS words them anew now and then
    ("no spot capacity", "InsufficientInstanceCapacity", Market.SPOT),
    ("capacity in the availability zone", "InsufficientInstanceCapacity", None),
    ("sufficient", "InsufficientInstanceCapacity", None),
    ("free addresses in subnet", "InsufficientFreeAddressesInSubnet", None),
    ("max spot instance count", "MaxSpotInstanceCountExceeded", Market.SPOT),
    ("vcpu capacity than your current vcpu limit", "VcpuLimitExceeded", None),
    ("instance(s) are already running", "InstanceLimitExceeded", None),
    ("not supported in your requested availability zone", "Unsupported", None),
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A launch that failed, as the event or the typed error tells it. What it does not tell is None."""

    group: str
    at: datetime
    code: str = ""
    message: str = ""
    instance_type: str | None = None
    zone: str | None = None
    market: str | None = None


def remember(failures: Iterable[Failure], known: Sequence[Shortage], cluster: str) -> tuple[PutAside, ...]:
    """What to put aside. The same failure told twice counts once; so does an older one that comes late."""
    now_known = {each.item: each for each in known}
    first = dict(now_known)
    for failure in sorted(failures, key=lambda f: f.at):
        fresh = _scope(failure, cluster)
        before = now_known.get(fresh.item)
        if before is not None and failure.at <= before.failed_at:
            continue
        times = before.failures + 1 if before and failure.at - before.failed_at < FORGOTTEN else 1
        revision = before.revision + 1 if before and before.item in first else 0
        now_known[fresh.item] = _again(fresh, times, revision)
    return tuple(PutAside(s, first.get(item)) for item, s in now_known.items() if s != first.get(item))


def is_aside(
    shortages: Iterable[Shortage],
    now: datetime,
    *,
    group: str,
    instance_type: str | None,
    zone: str | None,
    market: str | None,
) -> Shortage | None:
    """The shortage that keeps this pool aside; what is None here is not said to be short by one that names it."""
    for each in shortages:
        pairs = ((each.group, group), (each.instance_type, instance_type), (each.zone, zone), (each.market, market))
        if now < each.until and all(short is None or short == asked for short, asked in pairs):
            return each
    return None


def _scope(failure: Failure, cluster: str) -> Shortage:
    """What is short: a pool everywhere, a market in the Region, or, where nobody can tell, the whole group."""
    code, market = failure.code, failure.market
    if code not in OF_POOL | OF_MARKET | OF_SUBNET:
        found = next(((c, m) for text, c, m in PROSE if text in failure.message.lower()), ("unknown", None))
        code, market = found[0], market or found[1]
    at = failure.at
    if code in OF_MARKET:
        return Shortage(cluster, None, None, None, market or Market.ON_DEMAND, code, at, at)
    if code in OF_SUBNET:
        return Shortage(cluster, failure.group, None, failure.zone, None, code, at, at)
    if code in OF_POOL and failure.instance_type:
        return Shortage(cluster, None, failure.instance_type, failure.zone, market, code, at, at)
    if code in OF_POOL:
        return Shortage(cluster, failure.group, None, failure.zone, market, code, at, at)
    return Shortage(cluster, failure.group, None, None, None, code, at, at)


def _again(fresh: Shortage, times: int, revision: int) -> Shortage:
    """Twice as long each time, up to LONGEST, and up to a fifth more, by its key: not all pools come back at once."""
    span = min(LONGEST, FIRST * 2 ** min(times - 1, 10))
    jitter = zlib.crc32(f"{fresh.item} {times}".encode()) % 1000 / 1000
    until = fresh.failed_at + span * (1 + jitter / 5)
    return Shortage(
        fresh.cluster, fresh.group, fresh.instance_type, fresh.zone, fresh.market, fresh.code, fresh.failed_at, until,
        failures=times, revision=revision,
    )  # fmt: skip
