"""May Ballast act on the groups of its clusters, and can they do what it asks of them?"""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from ballast.drain.hook import ECS_TAG
from ballast.policy.policy import MANAGED_TAG
from ballast_cli.doctor.checks.check import unseen
from ballast_cli.doctor.checks.clusters import near_miss
from ballast_cli.doctor.finding import Finding, broken, note, warning
from ballast_cli.doctor.fleet import GroupSeen, Managed
from ballast_cli.doctor.seen import Unseen, seen
from ballast_cli.doctor.snapshot import Snapshot

AS = "aws autoscaling"
# What a suspended process stops, and whether Ballast's own work stops with it.
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/understand-how-suspending-processes-affects-other-processes.html
STOPS = {
    "Launch": (broken, "the group launches nothing, so whatever Ballast drains or gives back is not replaced"),
    "Terminate": (broken, "the group terminates nothing, so instances that Ballast has emptied stay, and are paid for"),
    "ReplaceUnhealthy": (warning, "the group replaces no instance that is ill or was interrupted"),
    "HealthCheck": (warning, "the group does not notice that an instance is ill or gone"),
    "AlarmNotification": (warning, "scaling policies do nothing, those of ECS managed scaling too"),
    "InstanceRefresh": (warning, "no instance refresh moves, so Bottlerocket rollouts with replace stand still"),
    "ScheduledActions": (note, "scheduled actions are not carried out"),
    "AddToLoadBalancer": (note, "new instances are not added to the group's load balancer"),
    "AZRebalance": (note, "the group does not even out its zones by itself, which Ballast does not need"),
}


def of_clusters(s: Snapshot) -> Iterator[tuple[Managed, GroupSeen] | Finding]:
    """Each group of each managed cluster, or that nobody could look."""
    for each in seen(s.managed):
        if isinstance(each.groups, Unseen):
            yield from unseen(each.groups, "Auto Scaling groups")
            continue
        yield from ((each, group) for group in each.groups)


def tagged(s: Snapshot) -> Iterator[Finding]:
    """The roles may touch a group that ECS or the operator has tagged, and no other: docs/operating.md#groupnottagged."""
    for each in of_clusters(s):
        if isinstance(each, Finding):
            yield each
            continue
        managed, group = each
        if ECS_TAG in group.tags or group.tags.get(MANAGED_TAG) == "true":
            continue
        miss = near_miss(group.tags)
        where = f"{where_of(managed, group)}{f", which has '{miss[0]}'='{miss[1]}'" if miss else ''}"
        says = f"A group has neither the tag {MANAGED_TAG}=true nor {ECS_TAG}: Ballast may not touch it, and its instances go without a drain."
        tag = f"ResourceId={quote(group.name)},ResourceType=auto-scaling-group,Key={MANAGED_TAG},Value=true,PropagateAtLaunch=false"
        yield broken(says, where, f"{AS} create-or-update-tags --tags {tag}", "groupnottagged")


def gone(s: Snapshot) -> Iterator[Finding]:
    for each in seen(s.managed):
        if isinstance(each.providers, Unseen):
            yield from unseen(each.providers, "capacity providers", f"cluster {each.name}")
        for provider, group in each.gone:
            says = "The group of a capacity provider does not exist any more."
            mend = f"aws ecs describe-clusters --clusters {each.name} --query 'clusters[].[capacityProviders,defaultCapacityProviderStrategy]'"
            yield warning(says, f"provider {provider} of {each.name}, group {group}", mend, "groupunreachable")


def operated(s: Snapshot) -> Iterator[Finding]:
    for each in of_clusters(s):
        if isinstance(each, Finding):
            yield each
        elif each[1].operator:
            says = f"A group may be changed by its operator {each[1].operator} alone: no hook, no voluntary drain, no update there."
            mend = f"{AS} describe-auto-scaling-groups --auto-scaling-group-names {quote(each[1].name)} --query 'AutoScalingGroups[].Operator'"
            yield warning(says, where_of(*each), mend, "groupoperated")


def processes(s: Snapshot) -> Iterator[Finding]:
    for each in of_clusters(s):
        if isinstance(each, Finding):
            yield each
            continue
        for process in sorted(each[1].suspended):
            say, stops = STOPS.get(process, (note, "what it does is not done"))
            mend = (
                f"{AS} resume-processes --auto-scaling-group-name {quote(each[1].name)} --scaling-processes {process}"
            )
            yield say(
                f"{process} is suspended: {stops}.", where_of(*each), "" if say is note else mend, "doctor-groups"
            )


def protected(s: Snapshot) -> Iterator[Finding]:
    """Managed termination protection works with managed scaling, in a group that protects what it launches.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-termination-protection.html
    """
    for each in seen(s.managed):
        if isinstance(each.providers, Unseen):
            yield from unseen(each.providers, "capacity providers", f"cluster {each.name}")
            continue
        if isinstance(each.groups, Unseen):
            yield from unseen(each.groups, "Auto Scaling groups")
            continue
        groups = {group.name: group for group in each.groups}
        for provider in each.providers:
            group = groups.get(provider.group)
            if not provider.termination_protection or group is None:
                continue
            if not group.protects_new:
                says = "ECS manages termination protection, but the group does not protect what it launches: ECS may end instances with tasks."
                mend = f"{AS} update-auto-scaling-group --auto-scaling-group-name {quote(group.name)} --new-instances-protected-from-scale-in"
                yield warning(
                    says, f"provider {provider.name} of {each.name}, group {group.name}", mend, "doctor-groups"
                )
            if s.parameter("Rebalance") == "on" and not provider.managed_scaling:
                says = "ECS protects instances and does not scale, so nobody takes the protection away: nothing there is given back."
                mend = f"aws ecs describe-capacity-providers --capacity-providers {provider.name}"
                yield warning(says, f"provider {provider.name} of {each.name}", mend, "doctor-groups")


def full(s: Snapshot) -> Iterator[Finding]:
    """Repair and exchange launch another instance first: docs/operating.md#repairheld."""
    if "on" not in (s.parameter("Repair"), s.parameter("Rebalance")):
        return
    for each in of_clusters(s):
        if isinstance(each, Finding):
            yield each
        elif each[1].desired >= each[1].most:
            says = "A group is as large as it may be, so nothing can be launched there before something goes: no repair, no exchange."
            name = quote(each[1].name)
            mend = f"{AS} update-auto-scaling-group --auto-scaling-group-name {name} --max-size {each[1].most + 1}"
            yield warning(says, f"{where_of(*each)}: {each[1].desired} of {each[1].most}", mend, "doctor-groups")


def where_of(managed: Managed, group: GroupSeen) -> str:
    return f"group {group.name} of {managed.name}"
