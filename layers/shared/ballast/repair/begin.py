"""How does a repair begin, and how is one called off? What follows is a drain like others, in `drain`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ballast.drain.end import fenced
from ballast.drain.replace_first import taken_back
from ballast.facts.health import Health
from ballast.plans.action import Action
from ballast.plans.actions import Claim, Record, Tell, TerminateInstance
from ballast.plans.plan import Plan
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.repair import Repairs, Signal
from ballast.records.watch import Watch
from ballast.repair.signals import records_of
from ballast.words import repair as say

NOTHING_RUNS = frozenset({Signal.NEVER_JOINED, Signal.REGISTRATION_FAILED})


def plan_begin(seen: Health, watch: Watch, before: Repairs | None, memory: Repairs, now: datetime) -> Plan:
    """`memory`: of its group, with this one; `before`: as the ledger holds it."""
    cluster, group = seen.cluster, memory.group
    counted: Action = Claim(memory, before)
    if watch.signal in NOTHING_RUNS:
        notice = say.unjoined_replaced(cluster, watch, now)
        terminate = TerminateInstance(group, watch.subject)
        return Plan("nothing runs there, so its group replaces it", (counted, terminate, Tell(notice)))
    record = records_of(seen).get(watch.subject)
    if record is None:
        return Plan("ECS does not list it any more")
    wanted = Disruption(
        cluster=cluster.name,
        instance_id=watch.subject,
        reason=Reason.REPAIR,
        phase=Phase.WAITING,
        forced=False,
        started_at=now,
        retry_at=now,
        group=group,
        container_instance=record.arn,
        tasks_at_start=record.running_tasks + record.pending_tasks,
        signal=watch.signal,
        revision=1,
    )
    told = Tell(say.repair_begins(cluster, wanted, watch, record, now))
    return Plan(f"repair: {watch.why}", (counted, Claim(wanted), told))


def plan_noted(before: Repairs | None, memory: Repairs) -> Plan:
    """The books only."""
    return Plan("remembered of its group", (Record(before, memory),))


def plan_recovered(seen: Health, known: Disruption, now: datetime, *, is_ill: bool) -> Iterator[Plan]:
    """One that has not begun to drain is called off once AWS says that it is well, and so is what was launched for it.

    That needs everybody listed; of an agent that is back each look of its own drain tells (`drain.repairs`).
    """
    if known.reason is not Reason.REPAIR or known.phase is not Phase.WAITING or is_ill or seen.everybody is None:
        return
    back = taken_back(known, seen.capacity, seen.everybody, now, seen.cluster.policy)
    if back is None:
        yield Plan("nobody knows yet what was launched for it, or a pause holds it")
        return
    yield fenced("it is well again", known, *back, Tell(say.repair_over(seen.cluster, known, now)))
