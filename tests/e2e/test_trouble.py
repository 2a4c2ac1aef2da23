"""Calls that fail on the wire, an ECS that says nothing for a minute, and a function that dies half-way."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from simulator.delivery.slack import Reply
from tests.e2e.looking import Account


def test_ecs_that_answers_nothing_for_a_minute_delays_and_loses_nothing(here: Account) -> None:
    warned = here.instances("health")[1]
    here.gateway.trouble.freeze("ecs", 60)
    with here.world() as world:
        world.warn_spot(warned)
    time.sleep(15)
    assert here.hosts("health")[warned] == "ACTIVE"

    here.eventually("it drains once ECS answers", lambda: here.hosts("health").get(warned) == "DRAINING", 120)
    assert here.dead_letters_about(warned) == []


def test_throttled_and_broken_calls_are_made_again(here: Account) -> None:
    _, warned, *_ = here.instances("wire")
    here.gateway.trouble.throttle("ecs", 2)
    here.gateway.trouble.break_connections("dynamodb", 2)
    here.gateway.trouble.break_connections("autoscaling", 1)
    with here.world() as world:
        world.warn_spot(warned)

    here.eventually("it drains", lambda: here.hosts("wire").get(warned) == "DRAINING", 60)
    assert {"throttled ecs", "reset dynamodb"} <= set(here.gateway.trouble.met)


def test_a_function_that_is_killed_half_way_is_followed_by_one_that_ends_it(here: Account) -> None:
    *_, warned = here.instances("wire")
    before = len(here.calls("DescribeContainerInstances", "DrainInstance"))
    here.gateway.trouble.freeze("ecs", 4)
    with here.world() as world:
        world.warn_spot(warned)
    here.eventually("it waits for ECS", lambda: "frozen ecs" in here.gateway.trouble.met, 20)
    assert len(here.calls("DescribeContainerInstances", "DrainInstance")) == before
    assert kill("DrainInstance")

    here.eventually("it drains", lambda: here.hosts("wire").get(warned) == "DRAINING", 90)


def test_slack_that_is_slow_down_or_says_later_gets_each_message_once(here: Account) -> None:
    here.slack.slow_s = 0.5
    here.slack.answers += [Reply(429, {"ok": False, "error": "ratelimited"}, retry_after_s=1), Reply(500, "oops")]
    warned = here.instances("spot")[1]
    with here.world() as world:
        world.warn_spot(warned)

    here.eventually("Slack has it", lambda: any(warned in text for text in here.messages()), 120)
    here.slack.slow_s = 0.0
    assert here.slack.answers == []
    told = [text for text in here.messages() if warned in text]
    assert len(told) == len(set(told))


def kill(function: str) -> int:
    """The processes of the emulator that run this function."""
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            env = (process / "environ").read_bytes()
        except OSError:
            continue
        if f"/by/{function}\0".encode() in env and b"BALLAST_E2E" not in env and b"_LAMBDA_TIMEOUT" in env:
            os.kill(int(process.name), signal.SIGKILL)
            found += 1
    return found
