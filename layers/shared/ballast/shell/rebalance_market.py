"""What may the groups of a cluster launch, how big is that, and what does it and what is there cost?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ballast.aws.capacity_hosts import Host
from ballast.aws.group_offers import nominal_memory
from ballast.aws.instance_types import sizes_of
from ballast.aws.price_list import on_demand
from ballast.aws.scaling_groups import Looked
from ballast.aws.spot_prices import spot
from ballast.facts.task import Task
from ballast.rebalance.learned import Registered, offers, shared_by
from ballast.rebalance.sizes import Key, least_of
from ballast.rebalance.snapshot import Group, Instance, Market, Price
from ballast.shell.rebalance_hosts import Membership
from ballast.shell.rebalance_learned import learned_of


def with_offers(
    cluster: str,
    looked: Sequence[Looked],
    hosts: Sequence[Host],
    members: Mapping[str, Membership],
    daemons: Sequence[Task | None],
    *,
    now: datetime,
) -> tuple[Group, ...]:
    """What is there now counts, and what was there before.

    `daemons`: one task of each daemon service; None: nobody knows what it takes of every instance.
    """
    memory = learned_of(cluster)
    for key, registered in _registered(hosts, members).items():
        memory[key] = least_of(memory.get(key), registered, now)
    seen = {key: known.registered for key, known in memory.items()}
    everywhere = shared_by(seen.values())
    nominal = _nominal({name for each in looked for name, _ in each.launches.types})
    made = []
    for each in looked:
        group = each.group.name
        own = {name: registered for (of, name), registered in seen.items() if of == group}
        types = each.launches.types
        shared = shared_by(own.values()) if own else everywhere
        found = offers(types, own, nominal, [task for task in daemons if task], shared)
        # Where one may come whose size nobody knows, nobody can tell what fits.
        known = len(found) == len(types) and all(daemons)
        made.append(replace(each.group, offers=found if known else ()))
    return tuple(made)


def _registered(hosts: Sequence[Host], members: Mapping[str, Membership]) -> dict[Key, Registered]:
    found: dict[Key, Registered] = {}
    sizes = sizes_of(host.type for host in hosts if host.type)
    for host in hosts:
        member = members.get(host.record.instance_id)
        if member and host.type and host.registered.capacity.get("memory"):
            size = sizes.get(host.type)
            interfaces = max(0, size.interfaces - 1) if size else 0
            registered = replace(host.registered, capacity={**host.registered.capacity, "eni": interfaces})
            key = (member.group, host.type)
            found[key] = found[key].and_also(registered) if key in found else registered
    return found


def _nominal(types: Iterable[str]) -> dict[str, dict[str, int]]:
    return {
        name: {
            "cpu": size.cpu_units,
            "memory": nominal_memory(size.memory_mib),
            "gpu": size.gpus,
            "eni": max(0, size.interfaces - 1),
        }
        for name, size in sizes_of(types).items()
    }


def market(instances: Sequence[Instance], groups: Sequence[Group], region: str, now: datetime) -> tuple[Price, ...]:
    """What is told of the types that are there or may come, on the markets where they are."""
    pairs = {(each.instance_type, each.market) for each in instances if each.instance_type}
    pairs |= {(offer.instance_type, offer.market) for group in groups for offer in group.offers}
    priced = on_demand((name for name, where in pairs if where is Market.ON_DEMAND), region, now)
    return (*priced, *spot((name for name, where in pairs if where is Market.SPOT), region, now))
