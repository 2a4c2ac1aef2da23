"""Do hosts hear what ECS, and for updates Systems Manager, tells them?"""

from __future__ import annotations

from collections.abc import Iterator

from ballast_cli.doctor.checks.check import unseen
from ballast_cli.doctor.checks.clusters import ours
from ballast_cli.doctor.finding import Finding, broken, warning
from ballast_cli.doctor.seen import Unseen, seen
from ballast_cli.doctor.snapshot import Snapshot

SHOWN = 5


def agents(s: Snapshot) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-agent-connected.html"""
    for each in seen(s.managed):
        if isinstance(each.hosts, Unseen):
            yield from unseen(each.hosts, "container instances", f"cluster {each.name}")
            continue
        lost = [host.instance_id for host in each.hosts if not host.agent_connected]
        if lost:
            says = "ECS does not hear from agents: there it can neither place, stop nor see tasks, and no drain moves."
            mend = f'aws ecs list-container-instances --cluster {each.name} --filter "agentConnected == false"'
            say = broken if len(lost) == len(each.hosts) else warning
            yield say(says, f"{_some(lost, len(each.hosts))} of {each.name}", mend, "agentlost")


def budget(s: Snapshot) -> Iterator[Finding]:
    """Whoever made them so: what is out of service counts against the budget."""
    if seen(s.stack) is None:
        return
    policies = {each.name: s.policy(each) for each in ours(s)}
    for each in seen(s.managed):
        if isinstance(each.hosts, Unseen):
            yield from unseen(each.hosts, "container instances", f"cluster {each.name}")
            continue
        out = [host.instance_id for host in each.hosts if host.status != "ACTIVE" or not host.agent_connected]
        allowed = policies[each.name].budget_of(len(each.hosts)) if each.name in policies else 0
        if out and len(out) >= allowed > 0:
            says = f"The disruption budget is used up by instances that are draining or lost ({allowed} may be): nothing voluntary begins."
            mend = f"aws ecs list-container-instances --cluster {each.name} --status DRAINING"
            yield warning(says, f"{_some(out, len(each.hosts))} of {each.name}", mend, "drainwaits")


def reached(s: Snapshot) -> Iterator[Finding]:
    """Only where Bottlerocket is updated: our documents run on the host, by SSM.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/troubleshooting-managed-nodes.html
    """
    for each in seen(s.managed):
        where = f"cluster {each.name}"
        if isinstance(each.reach, Unseen):
            yield from unseen(each.reach, "whether SSM reaches hosts", where)
        if isinstance(each.hosts, Unseen):
            yield from unseen(each.hosts, "container instances", where)
            continue
        hosts = [host for host in each.hosts if host.online is not None]
        away = [host.instance_id for host in hosts if not host.online]
        if away:
            says = (
                "Systems Manager does not reach Bottlerocket hosts, so nobody can ask their version or update them in place; "
                "drains work. They need AmazonSSMManagedInstanceCore and a way to SSM."
            )
            mend = f"aws ssm describe-instance-information --filters Key=InstanceIds,Values={','.join(away[:SHOWN])}"
            say = broken if len(away) == len(hosts) else warning
            yield say(says, f"{_some(away, len(hosts))} of {each.name}", mend, "doctor-hosts")


def _some(ids: list[str], of: int) -> str:
    more = len(ids) - SHOWN
    return f"{len(ids)} of {of} hosts ({', '.join(ids[:SHOWN])}{f' and {more} more' if more > 0 else ''})"
