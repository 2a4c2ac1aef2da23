"""The Bottlerocket side of a random world: a fleet to update, and what goes wrong with hosts, commands and releases."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from simulator.invariants import MALFORMED
from simulator.stage import MANAGED, Stage

KIND = ("aws-ecs-2", "x86_64")
VERSIONS = ("1.62.1", "1.63.0", "1.64.0")
ALARM, CALENDAR = "errors", "freeze"
GROUPS = ("rocket", "rocket-loose")
SLOW_FAULTS_END_MINUTES = 62


def parameters_of_updates(rng: Random) -> dict[str, str]:
    return {
        "UpdateStrategy": rng.choice(("in-place", "in-place", "replace")),
        "UpdateLaunchTemplates": rng.choice(("follow", "follow", "report")),
        "UpdateBakeDays": "0",
        "UpdateCanaryBakeMinutes": rng.choice(("0", "2", "5")),
        "UpdateWaveBakeMinutes": rng.choice(("0", "2")),
        "UpdateWaves": rng.choice(("10 30 100", "50 100", "100")),
        "UpdateFailureBudget": rng.choice(("0", "1", "2", "50 percent")),
        "UpdateReturnMinutes": rng.choice(("5", "10")),
        "UpdateOnHalt": rng.choice(("wait", "wait", "rollback")),
        "UpdateAlarms": ALARM,
        "UpdateCalendars": CALENDAR,
    }


def tags_of_updates(rng: Random) -> dict[str, str]:
    return {"ballast:update-attempts": rng.choice(("1", "2", "3"))}


def add_bottlerocket(stage: Stage, rng: Random) -> None:
    """Two groups on the first version; a later one comes out, perhaps another one, and perhaps it is taken back."""
    world = stage.world
    releases = world.bottlerocket.releases
    releases.publish(*KIND, VERSIONS[0], long_ago=True)
    world.alarms[ALARM] = "OK"
    world.calendars[CALENDAR] = True
    first = (*KIND, VERSIONS[0])
    for name, fewest, provider, tags in (("rocket", 3, "rocket", None), ("rocket-loose", 1, None, MANAGED)):
        world.add_group(
            name,
            "prod",
            desired=rng.randint(fewest, fewest + 2),
            capacity_provider=provider,
            tags=tags,
            bottlerocket=first,
            launches_from=rng.choice(("1", "$Latest", "$Default", "parameter")),
        )
    world.run_command.undelivered = rng.choice((0.0, 0.0, 0.2))
    stage.at(SLOW_FAULTS_END_MINUTES, lambda: _calm(stage))
    stage.at(1, stage.check_releases)
    comes_out = rng.uniform(1.5, 15)
    _release(stage, comes_out, VERSIONS[1])
    if rng.random() < 0.2:
        _release(stage, rng.uniform(comes_out + 2, 50), VERSIONS[2])
    if rng.random() < 0.2:
        at = rng.uniform(comes_out + 2, 55)
        stage.at(at, lambda: releases.recall(*KIND))
        stage.at(at + 0.5, stage.check_releases)
    for _ in range(rng.randint(2, 8)):
        stage.at(rng.uniform(2, 60), _trouble(stage, Random(rng.getrandbits(64))))


def _release(stage: Stage, minutes: float, version: str) -> None:
    stage.at(minutes, lambda: stage.world.bottlerocket.releases.publish(*KIND, version))
    stage.at(minutes + 0.5, stage.check_releases)


def _trouble(stage: Stage, rng: Random) -> Callable[[], object]:
    acts: tuple[tuple[int, Callable[[str], object]], ...] = (
        (4, lambda i: _set(stage, i, failed_boots=rng.choice((1, 9)))),
        (3, lambda i: _set(stage, i, failed_prepares=rng.choice((1, 9)))),
        (3, lambda i: _set(stage, i, never_returns=True)),
        (3, lambda i: _set(stage, i, agent_stays_away=True)),
        (2, lambda i: _set(stage, i, locked_until_s=stage.world.clock.now_s + rng.choice((120, 1200)))),
        (2, lambda i: _set(stage, i, unreachable_repository=True)),
        (2, lambda _: _for_a_while(stage, rng, stage.world.alarms, ALARM, bad="ALARM", good="OK")),
        (2, lambda _: _for_a_while(stage, rng, stage.world.calendars, CALENDAR, bad=False, good=True)),
        (2, lambda _: stage.command("halt", reason="chaos")),
        (3, lambda _: stage.command("resume")),
        (1, lambda _: stage.command("rollback")),
        (1, lambda _: stage.command("approve")),
        (2, lambda _: stage.world.refreshes.give_up(rng.choice(GROUPS), "Instances failed to become healthy.")),
        (1, lambda i: stage.world.run_task("prod", "batch", on=i)),
        (1, lambda _: _forged(stage)),
        (1, lambda _: _unreadable(stage, rng)),
    )
    act = rng.choices([act for _, act in acts], [weight for weight, _ in acts])[0]

    def happens() -> None:
        hosts = stage.world.clusters["prod"].by_ec2_id
        there = [i for name in GROUPS for i in stage.instances(name) if i in hosts and hosts[i].placeable]
        if there:
            act(rng.choice(there))

    return happens


def _set(stage: Stage, instance_id: str, **troubles: object) -> None:
    for name, value in troubles.items():
        setattr(stage.world.bottlerocket.require(instance_id).troubles, name, value)


def _for_a_while[T](stage: Stage, rng: Random, states: dict[str, T], name: str, *, bad: T, good: T) -> None:
    states[name] = bad
    stage.clock.after(rng.uniform(60, 900), lambda: states.__setitem__(name, good))


def _forged(stage: Stage) -> None:
    """A release that AWS never published."""
    detail = {
        "schemaVersion": "1",
        "variant": KIND[0],
        "arch": KIND[1],
        "version": "1.99.0",
        "imageId": "ami-0123456789abcdef0",
        "previousVersion": VERSIONS[0],
    }
    stage.announce("Bottlerocket Release Available", detail)


def _unreadable(stage: Stage, rng: Random) -> None:
    event_id = f"{MALFORMED}{rng.getrandbits(32)}"
    stage.announce("Ballast Update Command", {"command": rng.choice(("explode", 7, None))}, event_id=event_id)


def _calm(stage: Stage) -> None:
    """Hosts that were slow or out of reach are well again; what is broken for good stays so."""
    world = stage.world
    world.run_command.undelivered = 0.0
    for name in GROUPS:
        for instance_id in stage.instances(name):
            _set(stage, instance_id, unreachable_repository=False, agent_stays_away=False)
