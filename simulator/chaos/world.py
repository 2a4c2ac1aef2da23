"""What does a random world look like? Everything follows from the seed: the fleet, the policy, and what befalls it.

For an hour things happen with every fault on, the daily ones below and those that the seed draws from `dynamics`; then the
faults end, people tidy up, and the world becomes quiet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from random import Random

from simulator.chaos import updates
from simulator.chaos.draw import Dynamic, stage_drawn
from simulator.chaos.tidy import tidy_up, watch
from simulator.chaos.updates import add_bottlerocket, parameters_of_updates, tags_of_updates
from simulator.delivery.faults import ALL_FAULTS, NO_FAULTS
from simulator.invariants import MALFORMED
from simulator.stage import MANAGED, Scenario, Stage

TROUBLE_MINUTES = (4, 60)
CALM_AT_MINUTES = 62
TIDY_AT_MINUTES = 66
QUIET_MINUTES = 140.5  # half a minute after the last sweep
GROUPS = ("spot", "steady", "ecs-drained", "loose", *updates.GROUPS)


def chaos_scenario(seed: int, drawn: Sequence[Dynamic]) -> Scenario:
    rng = Random(seed)
    parameters = {
        "ScaleInDeadlineMinutes": str(rng.choice((10, 20, 30))),
        "VoluntaryDeadlineMinutes": str(rng.choice((10, 20, 30))),
        "ScaleInOutcome": rng.choice(("escalate", "escalate", "force")),
        "VoluntaryOutcome": rng.choice(("rollback", "rollback", "escalate")),
        "StandaloneTasks": rng.choice(("wait", "wait", "stop")),
        "RebalanceRecommendation": rng.choice(("drain", "drain", "notify")),
        "DisruptionBudget": rng.choice(("1", "10%", "30%")),
        "ForcedLeadHours": "1",
        "StuckDrainMinutes": "15",
        **parameters_of_updates(rng),
    }
    for dynamic in drawn:
        parameters |= dynamic.parameters
    build = partial(_build, drawn)
    return Scenario("chaos", f"Random world {seed}", QUIET_MINUTES, build, parameters, ALL_FAULTS)


def _build(drawn: Sequence[Dynamic], stage: Stage) -> None:
    world, rng = stage.world, stage.rng
    tags = MANAGED | tags_of_updates(rng)
    if rng.random() < 0.1:
        tags["ballast:budget"] = "a few"
    world.add_cluster("prod", tags)
    world.add_cluster("unmanaged")
    world.add_group("spot", "prod", desired=rng.randint(4, 10), spot=True, capacity_provider="spot")
    world.add_group("steady", "prod", desired=rng.randint(4, 10), capacity_provider="steady", managed_scaling=True)
    world.add_group("ecs-drained", "prod", desired=rng.randint(2, 4), capacity_provider="ecs", managed_draining=True)
    world.add_group("loose", "prod", desired=rng.randint(2, 4), tags=MANAGED)
    world.add_group("others", "unmanaged", desired=2)
    add_bottlerocket(stage, rng)
    world.add_managed_instances_provider("prod", "ecs-managed", instances=2)
    for number in range(rng.randint(4, 8)):
        world.add_service(
            "prod",
            f"service-{number}",
            desired=rng.randint(1, 10),
            cpu=rng.choice((128, 256, 512)),
            memory_mib=rng.choice((256, 512, 1024)),
            minimum_healthy_percent=rng.choice((50, 100, 100)),
            maximum_percent=rng.choice((150, 200, 200)),
            stop_seconds=rng.choice(((2.0, 30.0), (2.0, 30.0), (100.0, 400.0))),
            deregistration_delay_s=rng.choice((0.0, 0.0, 30.0, 120.0)),
            protected=rng.random() < 0.1,
        )
    if rng.random() < 0.3:
        world.add_service("prod", "fixed", desired=2, minimum_healthy_percent=100, maximum_percent=100)
    world.add_service("prod", "log-agent", daemon=True, cpu=64, memory_mib=64)
    world.add_service("unmanaged", "web", desired=4)
    for _ in range(rng.randint(0, 3)):
        world.run_task("prod", "batch", on=_any_instance(stage, rng))
    for _ in range(rng.randint(8, 20)):
        stage.at(rng.uniform(*TROUBLE_MINUTES), _trouble(stage))
    stage_drawn(drawn, stage)
    watch(stage)
    stage.at(CALM_AT_MINUTES, lambda: setattr(stage.deployment, "faults", NO_FAULTS))
    for minutes in range(TIDY_AT_MINUTES, 112, 6):
        stage.at(minutes, lambda: tidy_up(stage))


def _trouble(stage: Stage) -> Callable[[], object]:
    """One thing that goes wrong, or that somebody does, at a random place of the fleet as it is then."""
    world, rng = stage.world, Random(stage.rng.getrandbits(64))
    acts: tuple[tuple[int, Callable[[str], object]], ...] = (
        (6, lambda i: world.warn_spot(i, rng.choice(("terminate", "terminate", "stop", "hibernate")))),
        (3, world.recommend_rebalance),
        (5, lambda _: _scale_in(stage, rng.choice(GROUPS))),
        (3, lambda i: world.schedule_retirement([i], world.clock.utc + timedelta(minutes=rng.choice((5, 30, 75))))),
        (2, world.stop_instance),
        (2, world.terminate_instance),
        (3, lambda i: world.disconnect_agent(i, for_s=rng.choice((30.0, 300.0, 1500.0)))),
        (3, world.drain_by_somebody_else),
        (2, lambda i: _run_batch(stage, i)),
        (2, lambda i: _false_alarm(stage, i)),
        (1, lambda _: _malformed(stage, rng)),
    )
    act = rng.choices([act for _, act in acts], [weight for weight, _ in acts])[0]
    return lambda: act(_troubled_or_any_instance(stage, rng))


def _troubled_or_any_instance(stage: Stage, rng: Random) -> str:
    """Trouble comes in pairs: every third time it hits an instance that is DRAINING already."""
    hosts = stage.world.clusters["prod"].by_ec2_id.items()
    draining = [i for i, host in hosts if host.status.value == "DRAINING" and not host.instance.external]
    return rng.choice(draining) if draining and rng.random() < 1 / 3 else _any_instance(stage, rng)


def _any_instance(stage: Stage, rng: Random) -> str:
    """Of the groups: ECS owns the Managed Instances."""
    groups = [name for name in GROUPS if name in stage.world.groups.groups]
    return rng.choice([i for name in groups for i in stage.instances(name)])


def _scale_in(stage: Stage, group: str) -> None:
    if group in stage.world.groups.groups:
        stage.world.scale_in(group)


def _run_batch(stage: Stage, instance_id: str) -> None:
    host = stage.world.clusters["prod"].by_ec2_id.get(instance_id)
    if host is not None and host.placeable:
        stage.world.run_task("prod", "batch", on=instance_id)


def _false_alarm(stage: Stage, instance_id: str) -> None:
    """EC2 warns and then does not take the instance."""
    stage.world.note("spot_warned", instance=instance_id, action="none")
    _put_warning(
        stage, f"chaos-false-alarm-{instance_id}", {"instance-id": instance_id, "instance-action": "terminate"}
    )


def _malformed(stage: Stage, rng: Random) -> None:
    detail = rng.choice(({}, {"instance-id": "chaos"}, {"instance-id": 7, "instance-action": None}))
    _put_warning(stage, f"{MALFORMED}{rng.getrandbits(32)}", detail)


def _put_warning(stage: Stage, event_id: str, detail: Mapping[str, object]) -> None:
    stage.deployment.bus.put(
        {
            "version": "0",
            "id": event_id,
            "detail-type": "EC2 Spot Instance Interruption Warning",
            "source": "aws.ec2",
            "account": stage.world.account_id,
            "time": f"{stage.world.clock.utc:%Y-%m-%dT%H:%M:%SZ}",
            "region": stage.world.region,
            "resources": [],
            "detail": dict(detail),
        }
    )
