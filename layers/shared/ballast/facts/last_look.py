"""What was seen of an instance's tasks before, or when, it went? Nothing is said of an end that nobody saw."""

from __future__ import annotations

from datetime import datetime, timedelta

from ballast.facts.task import Task, TaskKind
from ballast.facts.view import NOTHING_RUNS, View
from ballast.records.disruption import Phase

RUNS = (None, "pending", "running")  # None: nobody asked EC2
ENDS = ("shutting-down", "stopping", "stopped", "terminated")

# "up to about five minutes": https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
LISTS_LAG = timedelta(minutes=5)


def is_unlisted(view: View, now: datetime) -> bool:
    """Whether ECS may list too few tasks yet: fewer, with those that have stopped since, than it counted when the drain began.

    What was placed just before is counted at once, and listed late; once it is told to stop, no count has it any more.
    At its deadline, and after minutes, a drain goes by what is listed.
    """
    known = view.disruption
    if known is None or known.begun_at is None or view.tasks is None or now - known.begun_at >= LISTS_LAG:
        return False
    if known.outcome_at is not None and now >= known.outcome_at:
        return False
    if view.instance is not None and view.instance.status in NOTHING_RUNS:
        return False
    since = [t for t in view.tasks if not t.stopped or t.changed_at is None or t.changed_at >= known.begun_at]
    return len(since) < (known.tasks_at_start or 0)


def seen_empty(view: View) -> bool:
    """Whether its tasks were listed while EC2 had it running and its group held it, and none but daemons was left.

    A list of an instance that has ended, or whose root volume is being replaced, shows what that has left: it says nothing.
    """
    return view.ec2_state in RUNS and view.tasks is not None and not view.left and not ended(view)


def ended(view: View) -> bool:
    """Whether it is known to have ended, or to get a new root volume, with whatever ran there."""
    goes_on = view.membership is not None and view.membership.goes_on
    return goes_on or view.ec2_state in ENDS or bool(_ended_with_it(view, gone=False))


def wants_last_look(view: View) -> bool:
    """Whether EC2 takes it, or has, and nobody has seen it empty before."""
    known = view.disruption
    if known is None or known.phase in (Phase.WAITING, Phase.ROLLED_BACK) or known.emptied_at:
        return False
    return view.tasks is None and view.ec2_state in ENDS


def cut_off(view: View, *, gone: bool = False) -> tuple[Task, ...]:
    """Tasks, daemons aside, that nobody had told to stop and that ended with their host, in a stable order.

    `gone`: EC2 has terminated it. Where its agent was not connected then, ECS has not heard that they ended, and they have
    not heard that they were to stop: it shows them RUNNING or STOPPING until somebody deregisters it.
    """
    unheard = view.instance is not None and not view.instance.agent_connected and not _repaired(view)
    return tuple(t for t in _ended_with_it(view, gone=gone) if not t.ordered or (not t.stopped and unheard))


def _repaired(view: View) -> bool:
    """Whether Ballast had it replaced for being ill: what ECS had ordered to stop there was replaced before (`drain.unheard`)."""
    return view.disruption is not None and view.disruption.signal is not None


def cut_short(view: View, *, gone: bool = False) -> tuple[Task, ...]:
    """The others that ended with their host: they were stopping already and did not get the time for it."""
    cut = cut_off(view, gone=gone)
    return tuple(task for task in _ended_with_it(view, gone=gone) if task not in cut)


def _ended_with_it(view: View, *, gone: bool) -> list[Task]:
    found = (t for t in view.tasks or () if t.kind not in (TaskKind.DAEMON, TaskKind.UNREAD))
    ended = (t for t in found if t.ended_with_host or (gone and not t.stopped))
    return sorted(ended, key=lambda task: (task.group, task.arn))
