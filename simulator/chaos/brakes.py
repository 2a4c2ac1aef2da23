"""People put the brake on and take it off, by command and by tag, while everything else goes wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

from ballast.aws.ledger_items import REGISTRY, read_cluster, read_pause
from ballast.records.pause import TAG, Pause, from_tag, read_tag
from simulator.chaos.draw import Act
from simulator.invariants.brakes import LOOKS_EVERY_S, PAUSED, UNPAUSED
from simulator.result import ledger_items
from simulator.stage import MANAGED, Stage

type Held = tuple[str, datetime | None]  # the cluster, and until when


def pauses(act: Act) -> None:
    """Some of a quarter of an hour; a judge notes what the ledger has taken in of them."""
    stage = act.where
    for _ in act.times(1, 3):
        minutes = act.rng.choice((5, 10, 20))
        by_tag = act.rng.random() < 0.4
        ends_early = act.rng.random() < 0.4
        at = act.rng.uniform(4, 45)
        act.at(at, "pauses", lambda m=minutes, t=by_tag: _pause(stage, m, by_tag=t))  # type: ignore[misc]
        if ends_early:
            act.at(at + minutes / 2, "resumes", lambda t=by_tag: _resume(stage, by_tag=t))  # type: ignore[misc]
    _judge(stage)


def drills(act: Act) -> None:
    """Somebody tries how instances drain; whatever else befalls them, none may stay DRAINING for it."""
    stage = act.where

    def drill(number: int) -> str | None:
        instance = act.instance()
        host = stage.world.find_host(instance) if instance else None
        if instance is None or host is None:
            return None
        stage.command("drill", host.cluster.name, instance=instance, id=f"chaos-drill-{number}")
        return instance

    for number in act.times(1, 4):
        act.at_some_time("drills", lambda n=number: drill(n))  # type: ignore[misc]


def _pause(stage: Stage, minutes: int, *, by_tag: bool) -> str:
    if not by_tag:
        stage.command("pause", None, reason="chaos", **{"for": f"{minutes}m"})
        return "all, by command"
    until = stage.clock.utc + timedelta(minutes=minutes)
    for cluster in _managed(stage):
        stage.world.clusters[cluster].tags[TAG] = f"{until:%Y-%m-%dT%H:%M:%SZ} chaos"
    return "all, by tag"


def _resume(stage: Stage, *, by_tag: bool) -> str:
    if not by_tag:
        stage.command("resume", None)
        return "all, by command"
    for cluster in _managed(stage):
        stage.world.clusters[cluster].tags.pop(TAG, None)
    return "all, by tag"


def _judge(stage: Stage) -> None:
    """What the functions could have read at this moment, for the invariant.

    A pause that another has replaced since the last look is over: between the two nothing may have held.
    """
    paused: frozenset[Held] = frozenset()

    def look() -> None:
        nonlocal paused
        stage.clock.after(LOOKS_EVERY_S, look)
        before, paused = paused, _pauses_of_all(stage)
        if before and not before <= paused:
            stage.world.note(UNPAUSED)
        if paused and not (before and before <= paused):
            stage.world.note(PAUSED)

    stage.clock.after(LOOKS_EVERY_S, look)


def _pauses_of_all(stage: Stage) -> frozenset[Held]:
    """Those that hold, until the next look at least; none unless every managed cluster is paused."""
    items = ledger_items(stage)
    paused = [item["cluster"]["S"] for item in items if item["item"]["S"] == Pause.item]
    pauses = [
        (name, pause)
        for name in paused
        if (pause := read_pause(name, (item for item in items if item["cluster"]["S"] == name)))
    ]
    for item in items:
        if item["cluster"]["S"] == REGISTRY and (cluster := read_cluster(item, "us-east-1")[0]):
            tag = read_tag(cluster.tags[TAG]) if TAG in cluster.tags else None
            if tag:
                pauses.append((cluster.name, from_tag(tag, cluster.pause_tag_since)))
    held = frozenset((name, pause.until) for name, pause in pauses if _holds(pause, stage))
    return held if {name for name, _ in held} >= set(_managed(stage)) else frozenset()


def _holds(pause: Pause, stage: Stage) -> bool:
    return pause.holds(stage.clock.utc + timedelta(seconds=LOOKS_EVERY_S))


def _managed(stage: Stage) -> list[str]:
    return [name for name, cluster in stage.world.clusters.items() if MANAGED.items() <= cluster.tags.items()]
