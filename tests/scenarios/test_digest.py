"""What a digest says of a day is what the world's own journal says, whatever is doubled, late, or dies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from simulator.delivery.faults import NO_FAULTS, Faults
from simulator.scenarios import scenarios
from simulator.stage import MANAGED, Scenario, Stage
from simulator.world.core.core import Fact

FIRST, SECOND = 60, 25 * 60  # minutes from 09:00 to the digests of 10:00
DAY = {"Digest": "0 10 any any any in UTC", "ScaleInDeadlineMinutes": "5"}
FAULTS = Faults(
    duplicate_event=0.3,
    duplicate_message=0.3,
    late_event=0.1,
    late_by_s=(60.0, 240.0),
    reordered_event=0.3,
    killed_call=0.002,
)


def story(stage: Stage) -> None:
    """Three go in the first hour, one of them with a task on it, and a brake is on; a day later another one goes."""
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=6, capacity_provider="web")
    world.add_service("prod", "api", desired=10, stop_seconds=(2, 10))
    one, two, stuck, later = stage.instances("web")[:4]
    world.run_task("prod", "export", on=stuck)
    for minute, instance in ((5, one), (8, two), (10, stuck), (1300, later)):
        stage.at(minute, lambda instance=instance: world.scale_in("web", instance))  # type: ignore[misc]
    stage.at(30, lambda: stage.command("pause", reason="release day", **{"for": "10h"}))


def played(faults: Faults, seed: int) -> tuple[list[str], list[Fact]]:
    """The digests whole, as they stand in Slack, and the journal."""
    with Stage(Scenario("digest", "Two days", SECOND + 8, story, DAY, faults=faults), seed) as stage:
        stage.play()
        found = [m.looks[-1].blocks for m in stage.deployment.slack.messages if "digest:" in m.text]
        return [str(blocks) for blocks in found], list(stage.world.journal)


def truth(journal: Sequence[Fact], since: float, until: float) -> dict[str, tuple[int, int]]:
    """Instances that went, and what stopped there: those that our hook let go, and those that it held for too long."""
    of = {"hook_completed": "drained", "hook_timed_out": "went with tasks on"}
    found = {}
    for kind, name in of.items():
        gone = {f.data["instance"] for f in journal if f.kind == kind and since <= f.at_s / 60 < until}
        stopped = [f for f in journal if f.kind == "task_stopped" and f.data["instance"] in gone]
        cut = [f for f in stopped if f.data["cause"] != "drain"]
        found[name] = len(gone), len(stopped if kind == "hook_completed" else cut)
    return found


def said(digest: str) -> dict[str, tuple[int, int]]:
    drained = re.search(r"(\d+) instances? drained\. ECS counted (\d+) task", digest)
    cut = re.search(r"(\d+) instances? went with tasks on (?:it|them) \((\d+) task", digest)
    none = (0, 0)
    return {
        "drained": (int(drained[1]), int(drained[2])) if drained else none,
        "went with tasks on": (int(cut[1]), int(cut[2])) if cut else none,
    }


@pytest.mark.parametrize(("faults", "seed"), [(NO_FAULTS, 1), (FAULTS, 2)])
def test_two_days_are_told_once_and_as_they_were(faults: Faults, seed: int) -> None:
    (first, second), journal = played(faults, seed)

    assert [said(first), said(second)] == [truth(journal, 0, FIRST), truth(journal, FIRST, SECOND)]
    assert said(first) != said(second)
    assert "1 page and 1 ticket" in first
    assert "prod: nothing voluntary begins: jo (unverified) paused it" in first
    assert "no page, no ticket" in second
    assert "Nothing waits for anybody" in second


def test_what_is_given_back_is_what_the_fleet_costs_less() -> None:
    """The tenth of the instances that go is taken by managed scaling, and is not Ballast's saving."""
    night = scenarios()["rebalance"]
    night = replace(night, minutes=125, parameters={**night.parameters, "Digest": "0 11 any any any in UTC"})
    with Stage(night, 1) as stage:
        stage.play()
        [digest] = [str(m.looks[-1].blocks) for m in stage.deployment.slack.messages if "digest:" in m.text]
        gone = [f.data["instance"] for f in stage.world.journal if f.kind == "hook_completed"]
        events = [put.event for put in stage.deployment.bus.events]
        done = [e["detail"] for e in events if e["detail-type"] == "Ballast Rebalance Done"]
        less = stage.usd_per_hour_before - float(stage.world.usd_per_hour())

    ours = {each["instance"] for each in done if each["outcome"] == "given_back"}
    of_one = less / len(gone)
    assert ours < set(gone)
    assert f"{len(gone)} instances drained, {len(ours)} instances given back" in digest
    assert f"Given back: {of_one * len(ours):.3f} USD/h" in digest
    assert "as last reported (prod " in digest
