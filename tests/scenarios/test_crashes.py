"""A drain whose function is killed between any two AWS calls still ends as it should."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.delivery.faults import Faults, KillPoint
from simulator.stage import MANAGED, Scenario, Stage
from tests.scenarios.stages import Played, a_scenario, play

WARM_UP_MINUTES = 2.3


def _fleet(stage: Stage) -> list[str]:
    stage.world.add_cluster("prod", MANAGED)
    stage.world.add_group("web", "prod", desired=4, capacity_provider="web")
    stage.world.add_service("prod", "api", desired=6, stop_seconds=(2, 10))
    return stage.instances("web")


def _scale_in(stage: Stage) -> None:
    instance_id = _fleet(stage)[0]
    stage.at(WARM_UP_MINUTES, lambda: stage.world.scale_in("web", instance_id))


def _spot(stage: Stage) -> None:
    instance_id = _fleet(stage)[0]
    stage.at(WARM_UP_MINUTES, lambda: stage.world.warn_spot(instance_id))


def _rebalance(stage: Stage) -> None:
    instance_id = _fleet(stage)[0]
    stage.at(WARM_UP_MINUTES, lambda: stage.world.recommend_rebalance(instance_id))


def _stuck_rebalance(stage: Stage) -> None:
    instance_id = _fleet(stage)[0]
    stage.world.run_task("prod", "export", on=instance_id)
    stage.at(WARM_UP_MINUTES, lambda: stage.world.recommend_rebalance(instance_id))


DRAINS = {
    "lifecycle hook": a_scenario(_scale_in, minutes=9),
    "Spot interruption": a_scenario(_spot, minutes=9),
    "voluntary drain": a_scenario(_rebalance, minutes=9, parameters={"RebalanceRecommendation": "drain"}),
    "rollback": a_scenario(
        _stuck_rebalance,
        minutes=14,
        parameters={"RebalanceRecommendation": "drain", "VoluntaryDeadlineMinutes": "5"},
    ),
}


READS = ("Describe", "List", "Get", "Query", "BatchGet")


def kill_points(scenario: Scenario) -> Iterator[int]:
    """The calls of drain_instance, by number, from the one before the first event about the instance to its end.

    A read leaves nothing behind, so who dies after it might as well have died after the call before: of an invocation
    these are left out but for the first.
    """
    with Stage(scenario, 1) as stage:
        stage.play()
        calls = [c for c in stage.deployment.calls if c.function == "DrainInstance"]
        changes = [f.at_s for f in stage.world.journal if f.kind == "container_instance_status"]
        notices = [e.at_s for e in stage.deployment.bus.events if e.event["source"] == "ballast"]
        last_s = max(changes + notices)
    begun: set[str | None] = set()
    for number, call in enumerate(calls, start=1):
        writes = not call.operation.startswith(READS)
        if WARM_UP_MINUTES * 60 <= call.at_s <= last_s + 1 and (writes or call.invocation not in begun):
            begun.add(call.invocation)
            yield number


# What a function saw and could not write down before it was killed is not known, and so not told.
UNSEEN = {("InstanceGone", "It was not known to be empty when it went. No task is known to have been cut off.")}


def told_by(played: Played) -> set[tuple[str, str]]:
    """Code and impact of each notice; the impact of the last one says whether the instance was empty in time."""
    return {(n["code"], n["impact"]) for n in played.result.notices}


@pytest.mark.parametrize("drain", DRAINS)
def test_drain_killed_between_any_two_calls_ends_as_if_it_had_not_been(drain: str) -> None:
    scenario = DRAINS[drain]
    undisturbed = told_by(play(scenario))

    points = list(kill_points(scenario))
    assert len(points) > 10
    for call in points:
        killed = play(scenario, faults=Faults(kill_at=KillPoint(call, "after", "DrainInstance")))
        told = told_by(killed)
        where = f"killed after call {call}"
        assert not killed.broken, where
        assert told - undisturbed <= UNSEEN, where
        # EC2 may take the instance before the function is back; then the closing notice alone says that it was empty.
        missing = {code for code, _ in undisturbed - told}
        assert missing <= {"DrainFinished"} | ({"InstanceGone"} if told & UNSEEN else set()), where
        assert killed.result.hooks_timed_out == 0, where
