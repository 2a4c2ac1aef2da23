"""Our lifecycle hook: which groups need it, and what do we know of one that holds an instance?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ballast.drain.events import InstanceTerminating, Survival
from ballast.drain.triggers import OUR_HOOK, while_held
from ballast.facts.group import DEFAULT_HEARTBEAT_S, SHORTEST_TIMEOUT_S, GroupHook
from ballast.facts.view import Cluster
from ballast.plans.actions import Claim, PutHook, Record, Tell
from ballast.plans.plan import Plan
from ballast.policy.policy import MANAGED_TAG
from ballast.records.disruption import Disruption, Hook, Phase, Reason
from ballast.records.watch import Watch, WatchKind
from ballast.words import hooks as say

ECS_TAG = "AmazonECSManaged"  # ECS puts it on the groups of capacity providers; our role's conditions ask for it
GLOBAL_HOOK_LIMIT = timedelta(hours=48)
# Before another hold is let go, or its own deadline has come: what was empty, and what was over its deadline.
LOOKED_AT_AGAIN = frozenset({Phase.DRAINED, Phase.FORCING, Phase.FORCED, Phase.ESCALATED})


def plan_hooks(
    cluster: Cluster,
    tags_by_group: Mapping[str, Mapping[str, str]],
    hooks: Sequence[GroupHook],
    watches: Sequence[Watch],
    now: datetime,
    *,
    operators: Mapping[str, str] | None = None,
) -> tuple[Plan, ...]:
    """One plan for each group that has neither ECS managed draining nor our hook in working order.

    `operators`: who alone may change a group, by group; none is put there, and that is a ticket.

    That the hook is about to be put is on record before, so that it is told although the first attempt to tell it fails.

    ECS managed draining has a hook of its own and completes it itself:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html
    """
    ecs_drains = {p.group for p in cluster.providers if p.managed_draining}
    ours = {hook.group: hook for hook in hooks if hook.name == OUR_HOOK}
    untold = {w.subject: w for w in watches if w.kind is WatchKind.HOOK_PUT}
    plans = []
    for group, tags in sorted(tags_by_group.items()):
        hook, watch = ours.get(group), untold.get(group)
        told = Tell(say.hook_put(cluster, group, watch.since if watch else now))
        if operator := (operators or {}).get(group):
            given_up = (Record(watch, None),) if watch else ()
            ticket = Tell(say.group_operated(cluster, group, operator, now))
            plans.append(Plan("its operator alone may change it", (ticket, *given_up)))
            continue
        if group in ecs_drains or (hook and _works(hook)):
            if watch:
                put = (told,) if hook else ()
                plans.append(Plan("it was put, and is to be told", (*put, Record(watch, None))))
            continue
        if ECS_TAG not in tags and tags.get(MANAGED_TAG) != "true":
            plans.append(Plan("our role may not touch it", (Tell(say.group_not_tagged(cluster, group, now)),)))
            continue
        begun = watch or Watch(cluster.name, WatchKind.HOOK_PUT, group, now)
        claim = () if watch else (Claim(begun),)
        acts = (*claim, PutHook(group, OUR_HOOK, cluster.name), told, Record(begun, None))
        plans.append(Plan("nothing holds its instances while they drain", acts))
    return tuple(plans)


def hooks_untold(watches: Sequence[Watch]) -> frozenset[str]:
    """Groups on which our hook was to be put, and people have not heard whether it was."""
    return frozenset(watch.subject for watch in watches if watch.kind is WatchKind.HOOK_PUT)


def _works(hook: GroupHook) -> bool:
    """ABANDON would skip the other hooks of the group, and a short timeout runs out between two sweeps."""
    return hook.default_result == "CONTINUE" and hook.heartbeat_timeout_s >= SHORTEST_TIMEOUT_S


def held_hook(held: InstanceTerminating, timeout_s: int | None) -> Hook:
    """Our hook as the event found it, with its timeout where that was looked up."""
    timeout_s = timeout_s or DEFAULT_HEARTBEAT_S
    # Without a token the sweep found it held, unknown since when: let the next sweep send a heartbeat.
    waits_since = held.at if held.token else held.at - timedelta(seconds=timeout_s / 2)
    root = held.survives is Survival.ROOT_VOLUME or None
    return Hook(held.group, OUR_HOOK, held.token, timeout_s, held.at, waits_since, of_root_volume=root)


def within_hook(deadline: datetime | None, hook: Hook) -> datetime:
    """A hook holds for 48 hours or 100 heartbeat timeouts, whichever is less.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LifecycleHook.html
    """
    ends = hook.held_since + min(GLOBAL_HOOK_LIMIT, timedelta(seconds=100 * hook.heartbeat_timeout_s))
    return min(deadline or ends, ends)


def with_hook_of(wanted: Disruption, known: Disruption) -> Disruption:
    """A hook stays while it holds. One that joins sets a limit to how long a forced drain may take, and ends it anew."""
    hook, before = wanted.hook, known.hook
    terminates = waited_for_root(known) and wanted.reason is Reason.LIFECYCLE_HOOK
    if hook is None or (before and not _is_another_hold(hook, before, terminates=terminates)):
        return known
    unseen = known.held_by_our_hook and before and before.is_over(hook.held_since) and not known.emptied_at
    return replace(
        known,
        hook=hook,
        group=wanted.group,
        deadline=within_hook(while_held(wanted.deadline, known), hook) if known.forced else known.deadline,
        phase=Phase.DRAINING if known.phase in LOOKED_AT_AGAIN else known.phase,
        reason=wanted.reason if known.reason is Reason.ROOT_VOLUME else known.reason,
        maybe_cut_off_at=known.maybe_cut_off_at or (hook.held_since if unseen else None),
    )


def waited_for_root(known: Disruption) -> bool:
    """Whether its hold was one for a new root volume, also if EC2 has said since that it takes the instance."""
    return known.reason is Reason.ROOT_VOLUME or bool(known.hook and known.hook.of_root_volume)


def _is_another_hold(held: Hook, before: Hook, *, terminates: bool) -> bool:
    """An instance waits in one state at a time: a later hold, by its token, says that the one before is void.

    `terminates`: it waits for its end now and had waited for a new root volume, so the token need not be known.

    As when its group terminates an instance while it waits for a new root volume.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
    """
    if held.token is None:
        return terminates
    if held.token == before.token:
        return False
    return before.completed or held.held_since > before.held_since
