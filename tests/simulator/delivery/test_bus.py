from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simulator.delivery.faults import Faults
from tests.simulator.delivery.small_stack import TEMPLATE, Ballast, bodies


class Seen:
    """A handler that remembers at which second it saw which event."""

    def __init__(self) -> None:
        self.ballast: Ballast | None = None
        self.at_s: list[tuple[float, str]] = []

    def __call__(self, event: Any, _context: Any) -> None:
        assert self.ballast is not None
        now_s = self.ballast.clock.now_s
        self.at_s += [(now_s, body["detail"].get("n", "")) for body in bodies(event)]


def run(folder: Path, faults: Faults, *, source: str = "aws.ec2", events: int = 1) -> Seen:
    seen = Seen()
    with Ballast(folder, seen, faults=faults) as ballast:
        seen.ballast = ballast
        for n in range(events):
            ballast.world.emit(source=source, detail={"n": str(n)})
            ballast.run(1)
        ballast.run(3600)
        assert ballast.deployment.in_flight == 0
    return seen


def test_an_event_reaches_the_handler_within_seconds(tmp_path: Path) -> None:
    [(at_s, _)] = run(tmp_path, Faults()).at_s

    assert 1 < at_s < 4


def test_an_event_that_no_rule_wants_is_dropped(tmp_path: Path) -> None:
    assert run(tmp_path, Faults(), source="aws.s3").at_s == []


def test_a_duplicated_event_arrives_twice(tmp_path: Path) -> None:
    assert len(run(tmp_path, Faults(duplicate_event=1)).at_s) == 2


def test_a_late_event_arrives_minutes_later(tmp_path: Path) -> None:
    [(at_s, _)] = run(tmp_path, Faults(late_event=1)).at_s

    assert 60 < at_s < 610


def test_events_overtake_each_other(tmp_path: Path) -> None:
    order = [n for _, n in run(tmp_path, Faults(reordered_event=0.5), events=9).at_s]

    assert sorted(order) == [str(n) for n in range(9)]
    assert order != sorted(order)


def test_only_a_best_effort_source_loses_events(tmp_path: Path) -> None:
    faults = Faults(lost_event={"aws.ec2": 1.0})

    assert run(tmp_path, faults, source="aws.ec2").at_s == []
    assert len(run(tmp_path, faults, source="aws.ecs").at_s) == 1


def test_a_schedule_fires_once_in_each_of_its_periods(tmp_path: Path) -> None:
    records: list[Any] = []
    template = TEMPLATE.replace("State: DISABLED", "State: ENABLED")
    handler = lambda event, _: records.extend(event["Records"])  # noqa: E731
    with Ballast(tmp_path, handler, template=template) as ballast:
        ballast.run(600 + 5)
    [first, *_] = (json.loads(record["body"]) for record in records)

    assert 10 <= len(records) <= 11
    assert first["source"] == "aws.events"
    assert first["detail-type"] == "Scheduled Event"
    assert first["resources"] == ["arn:aws:events:us-east-1:123456789012:rule/ballast-Sweep"]
