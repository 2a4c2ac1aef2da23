"""What runs, what is published, what changed: one thing in trouble holds up no other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ballast.shell import releases
from tests.builders import NOW
from tests.released import AFTER, ARCH, BEFORE, VARIANT, watching


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


def test_what_there_is_no_time_for_fails_nothing_and_comes_first_in_the_next_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """300 clusters took 42 s, were given up then, and came again ten times from the beginning."""
    monkeypatch.setattr(releases, "LATEST", timedelta(seconds=0.01))
    with watching() as watched:
        watched.releases.publish("aws-ecs-9", ARCH, "1.70.0", long_ago=True)
        for instance in watched.instances("staging"):
            watched.world.ec2.instances[instance].os = ("aws-ecs-9", ARCH)
        for _ in range(2):
            before = watched.calls("ListContainerInstances")
            watched.check()
            assert watched.calls("ListContainerInstances") == before + 1
            assert len(watched.deployment.queues["ReleaseChecks"]) == 0
            watched.run(3600 - 20)

        assert sorted(version for _, version in watched.available) == [BEFORE, "1.70.0"]


def test_each_cluster_is_among_the_first_now_and_then() -> None:
    for many in (60, 61, 183, 300, 366):
        names = [f"c{number}" for number in range(many)]
        first = [releases._in_turn(names, NOW + timedelta(hours=hour))[:130] for hour in range(6)]
        assert {name for some in first for name in some} == set(names)
