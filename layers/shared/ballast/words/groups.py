"""What on-call reads about the groups of a rollout: their instance refreshes and their launch templates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ballast.facts.fleet import Fleet
from ballast.facts.launch_template import Template
from ballast.records.command import CommandKind
from ballast.records.rollout import Rollout
from ballast.words.codes import BOTTLEROCKET_ROLLOUT, BOTTLEROCKET_TEMPLATE, Code
from ballast.words.counted import bar, counts
from ballast.words.halts import sentence
from ballast.words.incident import Incident, cluster_link, count, runs, say, typed
from ballast.words.notice import Notice, Severity
from ballast.words.rollout import of_rollout

NAMED_MOST = 20  # an instance id is long, and a sentence of a notice has 800 characters


def refreshing(fleet: Fleet, r: Rollout, group: str, hosts: int, now: datetime) -> Notice:
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLOUT_PROGRESS, Severity.INFO, now, repeat=r.told,
        title=f"rollout {r.target} goes on: {group} is refreshed",
        what=f"Bottlerocket {bar(r)}: {group} is being refreshed.",
        why=counts(fleet, r),
        impact=f"{runs(hosts, f"instance of {group}", "is", "are")} replaced: another is launched first, then it is drained and terminated." if hosts == 1 else f"{hosts} instances of {group} are replaced: others are launched first, then they are drained and terminated.",
        next="Auto Scaling replaces one, then a wave at a time; each goes on once all that was launched is verified.",
    )  # fmt: skip


def refreshed(fleet: Fleet, r: Rollout, group: str, now: datetime) -> Notice:
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLOUT_PROGRESS, Severity.INFO, now, repeat=r.told,
        title=f"rollout {r.target} goes on: {group} is done",
        what=f"Bottlerocket {bar(r)}: {group} is refreshed.",
        why=counts(fleet, r),
        impact="None.", next="The next group follows.",
    )  # fmt: skip


def follows(fleet: Fleet, r: Rollout, template: Template, now: datetime) -> Notice:
    return say(
        _of_template(fleet, r, template, now), Code.BOTTLEROCKET_TEMPLATE_FOLLOWS, Severity.INFO, now, closes=True,
        title=f"{template.group} launches {r.target} from now on",
        what=f"Auto Scaling group {template.group} launches Bottlerocket {r.target} from now on, not {template.image_version}.",
        why=f"The rollout of {r.target} is {r.state.replace('_', ' ')}.",
        impact=f"Launch template {template.launch_template_id} has one more version; none was edited.",
        next="Let your infrastructure code follow, or have its template resolve the image through a parameter.",
    )  # fmt: skip


def drifts(fleet: Fleet, r: Rollout, template: Template, why: str, now: datetime) -> Notice:
    return say(
        _of_template(fleet, r, template, now), Code.BOTTLEROCKET_TEMPLATE_DRIFT, Severity.TICKET, now, closes=True,
        title=f"{template.group} launches {template.image_version or r.bad_version}, not {r.target}",
        what=f"Auto Scaling group {template.group} launches Bottlerocket {template.image_version or r.bad_version}; the cluster runs {r.target}.",
        why=f"Its launch template does not follow: {why}.",
        impact="Instances that it launches come up with the other release and are updated once more.",
        next=f"Have it boot {r.target}, or resolve:ssm the parameter of the variant.",
    )  # fmt: skip


def chosen(fleet: Fleet, r: Rollout, template: Template, own: str, now: datetime) -> Notice:
    """What somebody chose is left as it is."""
    return say(
        _of_template(fleet, r, template, now), Code.BOTTLEROCKET_TEMPLATE_DRIFT, Severity.INFO, now, closes=True,
        title=f"{template.group} launches what somebody chose, not {r.target}",
        what=f"Auto Scaling group {template.group} launches {own}; the rollout is of {r.variant} {r.arch} {r.target}.",
        why="Somebody chose that, so Ballast leaves the launch template and its instances' image as they are.",
        impact="Instances that it launches come up with what was chosen.",
        next=f"Nothing, if it is meant. Else have it boot {r.target}, or resolve:ssm the parameter of the variant.",
    )  # fmt: skip


def set_back(fleet: Fleet, r: Rollout, template: Template, good: str, now: datetime) -> Notice:
    return say(
        _of_template(fleet, r, template, now, after="/back"), Code.BOTTLEROCKET_TEMPLATE_SET_BACK, Severity.INFO, now, closes=True,
        title=f"{template.group} launches {good} again, not {r.bad_version or r.target}",
        what=f"Auto Scaling group {template.group} launches Bottlerocket {good} again, not {r.bad_version or r.target}.",
        why=sentence(r.halted_reason or "the rollout goes back"),
        impact=f"Nothing new boots {r.bad_version or r.target}. No version of launch template {template.launch_template_id} was edited.",
        next="See to it that your infrastructure code does not set it forward again.",
    )  # fmt: skip


def still_boots(fleet: Fleet, r: Rollout, template: Template, why: str, now: datetime) -> Notice:
    bad = r.bad_version or r.target
    return say(
        _of_template(fleet, r, template, now, after="/left"), Code.BOTTLEROCKET_TEMPLATE_DRIFT, Severity.TICKET, now, closes=True,
        title=f"{template.group} still launches {bad}, which was left",
        what=f"Auto Scaling group {template.group} still launches Bottlerocket {bad}, which was left: {r.halted_reason or 'it is rolled back'}.",
        why=f"Its launch template cannot go back: {why}.",
        impact=f"Every instance that it launches boots {bad}.",
        next="Have it boot the release before, or keep the group from launching until there is a better one.",
    )  # fmt: skip


def booted(fleet: Fleet, r: Rollout, ids: Sequence[str], now: datetime) -> Notice:
    bad, number, ids = r.bad_version or r.target, len(ids), ids[:NAMED_MOST]
    more = f" and {number - len(ids)} more" if number > len(ids) else ""
    key = f"{r.incident}/booted/{now:%Y%m%dT%H%M%SZ}"
    about = Incident(
        r.cluster, None, f"{BOTTLEROCKET_ROLLOUT}/{r.variant}/{r.arch}", key, now, (cluster_link(fleet.cluster),)
    )
    return say(
        about, Code.BOTTLEROCKET_BAD_RELEASE_BOOTED, Severity.TICKET, now, closes=True,
        title=f"{count(number, 'instance')} booted {bad}, which was left",
        what=f"{count(number, 'instance')} of {r.cluster} came up with Bottlerocket {bad}: {', '.join(ids)}{more}.",
        why=sentence(f"{r.halted_reason or 'it is rolled back'}; something still launches it"),
        impact=f"They run {bad} until they are rolled back or replaced.",
        next=f"See what their group boots, then {typed(CommandKind.ROLLBACK, r.cluster, r.variant, r.arch)}.",
    )  # fmt: skip


def _of_template(fleet: Fleet, r: Rollout, template: Template, now: datetime, *, after: str = "") -> Incident:
    """A launch template is an incident of its own, so that its message stands beside the rollout's."""
    return Incident(
        r.cluster,
        None,
        BOTTLEROCKET_TEMPLATE,
        f"{r.incident}/{template.group}{after}",
        now,
        (cluster_link(fleet.cluster),),
        about=template.group,
    )
