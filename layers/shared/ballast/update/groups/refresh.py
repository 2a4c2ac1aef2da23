"""Start an instance refresh: with which image, how far, and why a group cannot be refreshed."""

from __future__ import annotations

from ballast.facts.fleet import Fleet
from ballast.facts.launch_template import Template
from ballast.facts.refresh import Refresh
from ballast.plans.action import Action
from ballast.plans.update_actions import StartRefresh
from ballast.records.rollout import Rollout
from ballast.update.groups.boots import boots, lags, operated, own_choice, template_of, why_it_cannot_follow
from ballast.update.groups.steps import Step, preferences_of
from ballast.update.groups.templates import follow


def start(fleet: Fleet, rollout: Rollout, group: str, step: Step) -> tuple[Action, ...]:
    """A numbered version moves with the refresh, and back with its rollback; $Latest and $Default move before it."""
    template = template_of(fleet, group)
    follows = follow(template, fleet, rollout) if lags(template, fleet, rollout) else None
    with_it = follows is not None and template.numbered and not template.picks_types
    preferences = preferences_of(step, template, fleet.policy, auto_rollback=with_it)
    if follows and not with_it:
        return follows, StartRefresh(group, None, preferences)
    return (StartRefresh(group, follows, preferences),)


def moves(fleet: Fleet, rollout: Rollout, group: str) -> tuple[str, ...] | None:
    """`rollout.templates_before` with the version that the template has before it follows, to which it may have to go back."""
    template = template_of(fleet, group)
    if not lags(template, fleet, rollout) or template.number is None:
        return rollout.templates_before
    others = tuple(entry for entry in rollout.templates_before or () if entry.rpartition(":")[0] != group)
    return (*others, f"{group}:{template.number}")


def objection_to_group(template: Template, fleet: Fleet, rollout: Rollout) -> str | None:
    if why := operated(template.group, fleet):
        return why
    own = own_choice(template, fleet)
    if own:
        return f"it boots {own}"
    version = boots(template, fleet)
    if version == rollout.target:
        return None
    if lags(template, fleet, rollout):
        return why_it_cannot_follow(template, fleet, rollout.target)
    if template.follows_latest:
        return f"it always boots {template.image_id}"
    if version is None:
        return template.why_fixed or "nobody knows what it boots"
    return f"its launch template boots {version}, not {rollout.target}"


def refresh_of(fleet: Fleet, group: str) -> Refresh | None:
    return next((r for r in fleet.refreshes if r.group == group), None)
