"""Builders: a rollout with the strategy replace, and the group `web` of four that it refreshes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ballast.facts.capacity import GroupCapacity, ZonalShift
from ballast.facts.fleet import Fleet, Host
from ballast.facts.refresh import Refresh
from ballast.plans.plan import Plan
from ballast.plans.update_actions import StartRefresh
from ballast.policy.policy import Policy
from ballast.policy.updates import LaunchTemplates, Strategy, UpdatePolicy
from ballast.records.rollout import Rollout
from tests.ballast.update.rollouts import AFTER, ARCH, VARIANT, a_fleet, a_host, a_rollout, a_template
from tests.builders import a_group, a_membership, a_policy, after

WEB = a_template()


def replace_policy(budget: str = "2", **changes: Any) -> Policy:
    return a_policy(
        budget=budget,
        updates=UpdatePolicy(**{"strategy": Strategy.REPLACE, "launch_templates": LaunchTemplates.FOLLOW, **changes}),
    )


def a_replacement(**changes: Any) -> Rollout:
    return a_rollout(**({"strategy": "replace"} | changes))


def between(**changes: Any) -> Rollout:
    """`web` was begun with, and nothing has been asked for."""
    return a_replacement(**({"refreshing": "web", "total": 4} | changes))


def stepping(**changes: Any) -> Rollout:
    """The canary of `web` was asked for at minute 1."""
    return between(**({"refresh_asked_at": after(1), "stepped_at": after(1)} | changes))


def of_group(number: int, group: str = "web", **changes: Any) -> Host:
    instance = {"variant": VARIANT, "arch": ARCH, **changes.pop("instance", {})}
    return a_host(number, view={"membership": a_membership(group=group)}, instance=instance, **changes)


def four(*, new: tuple[Host, ...] = (), policy: Policy | None = None, **changes: Any) -> Fleet:
    """Old ones, but for those that are `new`, launched at minute 2."""
    old = (of_group(number) for number in range(1, 5 - len(new)))
    known: dict[str, Any] = {"templates": (WEB,), "launched_at": {host.id: after(2) for host in new}}
    return a_fleet(*old, *new, policy=policy or replace_policy(), **(known | changes))


def launched(number: int = 9, **changes: Any) -> Host:
    return of_group(number, **({"version": AFTER} | changes))


def a_refresh(status: str = "InProgress", **changes: Any) -> Refresh:
    return replace(Refresh("web", "r-1", status, after(1)), **changes)


def shifted(group: str = "web", zone: str | None = "us-east-1a") -> tuple[GroupCapacity, ...]:
    """A zonal shift moves the group away from the zone; None: whether one does is unknown."""
    known = ZonalShift(frozenset({zone})) if zone else ZonalShift(unknown="AWS refused it")
    return (a_group(group=group, zones=frozenset({"us-east-1a", "us-east-1b"}), shift=known),)


def asked_of(plan: Plan) -> StartRefresh:
    [start] = [action for action in plan.actions if isinstance(action, StartRefresh)]
    return start
