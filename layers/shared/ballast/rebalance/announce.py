"""What do other programs get? `Ballast Rebalance Planned` as something begins, `… Done` as a move ends: docs/events.md.

Both are signed as all that Ballast sends. Money in whole millionths of a dollar an hour, so that sums are exact.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from ballast.plans.actions import Announce
from ballast.rebalance.acts import GiveBack, GoOn, Launch
from ballast.rebalance.explain import micro
from ballast.rebalance.tally import is_given_back
from ballast.records.rebalancing import Move
from ballast.words.notice import SCHEMA_VERSION
from ballast.words.rebalance_moves import incident_of

PLANNED: Final = "Ballast Rebalance Planned"
DONE: Final = "Ballast Rebalance Done"


def planned(act: GiveBack | Launch, cluster: str, now: datetime, *, would: bool = False) -> tuple[Announce, ...]:
    """`would`: it is not done, as that is switched off. A launch for moves is announced, and so is each of these."""
    if isinstance(act, GiveBack):
        return (_give_back(act.move, now, would=would),)
    detail = {
        "schemaVersion": SCHEMA_VERSION,
        "id": f"{cluster}/launch/{act.group}/{now:%Y%m%dT%H%M%SZ}",
        "cluster": cluster,
        "at": now.isoformat(),
        "act": "launch",
        "would": would,
        "method": act.method.value,
        "provider": act.provider or None,
        "group": act.group,
        "desired": act.desired,
        "add": act.add,
        "why": act.why,
        "microUsdPerHour": None if act.usd_per_hour is None else micro(act.usd_per_hour),
    }
    return Announce(PLANNED, detail), *(_give_back(move, now, would=would) for move in act.moves)


def done(act: GoOn, now: datetime, outcome: str) -> Announce:
    """`outcome`: given_back, gone, undone, dropped or never_joined."""
    move, began_with = act.move, act.of or act.move.instance_id
    detail = {
        **_of_move(move, now, incident_of(move, began_with), began_with),
        "outcome": outcome,
        "why": act.why,
        "seconds": max(0, round((now - move.started_at).total_seconds())),
        "savedMicroUsdPerHour": micro(move.saving_usd_per_hour) if is_given_back(act) else 0,
    }
    return Announce(DONE, detail)


def _give_back(move: Move, now: datetime, *, would: bool) -> Announce:
    detail = {
        **_of_move(move, now, incident_of(move), move.instance_id),
        "act": "give_back",
        "would": would,
        "services": list(move.services),
        "receivers": list(move.receivers),
        "launchesFirst": move.launched,
        "savingMicroUsdPerHour": micro(move.saving_usd_per_hour),
        "deadline": move.deadline.isoformat(),
    }
    return Announce(PLANNED, detail)


def _of_move(move: Move, now: datetime, incident: str, instance: str) -> dict[str, Any]:
    return {
        "schemaVersion": SCHEMA_VERSION,
        "id": incident,
        "cluster": move.cluster,
        "at": now.isoformat(),
        "method": move.method.value,
        "provider": move.provider or None,
        "group": move.group,
        "instance": instance,
        "tasks": move.tasks,
    }
