"""What the ledger says of repairs goes into the journal as it is written; and what is ill, as the world has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.ledger_watch import Item, watch_items, words_of
from simulator.world.core.core import Fact

if TYPE_CHECKING:
    from simulator.stage import Stage

REPAIR = "repair"  # in the journal: `cluster`, `instance`, `group`, `phase`
OTHERWISE = "drained_otherwise"  # in the journal: `instance`, whose disruption has another reason
PREFIX = "drain#"
TAG = "ballast:repair"
# A change that is younger Ballast need not have seen: its sweep comes every minute, and its answers may be old.
UNSEEN_S = 150.0

NOBODY_TRIES_S = 600.0  # after starts have failed for the last time; where none is tried nobody knows that it is well

# Signs of an illness.
AGENT, RUNTIME, STATUS, STARTS, REGISTRATION, ABSENT = (
    "agent lost", "runtime broken", "status impaired", "starts fail", "registration failed", "never joined",
)  # fmt: skip


def watch_repairs(stage: Stage) -> None:
    """One fact for each phase that a repair enters."""
    otherwise: set[str] = set()

    def told(instance: str, item: Item) -> Mapping[str, str] | None:
        if item.get("reason", {}).get("S") == REPAIR:
            return words_of(item, "group", "phase")
        if instance not in otherwise:
            otherwise.add(instance)
            stage.world.note(OTHERWISE, instance=instance)
        return None

    def note(cluster: str, instance: str, now: Mapping[str, str]) -> None:
        stage.world.note(REPAIR, cluster=cluster, instance=instance, **now)

    watch_items(stage, PREFIX, told, note)


def setting(stage: Stage, cluster: str, tag: str, parameter: str, default: str) -> str:
    """The cluster's tag, or what the stack says, or the default of the template."""
    chosen = stage.scenario.parameters.get(parameter, default)
    return stage.world.clusters[cluster].tags.get(f"{TAG}{tag}", chosen)


def repairs_at_first(stage: Stage) -> set[str]:
    """Clusters in which repair is on when they are asked for; a run may switch it off later."""
    return {name for name in stage.world.clusters if setting(stage, name, "", "Repair", "off") == "on"}


@dataclass(slots=True)
class Illness:
    """Which instances are ill, by sign, and since when without a break that anybody could have seen."""

    signs: dict[str, dict[str, float]] = field(default_factory=dict)  # by instance
    zone: dict[str, str] = field(default_factory=dict)
    launched_s: dict[str, float] = field(default_factory=dict)
    _recovered: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)  # since when it was, and until

    def learn(self, fact: Fact) -> None:
        lesson = LESSONS.get(fact.kind)
        if lesson is not None:
            lesson(self, fact)

    def since_s(self, instance: str, now_s: float) -> dict[str, float]:
        """By sign; what has been over for so short that nobody need know it counts as lasting."""
        lasting = dict(self.signs.get(instance, {}))
        for (who, sign), (since_s, until_s) in self._recovered.items():
            if who == instance and now_s - until_s <= UNSEEN_S + (NOBODY_TRIES_S if sign == STARTS else 0.0):
                lasting.setdefault(sign, since_s)
        return lasting

    def falls(self, instance: str, sign: str, at_s: float) -> None:
        since_s, until_s = self._recovered.pop((instance, sign), (at_s, float("-inf")))
        known = self.signs.setdefault(instance, {})
        known.setdefault(sign, since_s if at_s - until_s <= UNSEEN_S else at_s)

    def recovers(self, instance: str, sign: str, at_s: float) -> None:
        since_s = self.signs.get(instance, {}).pop(sign, None)
        if since_s is not None:
            self._recovered[instance, sign] = since_s, at_s

    def is_gone(self, instance: str) -> None:
        self.signs.pop(instance, None)
        self.zone.pop(instance, None)

    def in_zone(self, zone: str) -> Iterator[str]:
        return (instance for instance, where in self.zone.items() if where == zone)


def _launched(known: Illness, fact: Fact) -> None:
    known.zone[fact.data["instance"]] = fact.data["zone"]
    known.launched_s[fact.data["instance"]] = fact.at_s
    known.falls(fact.data["instance"], ABSENT, fact.at_s)


def _joined(known: Illness, fact: Fact) -> None:
    """Whatever was said of its agent was said of the record before; one that was there already is older."""
    known.signs.get(fact.data["instance"], {}).pop(ABSENT, None)
    if not fact.data["already_there"]:
        known.recovers(fact.data["instance"], AGENT, fact.at_s)
    if fact.data["status"] == "REGISTRATION_FAILED":
        known.falls(fact.data["instance"], REGISTRATION, fact.at_s)


def _agent(known: Illness, fact: Fact) -> None:
    change = known.recovers if fact.data["connected"] else known.falls
    change(fact.data["instance"], AGENT, fact.at_s)


def _state(known: Illness, fact: Fact) -> None:
    if fact.data["state"] in ("shutting-down", "terminated"):
        known.is_gone(fact.data["instance"])


def _zone(known: Illness, fact: Fact) -> None:
    lost = fact.kind == "zone_lost" and fact.data["how"] == "unreachable"
    for instance in list(known.in_zone(fact.data["zone"])):
        (known.falls if lost else known.recovers)(instance, STATUS, fact.at_s)


def _ill(sign: str) -> Callable[[Illness, Fact], None]:
    return lambda known, fact: known.falls(fact.data["instance"], sign, fact.at_s)


def _well(sign: str) -> Callable[[Illness, Fact], None]:
    return lambda known, fact: known.recovers(fact.data["instance"], sign, fact.at_s)


LESSONS: Mapping[str, Callable[[Illness, Fact], None]] = {
    "instance_launched": _launched,
    "instance_joined": _joined,
    "instance_state": _state,
    "agent": _agent,
    "zone_lost": _zone,
    "zone_restored": _zone,
    "runtime_broken": _ill(RUNTIME),
    "runtime_mended": _well(RUNTIME),
    "status_impaired": _ill(STATUS),
    "status_ok": _well(STATUS),
    "starts_fail": _ill(STARTS),
    "starts_work": _well(STARTS),
}
