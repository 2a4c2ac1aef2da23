"""What is remembered of what instances had."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.rebalance.learned import Registered
from ballast.rebalance.sizes import MOST, OUTDATED, Known, least_of, recalled, stored
from ballast.records.rebalancing import LearnedSizes
from tests.builders import NOW

TODAY = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
TOLD = {"ecs.os-type": "linux", "ecs.capability.x": None, "ecs.availability-zone": "a", "team": "web"}
DAY = timedelta(days=1)


def had(memory: int, *, seen: int = 2) -> Registered:
    return Registered({"cpu": 2048, "memory": memory}, TOLD, trunked=True, seen=seen)


def memory(known: Known) -> int:
    return known.registered.capacity["memory"]


def after(*seen: tuple[datetime, int]) -> Known:
    known = None
    for at, amount in seen:
        known = least_of(known, had(amount), at)
    assert known
    return known


def test_the_least_counts_though_those_that_are_there_have_more() -> None:
    assert memory(after((NOW, 7650), (NOW + DAY, 7700))) == memory(after((NOW, 7700), (NOW + DAY, 7650))) == 7650


def test_a_size_that_no_instance_has_any_more_is_forgotten_while_others_are_there() -> None:
    late = NOW + OUTDATED + DAY

    assert memory(after((NOW, 1024), (NOW + DAY, 7700), (late, 7700))) == 7700
    assert memory(after((NOW, 1024), (NOW + DAY, 1024), (late, 7700))) == 1024


def test_only_another_day_or_another_size_is_written() -> None:
    known = {("web", "m7i.large"): after((NOW, 7650))}
    first = stored("prod", known, None)
    assert first
    assert (first.revision, first.sizes[0].seen_on) == (0, TODAY)

    assert (
        stored("prod", {key: least_of(each, had(7650), NOW + timedelta(hours=1)) for key, each in known.items()}, first)
        is None
    )
    assert stored("prod", {key: least_of(each, had(7700), NOW + DAY) for key, each in known.items()}, first) is None
    tomorrow = stored("prod", {key: least_of(each, had(7650), NOW + DAY) for key, each in known.items()}, first)
    assert tomorrow == LearnedSizes("prod", (replace(first.sizes[0], seen_on=TODAY + DAY),), 1)
    assert stored("prod", {}, None) is None


def test_what_comes_back_is_the_size_and_what_the_next_one_is_sure_to_have() -> None:
    kept = stored("prod", {("web", "m7i.large"): after((NOW, 7650))}, None)
    assert kept

    [(key, known)] = recalled(kept.sizes).items()

    sure = {name: value for name, value in TOLD.items() if name != "ecs.availability-zone"}
    assert (key, memory(known), known.seen_on) == (("web", "m7i.large"), 7650, TODAY)
    assert (known.registered.sure, known.registered.trunked) == (sure, True)


def test_what_one_alone_has_by_a_persons_hand_is_not_kept() -> None:
    kept = stored("prod", {("web", "m7i.large"): least_of(None, had(7650, seen=1), NOW)}, None)

    assert kept
    assert kept.sizes[0].attributes == ("ecs.capability.x", "ecs.os-type=linux")


def test_of_very_many_those_that_were_seen_last_are_kept() -> None:
    old = {(f"a{number}", "m7i.large"): Known(had(7650), TODAY - DAY) for number in range(MOST)}

    kept = stored("prod", {**old, ("web", "m7i.large"): after((NOW, 7650))}, None)

    assert kept
    assert (len(kept.sizes), kept.sizes[-1].group) == (MOST, "web")
