"""What the ledger says of drains, moves, updates and rollouts while a story is played, with the times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulator.ledger_watch import OVER, Item, watch_items
from simulator.stage import Stage

BEGUN = ("claimed", "draining", "drained", "forcing", "forced", "escalated")
EMPTY, GIVEN_UP = "drained", ("rolling_back", "rolled_back")


@dataclass(slots=True)
class Drain:
    """One disruption of one instance; times in seconds, None: not yet."""

    instance: str
    reason: str
    group: str
    known_at_s: float
    begun_at_s: float | None = None
    empty_at_s: float | None = None
    over_at_s: float | None = None
    given_up: bool = False
    phase: str = ""
    tasks: int = 0
    replaced_first: bool = False  # another one was launched for it, so that it goes


@dataclass(slots=True)
class Move:
    """One instance that rebalancing gives back."""

    instance: str
    method: str
    saving: float
    tasks: int
    receivers: tuple[str, ...]
    over_at_s: float | None = None
    phase: str = ""


@dataclass(slots=True)
class Rollout:
    """As it stood last. `updated`: instances in the order in which they were taken up."""

    variant: str
    arch: str
    target: str = ""
    state: str = ""
    on_target: int = 0
    total: int = 0
    failed: int = 0
    excluded: int = 0
    wave: int = 0
    halted: str = ""
    held: str = ""


@dataclass(slots=True)
class Update:
    instance: str
    target: str
    at_s: float
    stage: str
    why: str = ""


@dataclass(slots=True)
class Watched:
    drains: list[Drain] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    rollouts: dict[str, Rollout] = field(default_factory=dict)
    updates: dict[str, Update] = field(default_factory=dict)


def watch(stage: Stage) -> Watched:
    """From now on."""
    seen = Watched()

    def now_s() -> float:
        return stage.clock.now_s

    def drain(_: str, name: str, item: Mapping[str, str]) -> None:
        _drained(seen, name, item, now_s())

    def move(_: str, name: str, item: Mapping[str, str]) -> None:
        _moved(seen, name, item, now_s())

    def rollout(_: str, name: str, item: Mapping[str, str]) -> None:
        variant, _, arch = name.partition("#")
        known = seen.rollouts.setdefault(name, Rollout(variant, arch))
        if item["phase"] == OVER:
            return
        for key in ("target", "state"):
            setattr(known, key, item[key])
        for key in ("on_target", "total", "failed", "excluded", "wave"):
            setattr(known, key, int(item[key] or 0))
        known.halted, known.held = item["halted_reason"], item["held"]

    def update(_: str, name: str, item: Mapping[str, str]) -> None:
        known = seen.updates.setdefault(name, Update(name, item["target"], now_s(), item["stage"]))
        if item["phase"] != OVER:
            known.target, known.stage, known.why = item["target"], item["stage"], item["why"]

    watch_items(stage, "drain#", _told("reason", "group", "phase", "tasks_at_start", "raised_from"), drain)
    moving = _told("method", "phase", "tasks", "saving_usd_per_hour", "receivers")
    watch_items(stage, "move#", moving, move)
    counts = ("target", "state", "on_target", "total", "failed", "excluded", "wave", "halted_reason", "held")
    watch_items(stage, "rollout#", _told(*counts), rollout)
    watch_items(stage, "update#", _told("target", "stage", "why"), update)
    return seen


def _told(*names: str) -> Callable[[str, Item], Mapping[str, str]]:
    def told(_: str, item: Item) -> Mapping[str, str]:
        return {"phase": "", **{name: _plain(item.get(name, {})) for name in names}}

    return told


def _plain(value: Mapping[str, object]) -> str:
    """Of an attribute of DynamoDB."""
    for kind in ("S", "N"):
        if kind in value:
            return str(value[kind])
    parts = value.get("L") or value.get("SS") or ()
    return (
        " ".join(part if isinstance(part, str) else _plain(part) for part in parts) if isinstance(parts, list) else ""
    )


def _drained(seen: Watched, name: str, item: Mapping[str, str], at_s: float) -> None:
    open_one = next((d for d in reversed(seen.drains) if d.instance == name and d.over_at_s is None), None)
    if open_one is None:
        open_one = Drain(name, item["reason"], item["group"], at_s)
        seen.drains.append(open_one)
    phase = item["phase"]
    if phase == OVER:
        open_one.over_at_s = at_s
        return
    open_one.phase = phase
    if open_one.begun_at_s is None:
        open_one.reason = item["reason"]  # what it began for stays, also once its group takes it
    open_one.group = item["group"] or open_one.group
    open_one.replaced_first = open_one.replaced_first or bool(item["raised_from"])
    open_one.tasks = int(item["tasks_at_start"] or open_one.tasks)
    if phase in BEGUN and open_one.begun_at_s is None:
        open_one.begun_at_s, open_one.given_up = at_s, False
    if phase == EMPTY and open_one.empty_at_s is None:
        open_one.empty_at_s = at_s
    if phase in GIVEN_UP:
        open_one.given_up = True


def _moved(seen: Watched, name: str, item: Mapping[str, str], at_s: float) -> None:
    known = next((m for m in reversed(seen.moves) if m.instance == name and m.over_at_s is None), None)
    if item["phase"] == OVER:
        if known:
            known.over_at_s = at_s
        return
    if known is None:
        saving = float(item["saving_usd_per_hour"] or 0)
        receivers = tuple(item["receivers"].split())
        known = Move(name, item["method"], saving, int(item["tasks"] or 0), receivers)
        seen.moves.append(known)
    known.phase = item["phase"]
