"""An application that does not answer has its instance ended by the group, but not while its checks are suppressed."""

from __future__ import annotations

import pytest

from simulator.world.world import World
from tests.simulator.world.builders import a_world, facts, instances_of

KIND = ("aws-ecs-2", "x86_64", "1.62.1")


def a_silent_application() -> tuple[World, str]:
    """Of a host that went down to reboot and does not come back; EC2 has it running."""
    world = a_world()
    world.bottlerocket.releases.publish(*KIND, long_ago=True)
    world.add_group("web", "prod", desired=1, bottlerocket=KIND)
    [instance] = instances_of(world)
    world.watch_application(instance)
    host = world.bottlerocket.require(instance)
    host.troubles.never_returns = True
    world.bottlerocket.reboot(host)
    return world, instance


def test_two_failures_a_minute_apart_have_the_group_end_the_instance() -> None:
    world, instance = a_silent_application()

    world.clock.run_until(300 + 59)
    after_one = facts(world, "lifecycle_state", instance=instance)
    world.clock.run_until(300 + 120)

    assert after_one == []
    assert facts(world, "lifecycle_state", instance=instance, state="Terminating")


@pytest.mark.parametrize(("seconds", "ends"), [(3600, False), (330, True), (None, False)])
def test_suppressed_checks_end_nothing_until_the_suppression_is_over(seconds: int | None, *, ends: bool) -> None:
    world, instance = a_silent_application()
    asked = {"InstanceIds": [instance]} | ({"DurationSeconds": seconds} if seconds else {})

    world.handle("ec2", "EnableApplicationStatusCheckSuppression", asked)
    world.clock.run_until(1800)

    assert bool(facts(world, "lifecycle_state", instance=instance, state="Terminating")) is ends
