"""When a failing ECS service becomes a notice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from ballast.facts.task import ServiceCounts
from ballast.publish.failing_services import Heard, ServiceWatch
from ballast.publish.ports import ConversationStore
from ballast.records.service_failure import FailureKind, FailureName, ServiceEvent, ServiceFailure
from tests.notification_builders import NOW, REGION, FakeServices, seconds

SHORT, WHOLE = ServiceCounts(running=2, desired=5), ServiceCounts(running=5, desired=5)
PLACEMENT = ServiceFailure(FailureKind.PLACEMENT, "prod", "web", NOW, "RESOURCE:CPU")


@dataclass
class Remembered:
    """What the Conversations table knows of failing services; the first that is written stands."""

    known: dict[tuple[str, str, str], ServiceFailure] = field(default_factory=dict)

    def watch(self, watch: ServiceFailure) -> ServiceFailure:
        return self.known.setdefault((watch.kind, watch.cluster, watch.service), watch)

    def rewatch(self, watch: ServiceFailure) -> None:
        self.known[watch.kind, watch.cluster, watch.service] = watch

    def watched(self, kind: FailureKind, cluster: str, service: str) -> ServiceFailure | None:
        return self.known.get((kind, cluster, service))


def a_watch(*known: ServiceFailure, **services: ServiceCounts) -> ServiceWatch:
    store = Remembered()
    for one in known:
        store.rewatch(one)
    wanted: Any = store
    return ServiceWatch(cast("ConversationStore", wanted), FakeServices(services), timedelta(minutes=5), REGION)


def event(name: FailureName, at: datetime = NOW) -> ServiceEvent:
    return ServiceEvent(name, "prod", "web", "why", at)


def codes(heard: Any) -> list[str]:
    return [one.notice.code for one in heard if one.notice]


def test_a_placement_failure_is_told_when_it_has_lasted_and_each_look_says_it_again() -> None:
    watch = a_watch(web=SHORT)
    assert watch.hear(event(FailureName.PLACEMENT)) == ()

    assert watch.look([PLACEMENT], NOW + seconds(299)) == []
    assert codes(watch.look([PLACEMENT], NOW + seconds(300))) == ["PlacementFailureLasts"]
    known = watch.store.watched(FailureKind.PLACEMENT, "prod", "web")
    assert known is not None
    assert known.told
    assert codes(watch.look([known], NOW + seconds(301))) == ["PlacementFailureLasts"]


def test_one_that_passed_is_forgotten_and_told_only_where_it_was_told() -> None:
    late = NOW + seconds(600)
    told = replace(PLACEMENT, told=True)

    assert a_watch(web=WHOLE).look([PLACEMENT], late) == [Heard(over=PLACEMENT)]
    [ended] = a_watch(web=WHOLE).look([told], late)
    assert (codes([ended]), ended.over) == (["PlacementFailureEnded"], told)
    assert a_watch().look([PLACEMENT], late) == [Heard(over=PLACEMENT)]  # the service is gone


def test_impaired_starts_are_told_at_once_from_their_first_event_on() -> None:
    watch = a_watch()

    first = watch.hear(event(FailureName.TASK_START))
    again = watch.hear(event(FailureName.TASK_START, NOW + seconds(60)))

    assert codes(first) == ["TaskStartImpaired"]
    assert [one.notice for one in again] == [one.notice for one in first]


def test_one_failed_deployment_is_one_notice_and_one_that_fails_later_another() -> None:
    watch = a_watch()

    first, same, later = (
        watch.hear(event(FailureName.DEPLOYMENT, NOW + seconds(after)))[0].notice for after in (0, 599, 600)
    )

    assert first == same
    assert first is not None
    assert later is not None
    assert first.incident != later.incident


def test_a_steady_service_ends_what_failed_before_and_nothing_that_failed_since() -> None:
    starts = ServiceFailure(FailureKind.TASK_START, "prod", "web", NOW, "")
    watch = a_watch(starts, replace(PLACEMENT, told=True, since=NOW + seconds(60)))

    assert codes(watch.hear(event(FailureName.STEADY, NOW + seconds(30)))) == ["TaskStartRecovered"]
    assert codes(watch.hear(event(FailureName.STEADY, NOW + seconds(60)))) == [
        "PlacementFailureEnded",
        "TaskStartRecovered",
    ]
