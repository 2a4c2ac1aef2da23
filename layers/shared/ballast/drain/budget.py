"""How many instances of a cluster are out of service, and how many may be? Whoever begins voluntarily asks here."""

from __future__ import annotations

from collections.abc import Iterator

from ballast.facts.capacity import GroupCapacity
from ballast.facts.view import ContainerInstance, InstanceStatus, View
from ballast.words.incident import few


def budget_objection(view: View) -> str | None:
    """In words. An instance that went and was not replaced uses the budget up, as one that is registered and does not serve."""
    if view.capacity is None:
        return "its cluster's Auto Scaling groups could not be read, so nobody knows how many instances are missing"
    out, budget = len(view.in_flight) + out_of_service(view), budget_of(view)
    if out < budget:
        return None
    which = "; ".join(_which(view))
    return f"{_are_out(out)}{f' ({which})' if which else ''} and the disruption budget is {budget}"


def _which(view: View) -> Iterator[str]:
    """Who is out: those that Ballast disrupts, those that others do, and those that are not there."""
    out = [n for n in _ours(view) if not _serves(n, view) and n.instance_id not in {*view.in_flight, view.instance_id}]
    drained = sorted(n.instance_id for n in out if n.status is not InstanceStatus.ACTIVE)
    unread = view.cluster.unread
    lost = sorted(n.instance_id for n in out if n.status is InstanceStatus.ACTIVE and n.instance_id not in unread)
    begun = sorted(n.instance_id for n in out if n.status is InstanceStatus.ACTIVE and n.instance_id in unread)
    missing = {g.group: _lacks(g, view) - sum(n.instance_id in g.members for n in out) for g in view.capacity or ()}
    lacking = [f"{number} of group {group}" for group, number in missing.items() if number > 0]
    for what, some in (
        ("disrupted by Ballast", sorted(view.in_flight)),
        ("DRAINING otherwise", drained),
        ("agent disconnected", lost),
        ("nobody can read what was begun", begun),
        ("not there or not yet in service", lacking),
    ):
        if some:
            yield f"{what}: {', '.join(few(some))}"


def out_of_service(view: View) -> int:
    """Instances that are out of service besides the voluntary disruptions in flight, which the ledger counts itself.

    For each group what it should have and does not serve here, or what is registered and does not serve, whichever is
    more: a host that leaves and the one that takes its place are one and the same.
    """
    registered_out = {n.instance_id for n in _ours(view) if not _serves(n, view)} - view.in_flight - {view.instance_id}
    total, in_groups = 0, set[str]()
    for group in view.capacity or ():
        in_groups |= group.members
        total += max(_lacks(group, view), len(registered_out & group.members))
    return total + len(registered_out - in_groups)


def budget_of(view: View) -> int:
    """Most instances of the cluster that may be out of service now: a share of those that there should be."""
    if view.neighbours is None:
        return view.cluster.policy.budget_of(view.cluster.instances)
    desired = sum(g.desired for g in view.capacity or () if not g.shared)
    return view.cluster.policy.budget_of(max(desired, len(_ours(view))))


def serves(instance: ContainerInstance) -> bool:
    return instance.status is InstanceStatus.ACTIVE and instance.agent_connected


def _serves(instance: ContainerInstance, view: View) -> bool:
    """Not one with which something was begun that nobody can read: unknown is never free."""
    return serves(instance) and instance.instance_id not in view.cluster.unread


def _lacks(group: GroupCapacity, view: View) -> int:
    """Of its desired capacity those that do not serve in this cluster, without the voluntary ones in flight, or about to be."""
    here = {i.instance_id: _serves(i, view) for i in _ours(view)}
    serving = sum(here.get(i, group.shared) for i in group.in_service)
    in_flight = sum(not here.get(i, False) for i in (view.in_flight | {view.instance_id}) & group.members)
    return max(0, group.desired - serving - in_flight)


def _ours(view: View) -> list[ContainerInstance]:
    """All of the cluster but those that ECS looks after itself, and those that wait in a warm pool for their service.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html
    """
    known = (*(view.neighbours or ()), *([view.instance] if view.instance else []))
    warm = {i for group in view.capacity or () for i in group.warm}
    return [each for each in known if not view.cluster.managed_by_ecs(each) and each.instance_id not in warm]


def _are_out(number: int) -> str:
    return "1 instance is out of service" if number == 1 else f"{number} instances are out of service"
