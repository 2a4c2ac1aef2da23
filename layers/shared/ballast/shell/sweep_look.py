"""What does the sweep see of one cluster, and what follows? Drains that go on, held instances nobody told of, watches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import batched
from typing import TYPE_CHECKING

from ballast.aws import asked_groups, ecs, lifecycle_hooks
from ballast.drain.agents import connected_by, lost_before
from ballast.drain.asks import triggers_of
from ballast.drain.cadence import minute_of
from ballast.drain.cluster_status import plan_status
from ballast.drain.events import InstanceTerminating, Survival
from ballast.drain.hook import waited_for_root
from ballast.drain.others import due_agents, due_drains, plan_watches, round_of
from ballast.drain.progress import plan_progress
from ballast.drain.start import plan_start
from ballast.drain.triggers import OUR_HOOK, TO_JUDGE, Need, Trigger
from ballast.facts.group import HELD, WAITS_FOR_ROOT, GroupMembership
from ballast.facts.view import ABSENT, ContainerInstance, InstanceStatus, View
from ballast.plans.plan import UNDECIDED, Plan, plan_each
from ballast.records.disruption import Disruption, Phase
from ballast.records.watch import Watch
from ballast.shell.batch import decided
from ballast.shell.execute import Executor
from ballast.shell.look import Observer, view_instances
from ballast.shell.questions import Questions
from ballast.telemetry import logger

if TYPE_CHECKING:
    from ballast.shell.elsewhere import Elsewhere

AT_ONCE = 50  # views that are filled, decided and acted on before the time is looked at


class SweepLook:
    """Of the observer's cluster, at its moment; `members`: instances of its groups, as far as those could be asked."""

    def __init__(
        self, observer: Observer, members: Mapping[str, GroupMembership], executor: Executor, questions: Questions
    ) -> None:
        self._cluster = observer.cluster
        self._members = members
        self._execute = executor.execute
        self._questions = questions
        self._now = observer.now
        self._observer = observer
        self.listed: tuple[ContainerInstance, ...] | None = None  # who drains or lost its agent; None: nobody told
        self.unheard: tuple[ContainerInstance, ...] | None = (
            None  # the same, without those that another record shows well
        )
        self._begun = False  # one voluntary drain a round

    def run(
        self,
        everybody: Sequence[ContainerInstance] | None,
        disruptions: Sequence[Disruption],
        watches: Sequence[Watch],
        *,
        discover: bool,
    ) -> None:
        """Raises where ECS does not tell who is there; each of the rest is a question of its own.

        `everybody`: all container instances, where they have just been listed.
        """
        name = self._cluster.name
        if everybody is None:
            listed = ecs.list_instances(name, status="DRAINING") + ecs.list_instances(
                name, filter="agentConnected == false"
            )
        else:
            listed = tuple(i for i in everybody if i.status is InstanceStatus.DRAINING or not i.agent_connected)
        self.listed = tuple(listed)
        held = {i for i, m in self._members.items() if m.lifecycle_state in HELD} if discover else set()
        seen = {i.instance_id for i in listed}
        # Perhaps connected by another record, or again.
        lost = lost_before(watches) | {i.instance_id for i in listed if not i.agent_connected}
        found = ecs.find_instances(name, lost | ((held | {d.instance_id for d in disruptions}) - seen))
        records = {i.arn: i for i in (*listed, *found.instances)}
        views = {
            v.instance_id: replace(v, membership=self._members.get(v.instance_id))
            for v in view_instances(self._cluster, records.values(), disruptions)
        }
        ours = [v for v in views.values() if v.disruption]
        self._each_some(ours, "how do its drains go on?", self._progress)
        unknown = sorted(i for i in held if i not in views or not _hooked(views[i].disruption, self._members[i]))
        self._each_some(unknown, "which held instances did no event tell of?", lambda some: self._discover(some, views))
        connected = connected_by(records.values(), () if found.complete else lost)
        if found.complete:
            self.unheard = tuple(i for i in listed if i.agent_connected or not connected.get(i.instance_id))
        there = [v for v in views.values() if v.instance_id in seen]
        at_work = [v for v in there if _under_way(v.disruption)]
        watched = [v for v in there if not _under_way(v.disruption)]
        ask = self._questions.ask
        ask("is it active?", lambda: self._execute(plan_status(self._cluster, len(ours), watches, self._now)))
        ask("what do others do?", lambda: self._watch(watched, at_work, watches, connected))

    def _each_some[T](self, work: Sequence[T], question: str, step: Callable[[Sequence[T]], None]) -> None:
        """Some at once, from another one on in each minute, so that all get their turn although time runs out."""
        first = minute_of(self._now) * AT_ONCE % len(work) if len(work) > AT_ONCE else 0
        done = 0
        for some in batched((*work[first:], *work[:first]), AT_ONCE, strict=False):
            if self._questions.late:
                logger.info("left for the next sweep", cluster=self._cluster.name, instances=len(work) - done)
                return
            self._questions.ask(question, lambda some=some: step(some))  # type: ignore[misc]
            done += len(some)

    def _progress(self, views: Sequence[View]) -> None:
        filled = self._observer.fill(views, {}, also=frozenset({Need.EC2_STATE, Need.MEMBERSHIP}))

        def decide(view: View, may_begin: bool) -> Plan:  # noqa: FBT001 - as plan_each calls it
            may_begin = may_begin and not self._begun
            return decided(view.instance_id, lambda: plan_progress(view, self._now, may_begin=may_begin), UNDECIDED)

        plans = plan_each(filled, decide)
        self._begun = self._begun or any(plan.takes_budget for plan in plans)
        self._execute(plans)

    def _discover(self, held: Sequence[str], views: Mapping[str, View]) -> None:
        """Instances that our hook holds and whose event was lost."""
        groups = sorted({self._members[i].group for i in held})
        hooks = asked_groups.each_group(groups, lifecycle_hooks.terminating_hooks).found
        hooked = {hook.group for hook in hooks if hook.name == OUR_HOOK}
        triggers: Mapping[str, Trigger] = {i: self._trigger(i) for i in held if self._members[i].group in hooked}
        others = self._elsewhere()
        known = others.at_home([views[i] for i in triggers if i in views])
        from ballast.shell.part_of import as_steps  # noqa: PLC0415 - events are seldom lost

        triggers = as_steps(triggers, known, self._observer.ledger.table)
        filled = self._observer.fill(known, triggers)
        here = {v.instance_id for v in known}  # an old record may be here of one that serves another cluster
        elsewhere = others.views({i: self._members[i].group for i in triggers if i not in here})
        plans = [
            decided(v.instance_id, lambda v=v: plan_start(v, triggers[v.instance_id], self._now), UNDECIDED)  # type: ignore[misc]
            for v in (*filled, *elsewhere)
        ]
        self._execute(plans)

    def _elsewhere(self) -> Elsewhere:
        from ballast.shell.elsewhere import Elsewhere  # noqa: PLC0415 - only a sweep needs it, no cold start that drains

        return Elsewhere(self._cluster, self._observer.ledger)

    def _trigger(self, instance_id: str) -> Trigger:
        member = self._members[instance_id]
        survives = Survival.ROOT_VOLUME if member.lifecycle_state == WAITS_FOR_ROOT else None
        event = InstanceTerminating(instance_id, member.group, OUR_HOOK, self._now, survives=survives)
        return triggers_of(event, self._cluster.policy, self._now)[0]

    def _watch(
        self,
        views: Sequence[View],
        at_work: Sequence[View],
        watches: Sequence[Watch],
        connected: Mapping[str, bool],
    ) -> None:
        views = self._elsewhere().whole(views, due_agents(self._cluster, watches, self._now))
        states = self._observer.fill(views, {}, also=frozenset({Need.EC2_STATE}))
        absent = self._observer.fill(
            [v for v in states if v.ec2_state == ABSENT], {}, also=frozenset({Need.MEMBERSHIP})
        )
        due = due_drains(self._cluster, watches, self._now)
        told = self._observer.fill([v for v in states if v.instance_id in due], {}, also=TO_JUDGE)
        filled = tuple({v.instance_id: v for v in (*states, *told, *absent)}.values())
        seen = round_of(self._cluster, filled, tuple(watches), at_work)
        self._execute(plan_watches(replace(seen, connected=connected), self._now))


def _under_way(disruption: Disruption | None) -> bool:
    """Whether Ballast is at work on the instance, rather than waiting or remembering."""
    return disruption is not None and disruption.phase not in (Phase.WAITING, Phase.ROLLED_BACK)


def _hooked(disruption: Disruption | None, member: GroupMembership) -> bool:
    """Whether the hold is known: not one that ended the wait for a new root volume, of which no event told."""
    if disruption is None or disruption.hook is None:
        return False
    return not waited_for_root(disruption) or member.lifecycle_state == WAITS_FOR_ROOT
