"""What is asked of AWS for one picture. Each part by itself: one that fails is unknown for this time, the others go on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ballast.aws import ecs, operator_calls
from ballast.aws.ecs_tasks import last_part
from ballast.aws.operator_calls import Stack
from ballast.aws.session import client
from ballast.errors import BallastError
from ballast_cli.drawing.standing import ACTIVE, Standing, Work
from ballast_cli.dump.ask_ec2 import instances_of, types_of
from ballast_cli.dump.ask_hosts import host_of
from ballast_cli.dump.ask_prices import prices_of
from ballast_cli.dump.records import Host, Instance, Prices, Type
from ballast_cli.dump.troubles import Troubles
from ballast_cli.going_on import GoingOn
from ballast_cli.watch.seen import Reported, Seen
from ballast_cli.watch.work import tried, whole_of, work_of

PRICES_FOR = timedelta(hours=1)
REPORT_FOR = timedelta(minutes=30)
REPORTED_WITHIN = timedelta(hours=26)  # it comes once a day


@dataclass(slots=True)
class Memory:
    """What need not be asked each time: prices by the types of a fleet, sizes by type, the last report by cluster."""

    prices: dict[frozenset[str], tuple[datetime, Prices]] = field(default_factory=dict)
    types: dict[str, Type] = field(default_factory=dict)
    reports: dict[str, tuple[datetime, Reported | None]] = field(default_factory=dict)


def look(cluster: str, books: Callable[[], GoingOn], stack: Stack | None, memory: Memory, now: datetime) -> Seen:
    troubles, region = Troubles(), client("ecs").meta.region_name
    going_on = tried(troubles, "what is under way", books)
    reported = _reported(cluster, stack, memory, troubles, now)
    raws = tried(troubles, "the fleet", lambda: ecs.described(cluster)[0])
    if raws is None:
        return Seen(cluster, going_on, None, reported, unknown=troubles.sentences)
    hosts = [host_of(raw) for raw in raws if raw.get("registeredAt")]
    counts = {
        last_part(raw["containerInstanceArn"]): raw["runningTasksCount"] + raw["pendingTasksCount"] for raw in raws
    }
    work = work_of(cluster, hosts, counts, troubles)
    ids = {host.instance for host in hosts}
    known = tried(troubles, "types, zones and releases", lambda: instances_of(ids, hosts, troubles)) or ()
    instances = {each.id: each for each in known}
    prices = _prices(known, region, memory, troubles, now)
    types = _types(known, memory, troubles)
    fleet = (
        _standing(
            host,
            instances.get(host.instance),
            whole_of(host, counts[host.id]) if work is None else work.get(host.id, ()),
            prices,
            types,
        )
        for host in hosts
    )
    ordered = tuple(sorted(fleet, key=lambda each: (each.group or "~", each.instance)))
    return Seen(cluster, going_on, ordered, reported, prices.currency, work is not None, troubles.sentences)


def _standing(
    host: Host, instance: Instance | None, work: tuple[Work, ...], prices: Prices, types: Mapping[str, Type]
) -> Standing:  # fmt: skip
    size = types.get(instance.type) if instance else None
    return Standing(
        host.instance,
        host.provider or "",
        instance.type if instance else "unknown",
        instance.zone if instance else "unknown",
        bool(instance and instance.spot),
        _state(host, instance),
        _price(instance, prices),
        host.cpu,
        host.memory_mib,
        max(0, size.interfaces - 1) if size else 0,
        work,
        (instance.bottlerocket.version or "unknown") if instance and instance.bottlerocket else "",
    )


def _state(host: Host, instance: Instance | None) -> str:
    if instance and instance.state != "running":
        return instance.state
    if not host.agent_connected:
        return "agent lost"
    if host.impaired or (instance and instance.impaired):
        return "impaired"
    return ACTIVE if host.status == "ACTIVE" else host.status.lower()


def _price(instance: Instance | None, prices: Prices) -> float | None:
    if instance is None:
        return None
    return (
        prices.spot.get(instance.type, {}).get(instance.zone) if instance.spot else prices.on_demand.get(instance.type)
    )


def _prices(instances: Sequence[Instance], region: str, memory: Memory, troubles: Troubles, now: datetime) -> Prices:
    """Asked anew each hour, and when other types come."""
    types = frozenset(each.type for each in instances)
    known = memory.prices.get(types)
    if known and now - known[0] < PRICES_FOR:
        return known[1]
    found = tried(troubles, "prices", lambda: prices_of(instances, (), region, now, troubles))
    if found is None:
        return known[1] if known else Prices()
    memory.prices[types] = now, found
    return found


def _types(instances: Iterable[Instance], memory: Memory, troubles: Troubles) -> Mapping[str, Type]:
    wanted = {each.type for each in instances} - memory.types.keys()
    if wanted and (found := tried(troubles, "network interfaces of types", lambda: types_of(wanted, troubles))):
        memory.types.update({each.name: each for each in found})
    return memory.types


def _reported(cluster: str, stack: Stack | None, memory: Memory, troubles: Troubles, now: datetime) -> Reported | None:
    known = memory.reports.get(cluster)
    if known and now - known[0] < REPORT_FOR:
        return known[1]
    if stack is None or stack.history is None:
        return None
    try:
        told = list(
            operator_calls.told(stack.history, now - REPORTED_WITHIN, now, cluster=cluster, code="RebalanceReport")
        )
    except BallastError as error:
        troubles.note(f"the bound, and who blocks: the last report cannot be read ({str(error).rstrip('.')})")
        return known[1] if known else None
    found = reported_in(told[-1]) if told else None
    memory.reports[cluster] = now, found
    return found


def reported_in(notice: Mapping[str, Any]) -> Reported:
    """Of its lines; what they do not say is unknown."""
    bound = re.search(r"^([\d,]+\.\d+) bound:", str(notice.get("why", "")), re.MULTILINE)
    _, *held = str(notice.get("impact", "")).splitlines() or [""]
    return Reported(str(notice.get("at", "")), float(bound[1].replace(",", "")) if bound else None, tuple(held))
