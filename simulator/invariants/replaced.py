"""What must hold of groups that a rollout replaces, and of what they launch from. Sentences as in `invariants`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from simulator.result import ledger_items, notices
from simulator.rollout_result import updates_in
from simulator.stage import Stage
from simulator.world.core.core import Fact
from simulator.world.ec2.launch_templates import RESOLVE

BALLAST = "ballast"
LOOKED_BEFORE_S = 300.0  # an agent may be lost between a look and the step that it allows, or until it is told
FRESH = ("BottlerocketRolloutHalted", "BottlerocketRollback", "BottlerocketRolloutSuperseded")
ENDED = ("Succeeded", "Cancelled", "Failed", "Rollback Succeeded")
DONE = ("BottlerocketRolloutDone", "BottlerocketRolledBack")


@dataclass(slots=True)
class _Launched:
    """By the last step of a group, and what is known of it."""

    at_s: float
    joined: bool = False
    lost_at_s: float | None = None
    in_service: bool = False


@dataclass(slots=True)
class _Groups:
    """What each group has launched since its last step began."""

    launched: dict[str, dict[str, _Launched]] = field(default_factory=lambda: defaultdict(dict))
    asked_at_s: dict[str, float] = field(default_factory=dict)

    def unverified(self, group: str, now_s: float) -> Iterator[str]:
        for instance, known in self.launched[group].items():
            lost = known.lost_at_s is not None and now_s - known.lost_at_s > LOOKED_BEFORE_S
            if known.in_service and (lost or not known.joined):
                yield f"{instance} of {group} {'has lost its agent' if known.joined else 'has not registered'}"


def nothing_marked_on_target_that_was_not_verified(stage: Stage) -> Iterator[str]:
    """No step begins, and no rollout is told to be done, while what the step before launched does not serve.

    A rollout is one cluster's: what the groups of another launch is the business of that one's.
    """
    seen = _Groups()
    timeline: list[tuple[float, Fact | tuple[str, str]]] = [
        (n["at"], (n["code"], n["cluster"])) for n in notices(stage) if n["code"] in (*FRESH, *DONE)
    ]
    timeline += [(fact.at_s, fact) for fact in stage.world.journal]
    for at_s, what in sorted(timeline, key=lambda entry: entry[0]):
        if isinstance(what, Fact):
            group = str(what.data.get("group"))
            if _begins_a_step(seen, what):
                yield from (f"{at_s:.0f} s: a step begins, and {why}" for why in seen.unverified(group, at_s))
                seen.launched[group].clear()
            _note(seen, what)
            continue
        code, cluster = what
        for group in [g for g in seen.launched if _home(stage, g) in (cluster, None)]:
            if code in DONE:
                left = seen.unverified(group, at_s)
                yield from (f"{at_s:.0f} s: a rollout is told to be done, and {why}" for why in left)
            del seen.launched[group]


def _home(stage: Stage, group: str) -> str | None:
    """The cluster that the group serves; None of one that is deleted."""
    record = stage.world.groups.groups.get(group)
    return record.cluster.name if record is not None and record.cluster is not None else None


def _begins_a_step(seen: _Groups, fact: Fact) -> bool:
    """A refresh that Ballast asked for at this moment."""
    if fact.kind == "asked" and fact.data["operation"] == "StartInstanceRefresh" and fact.data["actor"] == BALLAST:
        seen.asked_at_s[fact.data["params"]["AutoScalingGroupName"]] = fact.at_s
    started = fact.kind == "instance_refresh" and fact.data["what"] == "Started"
    return started and seen.asked_at_s.get(fact.data["group"]) == fact.at_s


def _note(seen: _Groups, fact: Fact) -> None:
    data = fact.data
    instance = str(data.get("instance"))
    if fact.kind == "instance_refresh" and data["what"] in ENDED:
        seen.asked_at_s.pop(data["group"], None)  # what the group launches later is no part of the step
    elif fact.kind == "instance_launched" and data["group"] in seen.asked_at_s:
        seen.launched[data["group"]][instance] = _Launched(fact.at_s)
    for group in seen.launched.values():
        known = group.get(instance)
        if known is None:
            continue
        if fact.kind == "instance_joined":
            known.joined, known.lost_at_s = True, None
        elif fact.kind == "agent":
            known.lost_at_s = None if data["connected"] else fact.at_s
        elif fact.kind == "lifecycle_state":
            known.in_service = data["state"] == "InService"
        elif fact.kind in ("instance_state", "instance_detached"):
            known.in_service = known.in_service and data.get("state") == "running"


def template_never_moved_across_variants_or_owners(stage: Stage) -> Iterator[str]:
    """A version that Ballast makes boots another release of what its source boots, and both images are AWS's."""
    for fact in stage.world.journal:
        if fact.kind == "launch_template_version" and fact.data["actor"] == BALLAST:
            source, image = fact.data["source"], fact.data["image"]
            if _kind(stage, source) is None or _kind(stage, source) != _kind(stage, image):
                yield f"{fact.at_s:.0f} s: {fact.data['template']} was moved from {source} to {image}"


def _kind(stage: Stage, image_id: str) -> tuple[str, str] | None:
    """None of what is resolved, and of an image that is not AWS's."""
    releases = stage.world.bottlerocket.releases
    if image_id.startswith(RESOLVE) or image_id in releases.copies:
        return None
    found = releases.of_image(image_id)
    return found[0] if found else None


def what_was_not_undone_is_on_record(stage: Stage) -> Iterator[str]:
    """A host that boots another version next is under way, or on record as one that has still to hear its cancel."""
    known = {u.instance_id: u for u in updates_in(ledger_items(stage))}
    for cluster in stage.world.clusters.values():
        for instance_id, listed in cluster.by_ec2_id.items():
            host = stage.world.bottlerocket.host(instance_id)
            if host is None or listed.instance.going or not (host.state == "Ready" and host.boots_staging):
                continue
            update = known.get(instance_id)
            if update is None or (update.settled and not update.owes):
                yield f"{instance_id} boots {host.staging} next, and nobody remembers it"


REPLACE_INVARIANTS = (
    nothing_marked_on_target_that_was_not_verified,
    template_never_moved_across_variants_or_owners,
    what_was_not_undone_is_on_record,
)
