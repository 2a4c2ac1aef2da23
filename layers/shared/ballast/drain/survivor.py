"""Decide about an instance that was to go and did not: EC2 stopped it only, started it again, or its group kept it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.drain.end import fenced, give_back, with_cut_off
from ballast.drain.hook import within_hook
from ballast.facts.group import WAITS_FOR_ROOT
from ballast.facts.view import View
from ballast.plans.actions import Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.records.disruption import SURVIVED_AFTER, TAKEN_BY_EC2, Disruption, Phase, Reason
from ballast.words import outcomes as say_how

OUT_ALREADY = 1_000_000  # a budget that cannot refuse what has been out of service all along
HOOK_IS_OVER = timedelta(minutes=2)  # an answer of the group from before the hook would have come by then


def serves_again(view: View, known: Disruption, now: datetime) -> bool:
    """EC2 runs it though its announced end is long over, or was a stop; or its group has it in service again."""
    instance = view.instance
    if instance is None or view.ec2_state != "running" or view.leaves_its_group or known.phase is Phase.WAITING:
        return False
    if known.stopped_since is not None:
        return instance.agent_connected
    if known.hook is not None and known.by_its_group:
        # A new root volume, or out of the warm pool again.
        in_service = view.membership is not None and view.membership.in_service
        # One that was detached meanwhile is nobody's to terminate; a group forgets those that it did after minutes.
        patience = SURVIVED_AFTER if view.in_no_group else HOOK_IS_OVER
        stays = in_service or view.in_no_group
        return stays and instance.agent_connected and now - known.hook.held_since >= patience
    announced = known.reason in TAKEN_BY_EC2 and known.goes_at is not None
    return announced and now > (known.goes_at or now) + SURVIVED_AFTER


def plan_survivor(view: View, known: Disruption, now: datetime) -> Plan:
    """EC2 did not take it after all: give it back, unless somebody else drains it, or an update has it."""
    if known.update_waits_since:
        return _plan_update_goes_on(view, known, now)
    given = give_back(view, known, serves=not known.foreign)
    told = Tell(say_how.instance_survived(view, known, now))
    return fenced("it still runs long after its announced end", known, *given, told)


def _plan_update_goes_on(view: View, known: Disruption, now: datetime) -> Plan:
    """Nobody knows which version it runs, and whether all of it: who updates it asks it before it serves.

    Nothing forces it any more, so it may be given up as any update.
    """
    empty = known.phase is Phase.DRAINED
    back = next_revision(
        replace(
            known,
            reason=Reason.BOTTLEROCKET_UPDATE,
            phase=Phase.DRAINED if empty else Phase.DRAINING,
            forced=False,
            update_waits_since=None,
            resumed_at=now,
            deadline=None if empty else now + view.cluster.policy.voluntary_deadline,
            goes_at=None,
            hook=None,
            stopped_since=None,
        )
    )
    told = Tell(say_how.instance_survived(view, known, now))
    return Plan("EC2 did not take it, so its update goes on", (told, Record(known, back, OUT_ALREADY)))


def stays_stopped(view: View) -> bool:
    """Whether no group terminates what EC2 has stopped, so that it may be started again."""
    return view.in_no_group or (view.membership is not None and view.membership.may_stay_stopped)


def plan_stopped(view: View, known: Disruption, now: datetime) -> Plan:
    """Told once. It stays ours as long as it is DRAINING by us: EC2 or a person may start it again.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/stop-spot-instances.html
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pool-instance-lifecycle.html
    """
    if known.stopped_since is not None:
        return Plan("it is stopped; when it is started again it will be ACTIVE")
    seen = with_cut_off(view, known)
    cut = (Tell(say_how.tasks_cut_off(view, seen, now)),) if seen.cut_off else ()
    told = Tell(say_how.instance_stopped(view, seen, now))
    after = next_revision(replace(seen, phase=Phase.DRAINED, stopped_since=now))
    return Plan("EC2 stopped it", (*cut, told, Record(known, after)))


def plan_hook_goes_on(view: View, known: Disruption, now: datetime) -> Plan | None:
    """EC2 did not take it when it said so, but its group still does: from here on that drain's own deadline counts.

    None where no hook of ours holds it, or where that deadline has passed as well.
    """
    hook = known.hook
    if hook is None or hook.completed or known.reason not in TAKEN_BY_EC2 or known.phase is not Phase.DRAINING:
        return None
    deadline = within_hook(hook.held_since + view.cluster.policy.scale_in_deadline, hook)
    if now >= deadline:
        return None
    root = view.membership is not None and view.membership.lifecycle_state == WAITS_FOR_ROOT
    reason = Reason.ROOT_VOLUME if root else Reason.LIFECYCLE_HOOK
    held = replace(known, reason=reason, deadline=deadline, goes_at=None)
    return Plan("EC2 did not take it after all, its group does", (Record(known, next_revision(held)),))
