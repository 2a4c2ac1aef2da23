"""An attacker amid the trouble: one event of ten is forged, poisoned or replayed, one stored item of a hundred corrupt.

They may put events of source `ballast` on the bus (those of `aws.…` EventBridge takes from AWS alone), redrive a queue,
forward events from a bus of another account, and write into the tables.
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

from simulator.chaos.draw import ACT, TROUBLE_MINUTES
from simulator.delivery.faults import NO_FAULTS
from simulator.delivery.records import HOSTILE
from simulator.result import table_items
from simulator.stage import Scenario, Stage

type Event = Mapping[str, Any]
type Item = dict[str, Any]

SHARE = 1 / 9  # of what others put: a tenth of all
CORRUPT = 0.01  # of all items, at any time
LASTS_S = 300.0
STRANGER = "999999999999"
KEYS = {"Ledger": ("cluster", "item"), "Conversations": ("conversation",)}
HUGE = "x" * 3000
POISONS: tuple[object, ...] = (
    None,
    7,
    -1,
    "",
    [],
    {},
    HUGE,
    "9999-12-31T23:59:59Z",
    "2026-11-23T09:00:00",
    "a\nb\x1b[2J",
)


def with_attacker(scenario: Scenario) -> Scenario:
    """The same world and its trouble; nothing else goes wrong on the way, so that whatever is late is late by the attacker."""

    def build(stage: Stage) -> None:
        scenario.build(stage)
        _attack(stage)

    return replace(scenario, build=build, faults=NO_FAULTS)


def _attack(stage: Stage) -> None:
    """From the first minute of trouble to the last."""
    rng = Random(f"{stage.seed} is hostile")
    stage.deployment.bus.listeners.append(lambda event: _answer(stage, rng, event))
    for half_minutes in range(int(2 * TROUBLE_MINUTES[0]), int(2 * TROUBLE_MINUTES[1])):
        stage.at(half_minutes / 2, lambda: _corrupt_some(stage, rng))


def _answer(stage: Stage, rng: Random, event: Event) -> None:
    """Put one of our own behind one of ten, but never behind our own."""
    minute = stage.clock.now_s / 60
    if str(event["id"]).startswith(HOSTILE) or not TROUBLE_MINUTES[0] <= minute <= TROUBLE_MINUTES[1]:
        return
    if rng.random() < SHARE:
        act = rng.choice((_replayed, _replayed, _of_a_stranger, _poisoned, _forged_end, _forged_page))
        found = act(stage, rng)
        if found is not None:
            stage.world.note(ACT, act=f"hostile: {act.__name__.strip('_')}", on=f"{found['detail-type']}")
            stage.clock.after(rng.uniform(0, 30), lambda: stage.deployment.bus.put(found))


def _replayed(stage: Stage, rng: Random) -> Event | None:
    """As it was, id and time and all: what a redriven queue or an archive does."""
    return _one(stage, rng, lambda _: True)


def _of_a_stranger(stage: Stage, rng: Random) -> Event | None:
    """Of another account, about instances of ours, or in Ballast's own words."""
    event = _one(stage, rng, lambda e: e["source"] != "aws.events")
    return event and {**event, "account": STRANGER, "id": _id(rng)}


def _poisoned(stage: Stage, rng: Random) -> Event | None:
    """One of Ballast's own with a field that nobody can read."""
    event = _one(stage, rng, lambda e: e["source"] == "ballast" and bool(e["detail"]))
    if event is None:
        return None
    forged = deepcopy(dict(event))
    forged["detail"][rng.choice(sorted(forged["detail"]))] = rng.choice(POISONS)
    return {**forged, "id": _id(rng)}


def _forged_end(stage: Stage, rng: Random) -> Event | None:
    """The end of an incident that goes on, or that it is nothing."""
    event = _one(stage, rng, _is_notice)
    if event is None:
        return None
    detail = {**event["detail"], "severity": "info", "closesIncident": rng.random() < 0.5, "id": _id(rng)}
    return {**event, "detail": detail, "id": detail["id"]}


def _forged_page(stage: Stage, rng: Random) -> Event | None:
    """A page that Ballast did not send, in an incident of its own or of Ballast's."""
    event = _one(stage, rng, _is_notice)
    if event is None:
        return None
    incident = event["detail"]["incident"] if rng.random() < 0.5 else _id(rng)
    detail = {**event["detail"], "severity": "page", "incident": incident, "id": _id(rng)}
    return {**event, "detail": detail, "id": detail["id"]}


def _is_notice(event: Event) -> bool:
    return bool(event["detail-type"] == "Ballast Notice")


def _one(stage: Stage, rng: Random, wanted: Callable[[Event], bool]) -> Event | None:
    """An event of before that is not our own; schedules are EventBridge's."""
    known = (put.event for put in stage.deployment.bus.events[-400:])
    found = [e for e in known if e["source"] != "aws.events" and not str(e["id"]).startswith(HOSTILE) and wanted(e)]
    return rng.choice(found) if found else None


def _id(rng: Random) -> str:
    return f"{HOSTILE}{rng.getrandbits(48):x}"


def _corrupt_some(stage: Stage, rng: Random) -> None:
    """A tenth of the items that are corrupt at a time, so that there is one of a hundred; people put them right."""
    for table, keys in KEYS.items():
        for item in table_items(stage, table):
            fields = sorted(item.keys() - {*keys, "revision"})
            if not fields or rng.random() >= CORRUPT * 30 / LASTS_S:
                continue
            broken = {**item, rng.choice(fields): rng.choice(({"NULL": True}, {"N": "7"}, {"S": HUGE}, {"L": []}))}
            stage.world.note(ACT, act="hostile: corrupt", on="/".join(item[key]["S"] for key in keys))
            _write(stage, table, broken)
            stage.clock.after(LASTS_S, lambda t=table, b=broken, i=item: _put_right(stage, t, b, i))  # type: ignore[misc]


def _put_right(stage: Stage, table: str, broken: Item, item: Item) -> None:
    if broken in table_items(stage, table):
        _write(stage, table, item)


def _write(stage: Stage, table: str, item: Item) -> None:
    name = stage.deployment.stack.names.physical(table)
    stage.deployment.front_door.tables.handle("PutItem", {"TableName": name, "Item": item})
