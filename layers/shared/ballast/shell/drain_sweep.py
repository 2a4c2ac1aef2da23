"""The sweep of one cluster: beat the hooks that hold, then see to everything that no event announced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import batched
from typing import Any

from ballast.aws import asked_groups, autoscaling, ecs, lifecycle_hooks
from ballast.aws.asked_groups import Asked
from ballast.aws.ledger import as_kept
from ballast.aws.ledger_items import Books
from ballast.drain.cadence import are_hooks_due, is_refresh_due
from ballast.drain.heartbeat import plan_heartbeats
from ballast.drain.hook import hooks_untold, plan_hooks
from ballast.drain.pauses import plan_pause
from ballast.drain.reach import Reach, out_of_reach, plan_reach, was_out_of_reach
from ballast.drain.replacements import plan_replacements
from ballast.drain.unread import plan_unread
from ballast.facts.view import Cluster, ContainerInstance
from ballast.plans.actions import PutHook
from ballast.records.disruption import Disruption
from ballast.records.watch import Watch
from ballast.shell.look import Observer, shared_with_others
from ballast.shell.questions import Questions
from ballast.shell.registry import Parts, look_up_parts
from ballast.shell.sweep_look import SweepLook
from ballast.shell.sweep_tools import Tools

BEATS_AT_ONCE = 25
WHO = "who is there?"


def sweep_cluster(name: str, tools: Tools, at: datetime, now: datetime) -> None:
    """One round; `at` is the time of the schedule's event that began it. Raises nothing: the next minute comes anyway."""
    questions = Questions(name)
    cluster = questions.ask("which cluster is it?", lambda: tools.ledger.cluster(name))
    if cluster is not None:
        Sweeper(cluster, tools, questions, at, now).run()


class Sweeper:
    def __init__(self, cluster: Cluster, tools: Tools, questions: Questions, at: datetime, now: datetime) -> None:
        self._cluster = cluster
        self._tools = tools
        self._questions = questions
        self._at = at
        self._now = now

    def run(self) -> None:
        """Heartbeats first, by the ledger alone: what follows may find that ECS does not answer."""
        ask = self._questions.ask
        ask("which hooks need a heartbeat?", self._beat)
        books = ask("what is going on?", lambda: self._tools.ledger.books(self._cluster.name))
        if books is None:
            return
        self._books = books
        self._cluster = as_kept(self._cluster, books.pause, books.unread)
        disruptions, watches = books.disruptions, books.watches
        news = tuple(plan_pause(self._cluster, disruptions, watches, self._now))
        ask("is it paused?", lambda: self._tools.executor.execute(news))
        ask("what can nobody read?", lambda: self._tell_unread(books))
        parts = self._parts(watches)
        self._cluster = parts.cluster
        apart = out_of_reach(watches) | hooks_untold(watches)
        groups = ask("which groups are there?", lambda: asked_groups.ask_groups(self._cluster.groups, apart))
        groups = groups or Asked(unsure=dict.fromkeys(self._cluster.groups, "They could not be asked."))
        pools = ask("who is in their warm pools?", lambda: asked_groups.ask_pools(groups.found)) or Asked()
        self._members = autoscaling.members_of(groups.found) | dict(pools.found)
        missing = plan_replacements(self._cluster, autoscaling.capacity_of(groups.found), watches, self._now)
        ask("which replacements are missing?", lambda: self._tools.executor.execute(tuple(missing)))
        unhooked = ask("which groups lack our hook?", lambda: self._hooks(groups, apart, watches)) or {}
        looked = self._look(parts, groups, disruptions, watches)
        why = parts.why or looked
        seen = Reach({**groups.unsure, **pools.unsure, **unhooked}, frozenset(self._cluster.groups), why)
        plans = plan_reach(self._cluster, watches, seen, self._now)
        ask("what is out of reach?", lambda: self._tools.executor.execute(plans))

    def _tell_unread(self, books: Books) -> None:
        self._tools.executor.execute(tuple(plan_unread(self._cluster, books.unread, books.watches, self._now)))
        self._tools.ledger.count_anew(books, self._cluster.name)

    def _beat(self) -> None:
        """As many as there is time for; those that have waited longest come first, and the others next minute."""
        disruptions, _ = self._tools.ledger.open(self._cluster.name)
        for some in batched(plan_heartbeats(disruptions, self._now), BEATS_AT_ONCE, strict=False):
            if self._questions.late:
                return
            self._tools.executor.execute(some)

    def _parts(self, watches: Sequence[Watch]) -> Parts:
        if not (was_out_of_reach(watches) or is_refresh_due(self._cluster, self._at, self._now)):
            return Parts(self._cluster)
        found = self._questions.ask(
            "what belongs to the cluster?", lambda: look_up_parts(self._tools.ledger, self._cluster, self._now)
        )
        return found or Parts(self._cluster)

    def _hooks(self, groups: Asked[Any], apart: frozenset[str], watches: Sequence[Watch]) -> Mapping[str, str]:
        """On a timer of their own, and each round for groups out of reach; while it is paused none is put.

        Answers why by group that has to wait for it.
        """
        paused = self._cluster.policy.pause(self._now) is not None
        due = not paused and are_hooks_due(self._cluster, self._now)
        if not self._tools.put_hooks or not (due or apart):
            return {}
        tags = autoscaling.tags_of(groups.found)
        hooks = asked_groups.each_group(
            [name for name in sorted(tags) if due or name in apart], lifecycle_hooks.terminating_hooks
        )
        answered = {name: tags[name] for name in tags if (due or name in apart) and name not in hooks.unsure}
        plans = plan_hooks(
            self._cluster, answered, hooks.found, watches, self._now, operators=autoscaling.operators_of(groups.found)
        )
        if paused:
            plans = tuple(plan for plan in plans if not any(isinstance(action, PutHook) for action in plan.actions))
        failed = (plans[n] for n in self._tools.executor.execute(plans).failed)
        refused = {action.group for plan in failed for action in plan.actions if isinstance(action, PutHook)}
        if due:
            self._cluster = replace(self._cluster, hooks_at=self._now)
            self._tools.ledger.set_cluster(self._cluster, "hooks_at")
        return {
            **hooks.unsure,
            **dict.fromkeys(refused, "Auto Scaling refuses our lifecycle hook on it."),
        }

    def _look(
        self, parts: Parts, groups: Asked[Any], disruptions: Sequence[Disruption], watches: Sequence[Watch]
    ) -> str | None:
        """Why ECS or EC2 did not tell all; "" where they did, None where there was no time to ask."""
        questions, tools = self._questions, self._tools
        if questions.late:
            return None
        observer = Observer(self._cluster, tools.ledger, self._now, sees_all=tools.sees_all)
        look = SweepLook(observer, self._members, tools.executor, questions)
        before = set(questions.failed)
        questions.ask(WHO, lambda: look.run(parts.everybody, disruptions, watches, discover=tools.discover))
        why = next((why for question, why in questions.failed.items() if question not in before), "")
        questions.ask("have all joined?", lambda: self._joined(parts, groups, watches))
        if look.unheard is not None:
            questions.ask("who is ill?", lambda: self._repair(parts, groups, look.unheard or ()))
        questions.ask("how many are there?", lambda: self._count(parts, groups, look.listed, disruptions, watches))
        return why

    def _joined(self, parts: Parts, groups: Asked[Any], watches: Sequence[Watch]) -> None:
        """As often as everybody is listed."""
        from ballast.drain.joined import plan_joined  # noqa: PLC0415 - only a sweep needs it, no cold start that drains

        if parts.everybody is None:
            return
        here = {i.instance_id for i in parts.everybody}
        capacity = autoscaling.capacity_of(groups.found)
        if any(group.in_service - here for group in capacity):
            capacity = shared_with_others(self._cluster, self._tools.ledger, capacity)
        self._tools.executor.execute(tuple(plan_joined(self._cluster, capacity, here, watches, self._now)))

    def _repair(self, parts: Parts, groups: Asked[Any], listed: Sequence[ContainerInstance]) -> None:
        from ballast.shell.repair_sweep import RepairSweep, concerns  # noqa: PLC0415 - off by default

        if concerns(self._cluster, self._books):
            sweep = RepairSweep(self._cluster, self._tools, groups, self._members, self._at, self._now)
            sweep.run(listed, parts.everybody, self._books)

    def _count(
        self,
        parts: Parts,
        groups: Asked[Any],
        listed: Sequence[ContainerInstance] | None,
        disruptions: Sequence[Disruption],
        watches: Sequence[Watch],
    ) -> None:
        """A loss is believed when everybody has been listed, as the count of ECS also counts what is not ours."""
        from ballast.drain import fleet_size  # noqa: PLC0415 - only a sweep needs it, no cold start that drains

        asked = all(why == asked_groups.NO_SUCH_GROUP for why in groups.unsure.values())
        if listed is None or not asked:
            return
        capacity = autoscaling.capacity_of(groups.found)
        seen = fleet_size.Seen(self._cluster, listed, capacity, disruptions, watches, parts.everybody)
        if parts.everybody is None and fleet_size.is_short(seen, self._now):
            seen = replace(seen, everybody=ecs.list_instances(self._cluster.name))
        self._tools.executor.execute(tuple(fleet_size.plan_fleet(seen, self._now)))
