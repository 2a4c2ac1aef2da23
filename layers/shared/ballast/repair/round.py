"""What is to be repaired in one cluster now? The steps in their order; this is the door into the room.

illness    what is seen is remembered, and forgotten once AWS says that it is over
held       what many have in common is told, and holds what shares it
launches   of a group whose launches never join no more is launched; that is told
recovered  a repair that has not begun to drain is called off, once the instance is well
begin      one at a time, the surest and longest ill first, as its group's pace allows
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from ballast.drain import pace
from ballast.drain.unheard import is_to_go
from ballast.facts.health import Health
from ballast.plans.actions import Record, RecordWatch, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.policy.policy import OPT_OUT_TAG, Repair, policy_objection
from ballast.policy.windows import holds
from ballast.records.disruption import Disruption
from ballast.records.repair import Repairs, Signal
from ballast.records.watch import Watch, WatchKind
from ballast.repair import breaker
from ballast.repair.begin import plan_begin, plan_noted, plan_recovered
from ballast.repair.hold import plan_held, why_held
from ballast.repair.illness import lasting, newly, plan_illness
from ballast.repair.shared import causes, unsure
from ballast.repair.signals import Sign, population, records_of, signs
from ballast.value import dataclass
from ballast.words import repair as say

RANK = tuple(Signal)
AT_ONCE = frozenset({Signal.NEVER_JOINED, Signal.TOO_OLD})  # they have lasted by the time they are seen


@dataclass(frozen=True, slots=True)
class Seen:
    """`repairs` by group; `disruptions` by EC2 id; `granted`: whether the stack's role may do what `Repair` asks for.

    In `dry_run` nothing that begins is remembered, so it is told once, as where repair is only reported.
    """

    health: Health
    watches: tuple[Watch, ...]
    repairs: Mapping[str, Repairs]
    disruptions: Mapping[str, Disruption]
    granted: bool = True
    dry_run: bool = False

    def memory(self, group: str) -> Repairs:
        return self.repairs.get(group) or Repairs(self.health.cluster.name, group)


def plan_round(seen: Seen, now: datetime) -> tuple[Plan, ...]:
    """With repair off only what is told or under way is brought to its end."""
    return tuple(_Round(seen, now).plans())


class _Round:
    def __init__(self, seen: Seen, now: datetime) -> None:
        self._seen, self._now = seen, now
        self._cluster = seen.health.cluster
        self._on = self._cluster.policy.repair is not Repair.OFF
        self._records = records_of(seen.health)
        self._signs: Mapping[str, Sign] = signs(seen.health, now) if self._on else {}
        self._ill = lasting(seen.watches, self._signs, now)
        self._shifted = {zone for group in seen.health.capacity if group.shift for zone in group.shift.zones}
        total = max(self._cluster.instances, sum(group.desired for group in seen.health.capacity))
        counted, shifted = population(seen.health), sorted(self._shifted)
        self._causes = tuple(causes(tuple(self._ill.values()), total, counted, shifted))
        # The first look after lists failed, or after many fell ill, must not begin with the one that it knows already.
        new = newly(seen.health, self._signs, self._ill, now)
        self._all_ill = tuple((self._ill | new).values())
        self._at_first_sight = tuple(causes(self._all_ill, total, counted, shifted)) if new else ()
        self._unsure = unsure(self._all_ill, counted)

    def plans(self) -> Iterator[Plan]:
        seen, now = self._seen, self._now
        if not self._on:
            yield from self._ended()
            return
        yield from plan_illness(seen.health, self._signs, seen.watches, now)
        yield from plan_held(
            self._cluster, seen.watches, self._causes, now, repairs=seen.repairs, shifted=self._shifted
        )
        yield from self._launches()
        for disruption in seen.disruptions.values():
            yield from plan_recovered(seen.health, disruption, now, is_ill=disruption.instance_id in self._signs)
            yield from self._unheard(disruption)
        yield from self._begun()

    def _unheard(self, known: Disruption) -> Iterator[Plan]:
        """One that goes, and has heard nothing for so long: `drain.unheard` lets it go."""
        watch = self._ill.get(known.instance_id)
        if watch is None or watch.signal != Signal.AGENT_LOST or known.signal or not is_to_go(known):
            return
        if not known.held_by_our_hook and self._cluster.policy.repair is not Repair.ON:
            return
        if self._now - watch.since >= self._cluster.policy.repair_after and not self._is_held(watch):
            after = next_revision(replace(known, signal=watch.signal))
            yield Plan("its agent hears nothing", (Record(known, after),))

    def _is_held(self, watch: Watch) -> bool:
        return why_held(watch, (*self._causes, *self._at_first_sight), self._seen.watches) is not None

    def _ended(self) -> Iterator[Plan]:
        ours = (WatchKind.ILL, WatchKind.REPAIR_HELD, WatchKind.LAUNCHES_FAIL)
        for watch in (w for w in self._seen.watches if w.kind in ours):
            told = watch.told and watch.kind is not WatchKind.ILL
            over = (Tell(say.repair_off(self._cluster, watch, self._now)),) if told else ()
            yield Plan("repair is off", (*over, RecordWatch(watch, None)))
        for disruption in self._seen.disruptions.values():
            yield from plan_recovered(self._seen.health, disruption, self._now, is_ill=False)

    def _launches(self) -> Iterator[Plan]:
        health = self._seen.health
        known = {w.subject: w for w in self._seen.watches if w.kind is WatchKind.LAUNCHES_FAIL}
        for group in health.capacity:
            memory, watch = self._seen.memory(group.group), known.get(group.group)
            failed = breaker.failed(memory, self._ill.values(), health)
            is_over = breaker.is_row_over(memory, health)
            if watch and ((another := breaker.launches_another(health, watch)) or breaker.is_over(health, watch)):
                notice = (say.launches_another if another else say.launches_work)(self._cluster, watch, self._now)
                yield Plan("launches may join again", (Tell(notice), RecordWatch(watch, None)))
                is_over = bool(memory.never_joined)
            if is_over:
                yield plan_noted(memory, breaker.forgotten(memory))
            elif watch is None and len(failed) >= self._cluster.policy.failed_launches:
                template = self._template(failed, memory)
                first = breaker.first(self._cluster.name, group.group, failed, template, self._now)
                notice = say.launches_fail(
                    self._cluster, first, template, breaker.image_of(failed, self._ill), self._now
                )
                yield Plan("nothing that is launched joins", (Tell(notice), RecordWatch(None, first)))
        for subject in sorted(known.keys() - set(self._cluster.groups)):
            yield Plan("the cluster has that group no more", (RecordWatch(known[subject], None),))

    def _template(self, failed: tuple[str, ...], memory: Repairs) -> str | None:
        members = (self._seen.health.members.get(i) for i in reversed(failed))
        return next((m.template for m in members if m and m.template), memory.template)

    def _begun(self) -> Iterator[Plan]:
        """One a round, so that the next one sees what became of it."""
        if policy_objection(self._cluster.policy, self._now):
            return
        for watch in sorted(self._ill.values(), key=lambda w: (RANK.index(Signal(w.signal or "")), w.since, w.subject)):
            if self._is_passed_over(watch):
                continue
            only_told = self._cluster.policy.repair is Repair.REPORT or not self._seen.granted or self._seen.dry_run
            if only_told or watch.group is None:
                yield from self._told(watch)
                continue
            plans = tuple(self._begin(watch, watch.group))
            yield from plans
            if any(plan.actions for plan in plans):
                return

    def _is_passed_over(self, watch: Watch) -> bool:
        seen, i = self._seen, watch.subject
        member = seen.health.members.get(i)
        record = self._records.get(i)
        lasted = watch.signal in AT_ONCE or self._now - watch.since >= self._cluster.policy.repair_after
        vetoed = record is not None and holds(record.tags.get(OPT_OUT_TAG), self._now)
        left = any(g.leaves_unhealthy for g in seen.health.capacity if g.group == watch.group)
        others_act = member is not None and not (member.in_service and (member.healthy or left))
        fails = any(w.kind is WatchKind.LAUNCHES_FAIL and w.subject == watch.group for w in seen.watches)
        begun = i in seen.disruptions or i in self._cluster.unread
        away = i in seen.health.not_here | self._unsure
        return away or not lasted or vetoed or others_act or fails or begun or self._is_held(watch)

    def _told(self, watch: Watch) -> Iterator[Plan]:
        if watch.told:
            return
        seen = self._seen
        notice = say.repair_would(self._cluster, watch, self._now, granted=seen.granted, dry_run=seen.dry_run)
        after = next_revision(replace(watch, told=True))
        yield Plan("it would be replaced", (Tell(notice), RecordWatch(watch, after)))

    def _begin(self, watch: Watch, group: str) -> Iterator[Plan]:
        seen, now = self._seen, self._now
        known = next((g for g in seen.health.capacity if g.group == group), None)
        if known is None or known.operator or (known.shift and known.shift.unknown):
            return  # nobody else may change it, or nobody knows from which zones one moves away
        memory = seen.memory(group)
        if pace.did_not_help(memory, self._signs[watch.subject].came_at):
            yield plan_noted(seen.repairs.get(group), pace.with_failure(memory, now))
            return
        if why := pace.why_not_yet(memory, known.desired, self._cluster.policy, now):
            yield Plan(why)
            return
        if watch.signal == Signal.NEVER_JOINED:
            failed = breaker.failed(memory, self._all_ill, seen.health)
            if len(failed) >= self._cluster.policy.failed_launches:
                return
            memory = breaker.noted(memory, watch.subject, self._ill.values(), seen.health, now)
        begun = pace.with_begun(memory, seen.health.answered_at or now)  # its round may have begun long before
        yield plan_begin(seen.health, watch, seen.repairs.get(group), begun, now)
