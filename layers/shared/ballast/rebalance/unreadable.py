"""A setting of rebalancing that cannot be read is told once, and its end too. Those of drains are drain_instance's to tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ballast.facts.view import Cluster
from ballast.plans.action import Action
from ballast.plans.actions import Tell
from ballast.records.watch import Watch, WatchKind
from ballast.words.tags import policy_readable, policy_unreadable

KEY = "settings "
IMPACT = "Rebalancing begins nothing in this cluster; what is under way goes on, and drains and updates are as before."


def tell_settings(
    cluster: Cluster, wrong: Sequence[tuple[str, str, str]], before: Mapping[str, datetime], now: datetime
) -> tuple[tuple[Action, ...], Mapping[str, datetime | None]]:
    """And what to remember of it by its key; None: nothing any more."""
    key = KEY + " ".join(f"{name}={value}" for name, value, _ in wrong)[:200] if wrong else ""
    told: list[Action] = []
    after: dict[str, datetime | None] = {}
    for known, at in before.items():
        if known.startswith(KEY) and known != key:
            told.append(Tell(policy_readable(cluster, _watch(cluster, known, at), (), bool(wrong), now)))
            after[known] = None
    if key and key not in before:
        told.append(Tell(replace(policy_unreadable(cluster, _watch(cluster, key, now), wrong, now), impact=IMPACT)))
        after[key] = now
    return tuple(told), after


def _watch(cluster: Cluster, key: str, since: datetime) -> Watch:
    return Watch(cluster.name, WatchKind.UNREADABLE_POLICY, key, since, told=True)
