"""What a warm pool stops although its agent had registered: no loss, and in service as soon as it is started."""

from __future__ import annotations

from simulator.stage import MANAGED, Stage
from simulator.world.autoscaling.group_records import LAUNCHING, Hook
from tests.scenarios.stages import a_scenario, play

RECOMMENDED_AT_MINUTES = 6


def build(stage: Stage) -> None:
    """Its launch hook keeps an instance up until its agent has registered; then the pool stops it."""
    world = stage.world
    world.readings.warm_instances_register = True
    world.readings.joins_while_waiting = True
    world.readings.restart_keeps_record = True
    world.add_cluster("prod", MANAGED)
    hook = Hook("start-up", "CONTINUE", 180, LAUNCHING)
    world.add_group("web", "prod", desired=3, maximum=4, capacity_provider="web", hooks=[hook])
    world.add_service("prod", "api", desired=3)
    first, *_ = stage.instances("web")
    world.put_warm_pool("web", minimum=0)
    stage.at(RECOMMENDED_AT_MINUTES, lambda: world.recommend_rebalance(first))


def test_what_a_warm_pool_stops_takes_no_budget_and_is_active_as_soon_as_it_is_started() -> None:
    """A rollout stood still for hours, and out of the pool an instance was DRAINING until ten minutes after its stop."""
    played = play(a_scenario(build, minutes=14), DisruptionBudget="1", RebalanceRecommendation="drain")

    def at_s(kind: str, instance: str, **wanted: str) -> float:
        return played.facts(kind, instance=instance, **wanted)[0].at_s

    [recommended] = played.facts("rebalance_recommended")
    warm = played.facts("lifecycle_state", state="Warmed:Stopped")[0].data["instance"]
    assert at_s("container_instance_status", recommended.data["instance"], new="DRAINING") < recommended.at_s + 60
    assert at_s("container_instance_status", warm, new="DRAINING") < recommended.at_s
    [back] = played.facts("agent", instance=warm, connected=True)
    assert recommended.at_s < back.at_s < at_s("container_instance_status", warm, new="ACTIVE") < back.at_s + 30
    told = [(n["code"], n["severity"]) for n in played.result.notices if n["instance"] == warm]
    assert told == [("InstanceStopping", "info"), ("InstanceStopped", "info"), ("InstanceSurvived", "info")]
    assert played.broken == []
