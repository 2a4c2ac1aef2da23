"""What the world sends has the fields of the documented sample, and no others but those named here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.world.autoscaling.group_records import Hook
from simulator.world.world import World
from tests.simulator.world.builders import a_fleet, heard_by, instances_of

SAMPLES = Path(__file__).parents[4] / "events"


def launches(world: World) -> None:
    world.set_desired("web", 3)


def leaves_the_pool(world: World) -> None:
    world.put_warm_pool("web", minimum=1)
    world.clock.run_until(300)
    world.set_desired("web", 3)


def fills_the_pool(world: World) -> None:
    world.put_warm_pool("web", minimum=1)


def returns_to_the_pool(world: World) -> None:
    world.put_warm_pool("web", reuse_on_scale_in=True)
    world.scale_in("web", instances_of(world)[0])


def replaces_root_volumes(world: World) -> None:
    world.replace_root_volumes("web")


def fails_to_launch(world: World) -> None:
    world.fail_launches("web")
    world.set_desired("web", 3)


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("asg_launch_lifecycle_action_ec2_to_asg", launches),
        ("asg_launch_lifecycle_action_ec2_to_warmpool", fills_the_pool),
        ("asg_launch_lifecycle_action_warmpool_to_asg", leaves_the_pool),
        ("asg_launch_lifecycle_action_replace_root_volume", replaces_root_volumes),
        ("asg_terminate_lifecycle_action_to_warmpool", returns_to_the_pool),
        ("asg_terminate_lifecycle_action_replace_root_volume", replaces_root_volumes),
        ("asg_instance_launch_unsuccessful", fails_to_launch),
    ],
)
def test_an_event_is_like_its_sample(name: str, act: Callable[[World], None]) -> None:
    sample = json.loads((SAMPLES / f"{name}.json").read_text())
    hooks = [
        Hook("start-up", "CONTINUE", 30, "autoscaling:EC2_INSTANCE_LAUNCHING", "additional-info"),
        Hook("ballast-drain", "CONTINUE", 30, notification_metadata="additional-info"),
    ]
    world = a_fleet(desired=2, maximum=3, hooks=hooks)
    events = heard_by(world)

    act(world)
    world.clock.run_until(world.clock.now_s + 600)

    told = [event for event in events if same_case(event, sample)]
    assert told
    for event in told:
        assert event.keys() == sample.keys()
        assert event["detail"].keys() == sample["detail"].keys()
        assert len(event["resources"]) == len(sample["resources"])


def same_case(event: dict[str, Any], sample: dict[str, Any]) -> bool:
    named = ("Origin", "Destination", "Action", "LifecycleTransition")
    return event["detail-type"] == sample["detail-type"] and all(
        event["detail"].get(field) == sample["detail"].get(field) for field in named
    )
