"""Does something hold an instance while it drains, and does anything let go too early?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from shlex import quote

from ballast.drain.hook import ECS_TAG
from ballast.drain.triggers import OUR_HOOK
from ballast.facts.group import DEFAULT_HEARTBEAT_S, SHORTEST_TIMEOUT_S, GroupHook
from ballast.policy.policy import MANAGED_TAG
from ballast_cli.doctor.checks.check import unseen
from ballast_cli.doctor.checks.groups import AS, of_clusters, where_of
from ballast_cli.doctor.finding import Finding, broken, note, warning
from ballast_cli.doctor.fleet import GroupSeen, Managed
from ballast_cli.doctor.seen import Unseen
from ballast_cli.doctor.snapshot import Snapshot

PUT_WITHIN = timedelta(minutes=20)  # docs/operating.md#install, and some for the sweep
ECS_HOOK = "ecs-managed-draining-termination-hook"


def ours(s: Snapshot) -> Iterator[Finding]:
    """Where ECS manages draining it has a hook of its own: a group needs that or ours, as `drain/hook` has it.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html
    """
    for each in of_clusters(s):
        if isinstance(each, Finding):
            yield each
        elif isinstance(each[1].hooks, Unseen):
            yield from unseen(each[1].hooks, "lifecycle hooks", where_of(*each))
        elif not each[1].operator:
            yield from _of_group(s, *each, each[1].hooks)


def _of_group(s: Snapshot, managed: Managed, group: GroupSeen, hooks: tuple[GroupHook, ...]) -> Iterator[Finding]:
    where, hook = where_of(managed, group), next((h for h in hooks if h.name == OUR_HOOK), None)
    if _ecs_drains(managed, group):
        says = "ECS drains these instances at a scale-in, so Ballast puts no hook, and its deadline and outcome do not apply there."
        yield note(says, where, "", "doctor-groups")
    elif hook is None:
        yield _missing(s, group, where)
    elif not _works(hook):
        says = f"The hook {OUR_HOOK} does not hold as it should: its result must be CONTINUE and its timeout at least {SHORTEST_TIMEOUT_S} s."
        how = f" ({hook.default_result}, {hook.heartbeat_timeout_s} s)"
        yield broken(says, f"{where}{how}", _put(group), "lifecyclehookput")


def _missing(s: Snapshot, group: GroupSeen, where: str) -> Finding:
    says = f"Nothing holds instances while they drain: there is no hook {OUR_HOOK} and no ECS managed draining."
    put, see = _put(group), "lifecyclehookput"
    if ECS_TAG not in group.tags and group.tags.get(MANAGED_TAG) != "true":
        return warning(f"{says} Ballast puts it once the group has its tag.", where, "", "groupnottagged")
    if s.parameter("PutLifecycleHooks") == "false":
        return broken(f"{says} PutLifecycleHooks is false, so it is yours to put.", where, put, see)
    if s.parameter("DryRun") == "true":
        return warning(f"{says} Ballast puts it once dry run is off.", where, "make deploy", see)
    say = warning if s.is_younger(PUT_WITHIN) else broken
    return say(f"{says} Ballast puts it within 15 minutes, if nothing else is broken.", where, put, see)


def others(s: Snapshot) -> Iterator[Finding]:
    """At a terminating instance ABANDON ends the wait of every hook, also when the timeout brings it.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
    """
    for each in of_clusters(s):
        if isinstance(each, Finding):
            yield each
            continue
        managed, group = each
        if isinstance(group.hooks, Unseen):
            yield from unseen(group.hooks, "lifecycle hooks", where_of(managed, group))
            continue
        for hook in group.hooks:
            if hook.name in (OUR_HOOK, ECS_HOOK) or hook.default_result != "ABANDON":
                continue
            says = (
                "Somebody else's hook races Ballast: its default result ABANDON lets the instance go at its timeout, whatever "
                "other hooks still hold it and however full it is."
            )
            where = f"{where_of(managed, group)}: {hook.name} after {hook.heartbeat_timeout_s} s"
            yield warning(says, where, _continue(group, hook), "doctor-groups")


def _continue(group: GroupSeen, hook: GroupHook) -> str:
    """PutLifecycleHook changes one that is there, and leaves what is not said."""
    return f"{AS} put-lifecycle-hook --auto-scaling-group-name {quote(group.name)} --lifecycle-hook-name {hook.name} --default-result CONTINUE"


def _put(group: GroupSeen) -> str:
    return (
        f"{AS} put-lifecycle-hook --auto-scaling-group-name {quote(group.name)} --lifecycle-hook-name {OUR_HOOK} "
        f"--lifecycle-transition autoscaling:EC2_INSTANCE_TERMINATING --heartbeat-timeout {DEFAULT_HEARTBEAT_S} "
        "--default-result CONTINUE"
    )


def _works(hook: GroupHook) -> bool:
    return hook.default_result == "CONTINUE" and hook.heartbeat_timeout_s >= SHORTEST_TIMEOUT_S


def _ecs_drains(managed: Managed, group: GroupSeen) -> bool:
    providers = () if isinstance(managed.providers, Unseen) else managed.providers
    return any(p.group == group.name and p.managed_draining for p in providers)
