"""The function as it is deployed: its queue and its hourly rule from the template, a simulated AWS behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest

from simulator.clock import Clock
from simulator.delivery.deployment import Deployment
from simulator.delivery.faults import NO_FAULTS, Faults, KillPoint
from simulator.world import World
from tests.builders import ROOT, load_event

VARIANT, ARCH = "aws-ecs-2", "x86_64"
BEFORE, AFTER = "1.62.1", "1.64.0"
CHECK = {"version": "0", "id": "check", "detail-type": "Scheduled Event", "source": "aws.events",
         "time": "2026-11-23T09:00:00Z", "resources": [], "detail": {}}  # fmt: skip


class Watching:
    """Clusters `prod` and `staging` with two hosts each; what was there before the first sweep is known."""

    def __init__(self, deployment: Deployment, world: World, clock: Clock) -> None:
        self.deployment = deployment
        self.world = world
        self.clock = clock
        self.releases = world.bottlerocket.releases

    def check(self, *bodies: str, wait_s: float = 20) -> None:
        for body in bodies or (json.dumps(CHECK),):
            self.deployment.queues["ReleaseChecks"].send(body)
        self.run(wait_s)

    def run(self, seconds: float) -> None:
        self.clock.run_until(self.clock.now_s + seconds)

    def instances(self, group: str) -> list[str]:
        return list(self.world.groups.groups[group].members)

    def runs(self, instance_id: str, version: str) -> None:
        """What Systems Manager says of it."""
        self.world.bottlerocket.require(instance_id).reported_version = version

    def said(self, detail_type: str) -> list[Mapping[str, Any]]:
        return [
            put.event["detail"]
            for put in self.deployment.bus.events
            if put.event["source"] == "ballast" and put.event["detail-type"] == detail_type
        ]

    @property
    def available(self) -> list[tuple[str | None, str]]:
        return [
            (detail["previousVersion"], detail["version"]) for detail in self.said("Bottlerocket Release Available")
        ]

    @property
    def notices(self) -> list[Mapping[str, Any]]:
        mine = ("BottlerocketRelease", "BottlerocketEndOfLife")
        return [notice for notice in self.said("Ballast Notice") if notice["code"].startswith(mine)]

    def calls(self, operation: str) -> int:
        return sum(c.function == "WatchBottlerocket" and c.operation == operation for c in self.deployment.calls)


@contextmanager
def watching(faults: Faults = NO_FAULTS) -> Iterator[Watching]:
    clock = Clock()
    world = World(clock, Random(7))  # noqa: S311 - a simulation wants a seed
    world.bottlerocket.releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
    for name in ("prod", "staging"):
        world.add_cluster(name, {"ballast:managed": "true"})
        world.add_group(name, name, desired=2, capacity_provider=name, bottlerocket=(VARIANT, ARCH, BEFORE))
    deployment = Deployment(world, clock, Random(7), template=ROOT / "template.yaml", faults=faults)  # noqa: S311
    with deployment:
        watched = Watching(deployment, world, clock)
        watched.run(90)  # the first sweep has found the clusters
        yield watched


def test_a_release_is_announced_once_and_told_for_both_clusters() -> None:
    with watching() as watched:
        watched.check()
        watched.check()
        watched.releases.publish(VARIANT, ARCH, AFTER)
        watched.check()
        watched.check()

        assert watched.available == [(None, BEFORE), (BEFORE, AFTER)]
        first, second = watched.notices
        assert (first["code"], second["code"]) == ("BottlerocketReleaseAvailable",) * 2
        assert second["impact"] == f"Running in prod, staging: 4 on {BEFORE}."
        assert watched.calls("GetParameters") == 4  # both parameters in one call


def test_the_schedule_of_the_template_checks_by_itself() -> None:
    with watching() as watched:
        watched.run(3700)

        assert watched.available[0] == (None, BEFORE)
        assert not watched.deployment.dead_letters


def test_a_recall_pages_once_with_the_instances_that_run_the_recalled_version() -> None:
    with watching() as watched:
        watched.releases.publish(VARIANT, ARCH, AFTER)
        watched.check()
        updated, _ = watched.instances("prod")
        watched.runs(updated, AFTER)
        watched.releases.recall(VARIANT, ARCH)
        watched.check()
        watched.check()

        [event] = watched.said("Bottlerocket Release Recalled")
        [page] = [notice for notice in watched.notices if notice["severity"] == "page"]
        assert (event["version"], event["recalledVersion"]) == (BEFORE, AFTER)
        assert f"This one runs it: {updated} (prod)." in page["impact"]


def test_an_unreadable_message_is_dead_lettered_and_the_check_beside_it_is_done() -> None:
    bad = {
        "not json": "The message is not JSON",
        json.dumps(
            load_event("ballast_update_command")
        ): "'Ballast Update Command' from 'ballast' asks for no check of releases",
        json.dumps(load_event("asg_instance_launch_successful")): "asks for no check of releases",
    }
    with watching() as watched:
        watched.check(*bad, json.dumps(CHECK))

        letters = {letter.body: letter.attributes["ERROR_MESSAGE"] for letter in watched.deployment.dead_letters}
        assert letters.keys() == bad.keys()
        assert all(why in letters[body] for body, why in bad.items())
        assert watched.available == [(None, BEFORE)]
        assert len(watched.deployment.queues["ReleaseChecks"]) == 0


def test_a_variant_without_parameters_is_a_ticket_and_the_others_go_on() -> None:
    with watching() as watched:
        watched.releases.publish("aws-ecs-9", ARCH, "1.70.0", long_ago=True)
        watched.world.add_group("new", "prod", desired=1, bottlerocket=("aws-ecs-9", ARCH, "1.70.0"))
        del watched.releases.lines["aws-ecs-9", ARCH]
        watched.check()
        watched.check()

        assert watched.available == [(None, BEFORE)]
        assert [n["code"] for n in watched.notices] == ["BottlerocketReleaseAvailable", "BottlerocketReleaseUnknown"]


def test_an_attribute_that_no_parameter_can_have_costs_the_others_nothing() -> None:
    with watching() as watched:
        watched.world.ec2.instances[watched.instances("prod")[0]].os = ("my own {variant}", ARCH)
        watched.check()

        assert watched.available == [(None, BEFORE)]
        [unknown] = [n for n in watched.notices if n["code"] == "BottlerocketReleaseUnknown"]
        assert "'my own {variant}'" in unknown["why"]


def test_a_cluster_that_cannot_be_looked_into_holds_up_no_other_and_is_tried_again() -> None:
    with watching() as watched:
        watched.releases.publish(VARIANT, ARCH, AFTER)
        watched.check()
        watched.releases.recall(VARIANT, ARCH)
        gone = watched.world.clusters.pop("staging")
        watched.check()

        [page] = [notice for notice in watched.notices if notice["severity"] == "page"]
        assert "Not looked into: staging." in page["impact"]
        assert len(watched.deployment.queues["ReleaseChecks"]) == 1
        watched.world.clusters["staging"] = gone
        watched.run(400)
        assert len(watched.deployment.queues["ReleaseChecks"]) == 0


def number_of_calls() -> int:
    with watching() as watched:
        watched.check()
        return sum(call.function == "WatchBottlerocket" for call in watched.deployment.calls)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_function_killed_at_any_call_neither_loses_nor_doubles_an_announcement(when: Any) -> None:
    calls = number_of_calls()
    assert calls >= 6
    for number in range(1, calls + 1):
        with watching(Faults(kill_at=KillPoint(number, when, "WatchBottlerocket"))) as watched:
            watched.check(wait_s=400)  # the message comes back when its visibility times out
            watched.check()

            assert {tuple(one) for one in watched.available} == {(None, BEFORE)}, f"killed {when} call {number}"
            assert len({notice["id"] for notice in watched.notices}) == 1
            assert len(watched.deployment.queues["ReleaseChecks"]) == 0
