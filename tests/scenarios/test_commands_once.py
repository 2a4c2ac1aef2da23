"""A host is told once, however many functions look at it at the same moment, and gets back what people had set."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from simulator.scenarios.update import AFTER, BEFORE
from simulator.stage import Stage
from simulator.world.bottlerocket.host import BottlerocketHost
from tests.scenarios.stages import play
from tests.scenarios.test_updates import fleet, is_harmless, state

LOOK = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}


def looks(stage: Stage) -> None:
    """From the release on two functions look at everything, one when the other has begun: each hears of it by a batch."""

    def send() -> None:
        event = LOOK | {"time": f"{stage.clock.utc:%Y-%m-%dT%H:%M:%SZ}"}
        stage.deployment.queues["UpdateEvents"].send(json.dumps(event))

    for number in range(450):
        at_s = 150 + 5 * number
        stage.at(at_s / 60, send)
        stage.at((at_s + 1 + number % 10 / 10) / 60, send)


def reboots(played: Any) -> Counter[str]:
    return Counter(f.data["instance"] for f in played.facts("os_rebooting"))


def test_two_functions_at_once_reboot_no_host_twice() -> None:
    """0.1.0 rebooted 25 of 120 hosts twice: https://github.com/aws/amazon-ssm-agent/issues/392 tells what that costs."""
    played = play(fleet(looks, instances=12, minutes=40), UpdateWaves="100", DisruptionBudget="6")

    assert state(played) == "done"
    assert set(reboots(played).values()) == {1}
    assert len(reboots(played)) == 12
    assert len(played.facts("os_booted", version=AFTER)) == 12
    is_harmless(played)


def test_hosts_whose_application_ec2_checks_are_kept_while_they_reboot() -> None:
    """Two failures, a minute apart, have their group end them; one that nobody checks is not asked to be quiet."""
    played = play(fleet(watched, instances=5, minutes=60), UpdateWaves="100")

    assert (state(played), set(reboots(played).values())) == ("done", {1})
    assert len(played.facts("application_checks_suppressed")) == 4
    assert played.facts("lifecycle_state", state="Terminating") == []


def watched(stage: Stage) -> None:
    for instance in stage.instances("web")[1:]:
        stage.world.watch_application(instance)


def test_a_version_lock_that_a_person_set_is_put_back_exactly_or_its_host_is_left_alone() -> None:
    """0.1.0 lost the lock of a private build in seven dead letters, and one odd lock stopped the whole rollout."""
    hosts: list[BottlerocketHost] = []

    def build(stage: Stage) -> None:
        hosts.extend(stage.world.bottlerocket.require(instance) for instance in stage.instances("web"))
        for host, lock in zip(hosts, ("v1.62.1+abcdef0", "$(reboot); x", "latest", "1.62.1-rc.1"), strict=True):
            host.version_lock = lock

    played = play(fleet(build))

    assert state(played) == "done"
    assert [(host.version, host.version_lock) for host in hosts] == [
        (AFTER, "v1.62.1+abcdef0"),
        (BEFORE, "$(reboot); x"),
        (AFTER, "latest"),
        (AFTER, "1.62.1-rc.1"),
    ]
    assert played.result.rollout["excluded"] == 1  # type: ignore[index]  # state() has looked
    assert played.result.dead_letters == 0
    is_harmless(played)
