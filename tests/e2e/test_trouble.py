"""Calls that fail on the wire, an ECS that says nothing for a minute, and a function that dies half-way."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from simulator.delivery.slack import Reply
from tests.e2e.looking import Account

FOREVER_S = 3600.0


def test_ecs_that_answers_nothing_for_a_minute_delays_and_loses_nothing(alone: Account) -> None:
    warned = alone.instances("health")[1]
    alone.gateway.trouble.freeze("ecs", 60)
    with alone.world() as world:
        world.warn_spot(warned)
    time.sleep(15)
    assert alone.hosts("health")[warned] == "ACTIVE"

    alone.eventually("it drains once ECS answers", lambda: alone.hosts("health").get(warned) == "DRAINING", 120)
    assert alone.dead_letters_about(warned) == []


def test_throttled_and_broken_calls_are_made_again(alone: Account) -> None:
    _, warned, *_ = alone.instances("wire")
    alone.gateway.trouble.throttle("ecs", 2)
    alone.gateway.trouble.break_connections("dynamodb", 2)
    alone.gateway.trouble.break_connections("autoscaling", 1)
    with alone.world() as world:
        world.warn_spot(warned)

    alone.eventually("it drains", lambda: alone.hosts("wire").get(warned) == "DRAINING", 60)
    assert {"throttled ecs", "reset dynamodb"} <= set(alone.gateway.trouble.met)


def test_a_function_that_is_killed_half_way_is_followed_by_one_that_ends_it(alone: Account) -> None:
    *_, warned = alone.instances("wire")
    trouble = alone.gateway.trouble
    trouble.freeze("ecs", FOREVER_S)
    trouble.met.clear()
    with alone.world() as world:
        world.warn_spot(warned)
    alone.eventually("it waits for ECS", lambda: "frozen ecs" in trouble.met and alone.depth("DrainEvents"))
    assert alone.hosts("wire")[warned] == "ACTIVE"
    assert kill("DrainInstance", alone.gateway.url)
    trouble.freeze("ecs", 0)

    alone.eventually("it drains", lambda: alone.hosts("wire").get(warned) == "DRAINING", 90)


def test_slack_that_is_slow_down_or_says_later_gets_each_message_once(alone: Account) -> None:
    alone.slack.slow_s = 0.5
    alone.slack.answers += [Reply(429, {"ok": False, "error": "ratelimited"}, retry_after_s=1), Reply(500, "oops")]
    warned = alone.instances("spot")[1]
    with alone.world() as world:
        world.warn_spot(warned)

    alone.eventually("Slack has it", lambda: any(warned in text for text in alone.messages()), 120)
    alone.slack.slow_s = 0.0
    assert alone.slack.answers == []
    told = [text for text in alone.messages() if warned in text]
    assert len(told) == len(set(told))


def kill(function: str, gateway: str) -> int:
    """The processes that run this function and ask this gateway."""
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            env = (process / "environ").read_bytes()
        except OSError:
            continue
        if f"{gateway}/by/{function}\0".encode() in env and b"BALLAST_E2E" not in env and b"_LAMBDA_TIMEOUT" in env:
            os.kill(int(process.name), signal.SIGKILL)
            found += 1
    return found
