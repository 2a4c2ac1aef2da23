"""The function as it is deployed: the template's rules, queue and variables around it, a simulated AWS behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest

from ballast.errors import SettingsError
from ballast.shell.policy_settings import DrainSettings
from functions.drain_instance import handler
from simulator.clock import Clock
from simulator.delivery.deployment import Deployment
from simulator.delivery.functions import Context
from simulator.world import World
from tests.builders import ROOT, load_event
from tests.changes import changes_in

CONTEXT = Context("1", "drain-instance", "arn:aws:lambda:us-east-1:1:function:drain-instance", Clock(), deadline_s=50)


class Deployed:
    """A cluster `prod` with one group of three instances; `send` puts messages straight into the function's queue."""

    def __init__(self, deployment: Deployment, world: World, clock: Clock) -> None:
        self.deployment = deployment
        self.world = world
        self.clock = clock

    @property
    def instance_ids(self) -> list[str]:
        return list(self.world.groups.groups["web"].members)

    @property
    def mutations(self) -> dict[str, int]:
        return changes_in(self.deployment.aws_calls)

    @property
    def notices(self) -> list[Mapping[str, Any]]:
        return [put.event["detail"] for put in self.deployment.bus.events if put.event["source"] == "ballast"]

    def send(self, *bodies: str) -> None:
        for body in bodies:
            self.deployment.queues["DrainEvents"].send(body)
        self.run(20)

    def run(self, seconds: float) -> None:
        self.clock.run_until(self.clock.now_s + seconds)

    def a_spot_warning(self, instance_id: str, **changes: Any) -> str:
        detail = {"instance-id": instance_id, "instance-action": "terminate"}
        event = load_event("ec2_spot_interruption_warning") | {"time": self.clock.utc.isoformat(), "detail": detail}
        return json.dumps(event | changes)

    def status(self, instance_id: str) -> str:
        return str(self.world.host(instance_id).status)


@contextmanager
def deployed(**parameters: str) -> Iterator[Deployed]:
    clock = Clock()
    world = World(clock, Random(7))  # noqa: S311 - a simulation wants a seed
    world.add_cluster("prod", {"ballast:managed": "true"})
    world.add_group("web", "prod", desired=3, capacity_provider="web")
    world.add_service("prod", "api", desired=3)
    deployment = Deployment(
        world,
        clock,
        Random(7),  # noqa: S311
        template=ROOT / "template.yaml",
        parameters=parameters,
    )
    with deployment:
        yield Deployed(deployment, world, clock)


def test_a_good_event_acts_and_the_bad_ones_of_its_batch_are_dead_lettered_with_their_reason() -> None:
    with deployed(DryRun="false") as ballast:
        going, *others = ballast.instance_ids
        bad = {
            "not json": "The message is not JSON",
            json.dumps(load_event("asg_instance_refresh_failed")): "No function handles detail-type",
            ballast.a_spot_warning("web-1"): "'web-1' is not an EC2 instance id",
            ballast.a_spot_warning(going, detail={}): "lacks 'instance-id'",
        }

        ballast.send(*bad, ballast.a_spot_warning(going))

        letters = {letter.body: letter for letter in ballast.deployment.dead_letters}
        assert letters.keys() == bad.keys()
        for body, why in bad.items():
            assert why in letters[body].attributes["ERROR_MESSAGE"]
            assert letters[body].attributes["ERROR_CODE"] == "UNREADABLE_EVENT"
            assert letters[body].queue == "DrainEventsDeadLetters"
        assert ballast.status(going) == "DRAINING"
        assert {ballast.status(other) for other in others} == {"ACTIVE"}
        assert len(ballast.deployment.queues["DrainEvents"]) == 0  # nothing comes again


def test_from_a_spot_warning_to_draining_it_takes_three_calls_of_ecs_and_ec2() -> None:
    with deployed(DryRun="false") as ballast:
        ballast.run(80)  # the first sweep has found the cluster
        ballast.send(ballast.a_spot_warning(ballast.instance_ids[0]))

        calls = ballast.deployment.calls
        [drain] = [call for call in calls if call.operation == "UpdateContainerInstancesState"]
        spent = [call.operation for call in calls if call.invocation == drain.invocation and call.service != "dynamodb"]
        assert spent == [
            "ListContainerInstances",
            "DescribeContainerInstances",
            "UpdateContainerInstancesState",
            "PutEvents",
        ]


def spent(fleet: Deployed, operation: str) -> list[str]:
    """What the run of the function asked of AWS in which it first made this call."""
    calls = fleet.deployment.calls
    run = next(call.invocation for call in calls if call.operation == operation)
    return [
        f"{call.operation}"
        for call in calls
        if call.invocation == run and call.service in ("ecs", "ec2", "autoscaling")
    ]


def test_with_many_clusters_the_group_of_an_instance_tells_which_of_them_to_ask() -> None:
    with deployed(DryRun="false") as fleet:
        for number in range(20):
            fleet.world.add_cluster(f"other-{number}", {"ballast:managed": "true"})
        fleet.run(80)
        fleet.send(fleet.a_spot_warning(fleet.instance_ids[0]))

        assert spent(fleet, "UpdateContainerInstancesState") == [
            "DescribeAutoScalingInstances",
            "ListContainerInstances",
            "DescribeContainerInstances",
            "UpdateContainerInstancesState",
        ]


def test_an_instance_in_no_group_is_looked_for_in_every_cluster() -> None:
    with deployed(DryRun="false") as fleet:
        fleet.world.add_cluster("other", {"ballast:managed": "true"})
        loose = fleet.world.add_instance("other").id
        fleet.run(80)
        fleet.send(fleet.a_spot_warning(loose))

        assert fleet.status(loose) == "DRAINING"


def test_while_its_group_cannot_be_looked_up_a_warning_is_acted_on_all_the_same() -> None:
    with deployed(DryRun="false") as fleet:
        fleet.world.add_cluster("other", {"ballast:managed": "true"})
        fleet.run(80)
        fleet.world.refuse_calls("autoscaling", "DescribeAutoScalingInstances", "throttled")
        fleet.send(fleet.a_spot_warning(fleet.instance_ids[0]))

        assert fleet.status(fleet.instance_ids[0]) == "DRAINING"


def test_a_warning_comes_again_while_the_cluster_that_may_have_its_instance_does_not_answer() -> None:
    with deployed(DryRun="false") as fleet:
        fleet.world.add_cluster("other", {"ballast:managed": "true"})
        fleet.run(80)
        fleet.world.refuse("prod", for_s=30, operations=["ListContainerInstances"])
        fleet.send(fleet.a_spot_warning(fleet.instance_ids[0]))
        assert fleet.status(fleet.instance_ids[0]) == "ACTIVE"

        fleet.run(100)
        assert fleet.status(fleet.instance_ids[0]) == "DRAINING"
        assert fleet.deployment.dead_letters == []


def test_dry_run_changes_nothing_and_says_what_it_would_do() -> None:
    with deployed() as ballast:  # the template's default
        ballast.run(61)
        going = ballast.instance_ids[0]
        ballast.world.scale_in("web", ballast.instance_ids[1])

        ballast.send(ballast.a_spot_warning(going))
        ballast.run(180)

        assert ballast.mutations == {}
        assert ballast.status(going) == "ACTIVE"
        [notice] = [n for n in ballast.notices if n["code"] == "SpotInterruption"]
        arn = ballast.world.host(going).arn
        assert notice["plan"] == [f"set container instance {arn.rpartition('/')[2]} to DRAINING"]
        assert (notice["dryRun"], notice["severity"]) == (True, "info")
        assert any(n["code"] == "LifecycleHookPut" and n["dryRun"] for n in ballast.notices)


def test_the_same_events_change_something_when_dry_run_is_off() -> None:
    with deployed(DryRun="false") as ballast:
        ballast.run(61)
        ballast.world.scale_in("web", ballast.instance_ids[1])

        ballast.send(ballast.a_spot_warning(ballast.instance_ids[0]))
        ballast.run(120)

        assert set(ballast.mutations) >= {
            "ecs:UpdateContainerInstancesState",
            "autoscaling:PutLifecycleHook",
            "autoscaling:CompleteLifecycleAction",
        }
        assert not any(notice["dryRun"] for notice in ballast.notices)


def test_a_duplicate_warning_makes_one_disruption() -> None:
    with deployed(DryRun="false") as ballast:
        going = ballast.instance_ids[0]

        ballast.send(ballast.a_spot_warning(going), ballast.a_spot_warning(going))
        ballast.send(ballast.a_spot_warning(going))

        assert ballast.mutations["ecs:UpdateContainerInstancesState"] == 1
        assert [n["code"] for n in ballast.notices if n["instance"] == going].count("SpotInterruption") == 1


def test_an_instance_of_no_managed_cluster_is_dropped_silently() -> None:
    with deployed(DryRun="false") as ballast:
        ballast.send(ballast.a_spot_warning("i-0fedcba9876543210"))

        assert "ecs:UpdateContainerInstancesState" not in ballast.mutations
        assert ballast.notices == [n for n in ballast.notices if n["code"] == "LifecycleHookPut"]
        assert ballast.deployment.dead_letters == []


def test_without_its_environment_the_function_fails_naming_every_missing_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = DrainSettings.variables()
    for name in names:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")
    handler.forget()

    with pytest.raises(SettingsError) as wrong:
        handler.handler({"Records": []}, CONTEXT)

    assert all(f"{name} is missing" in str(wrong.value) for name in names)
    handler.forget()


def test_defaults_that_cannot_be_read_stop_voluntary_drains_alone_and_are_told_of() -> None:
    wrong = {"UpdateWaves": "50 20 100", "UpdateWindows": "0 2 * * tue for 4h in Europe/Atlantis"}
    with deployed(DryRun="false", **wrong) as ballast:
        ballast.run(130)
        ballast.send(ballast.a_spot_warning(ballast.instance_ids[0]))

        told = [n["what"] for n in ballast.notices if n["code"] == "PolicyUnreadable"]
        assert "ecs:UpdateContainerInstancesState" in ballast.mutations
        names = " and ".join(f"{name}={value}" for name, value in sorted(wrong.items()))
        assert told == [f"The parameters {names}, which cluster prod goes by, cannot be read."]
        assert ballast.deployment.dead_letters == []


def test_a_switch_that_cannot_be_read_stops_the_function_at_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DrainSettings.variables():
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("DRY_RUN", "perhaps")
    handler.forget()

    with pytest.raises(SettingsError, match="DRY_RUN is 'perhaps' but must be true or false"):
        handler.handler({"Records": []}, CONTEXT)
    handler.forget()


def test_a_spot_warning_is_acted_on_whatever_else_is_in_its_batch() -> None:
    unreadable = load_event("asg_terminate_lifecycle_action_ballast_drain")
    unreadable["detail"]["AutoScalingGroupName"] = None
    never = load_event("health_ec2_scheduled_change_retirement")
    never["detail"]["startTime"] = "Fri, 31 Dec 9999 23:59:59 GMT"
    with deployed(DryRun="false") as fleet:
        warned = fleet.instance_ids[0]

        fleet.send(json.dumps(unreadable), json.dumps(never), "[" * 10_000, fleet.a_spot_warning(warned))

        assert fleet.status(warned) == "DRAINING"
