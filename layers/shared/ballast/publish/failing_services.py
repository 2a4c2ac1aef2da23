"""When does a failing ECS service become a notice? A placement failure when it lasts, others at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from ballast.facts.task import ServiceCounts
from ballast.publish.ports import ConversationStore, ServiceReader
from ballast.records.service_failure import (
    SAME_DEPLOYMENT_FAILURE,
    FailureKind,
    FailureName,
    ServiceEvent,
    ServiceFailure,
)
from ballast.value import dataclass
from ballast.words import services as say
from ballast.words.notice import Notice


@dataclass(frozen=True, slots=True)
class Heard:
    """The notice to tell, and what may be forgotten once it is told."""

    notice: Notice | None = None
    over: ServiceFailure | None = None


@dataclass(frozen=True, slots=True)
class ServiceWatch:
    """Follows failing services until they last or end."""

    store: ConversationStore
    services: ServiceReader
    placement_patience: timedelta
    region: str

    def hear(self, event: ServiceEvent) -> Sequence[Heard]:
        """Remember the failure; the first event of it counts, repeats do not."""
        match event.name:
            case FailureName.PLACEMENT:
                self.store.watch(_watch(FailureKind.PLACEMENT, event))
                return ()
            case FailureName.TASK_START:
                watch = self.store.watch(_watch(FailureKind.TASK_START, event))
                return (Heard(say.task_start_impaired(watch, self.region)),)
            case FailureName.DEPLOYMENT:
                return (Heard(say.deployment_failed(self._deployment(event), self.region)),)
            case FailureName.STEADY:
                return self._steady(event)
            case _:
                assert_never(event.name)

    def look(self, watches: Sequence[ServiceFailure], now: datetime) -> Sequence[Heard]:
        """The sweep: ask ECS about placement failures that have lasted. May raise TransientError."""
        due: dict[str, list[ServiceFailure]] = defaultdict(list)
        for watch in watches:
            if watch.told or now >= watch.since + self.placement_patience:
                due[watch.cluster].append(watch)
        heard: list[Heard] = []
        for cluster, group in due.items():
            counts = self.services.counts(cluster, [watch.service for watch in group])
            heard += [self._judge(watch, counts.get(watch.service), now) for watch in group]
        return heard

    def _judge(self, watch: ServiceFailure, counts: ServiceCounts | None, now: datetime) -> Heard:
        if counts is not None and counts.running < counts.desired:
            if not watch.told:
                # First of all, so that the end of it is told even if this function is killed here.
                self.store.rewatch(replace(watch, told=True))
            # Said at every look: whoever knows the notice ignores it, a killed function makes up for it.
            return Heard(say.placement_failure_lasts(watch, counts, now, self.region))
        return self._over(watch, now)

    def _deployment(self, event: ServiceEvent) -> ServiceFailure:
        new = _watch(FailureKind.DEPLOYMENT, event)
        known = self.store.watch(new)
        if abs(event.at - known.since) < SAME_DEPLOYMENT_FAILURE:
            return known
        self.store.rewatch(new)
        return new

    def _steady(self, event: ServiceEvent) -> Sequence[Heard]:
        kinds = (FailureKind.PLACEMENT, FailureKind.TASK_START)
        known = [self.store.watched(kind, event.cluster, event.service) for kind in kinds]
        return [self._over(one, event.at) for one in known if one and one.since <= event.at]

    def _over(self, watch: ServiceFailure, at: datetime) -> Heard:
        if watch.kind is FailureKind.TASK_START:
            return Heard(say.task_start_recovered(watch, at, self.region), over=watch)
        if watch.told:
            return Heard(say.placement_failure_ended(watch, at, self.region), over=watch)
        return Heard(over=watch)


def _watch(kind: FailureKind, event: ServiceEvent) -> ServiceFailure:
    return ServiceFailure(kind, event.cluster, event.service, event.at, event.reason)
