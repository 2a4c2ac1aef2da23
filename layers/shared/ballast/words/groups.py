"""What on-call reads about the groups of a rollout: their instance refreshes and their launch templates."""

from __future__ import annotations

from datetime import datetime

from ballast.facts.fleet import Fleet
from ballast.facts.launch_template import Template
from ballast.records.rollout import Rollout
from ballast.words.codes import BOTTLEROCKET_TEMPLATE, Code
from ballast.words.counted import bar, counts
from ballast.words.incident import Incident, cluster_link, runs, say
from ballast.words.notice import Notice, Severity
from ballast.words.rollout import of_rollout


def refreshing(fleet: Fleet, r: Rollout, group: str, hosts: int, now: datetime) -> Notice:
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLOUT_PROGRESS, Severity.INFO, now, repeat=r.told,
        title=f"rollout {r.target} goes on: {group} is refreshed",
        what=f"Bottlerocket {bar(r)}: {group} is being refreshed.",
        why=counts(fleet, r),
        impact=f"{runs(hosts, f"instance of {group}", "is", "are")} replaced: another is launched first, then it is drained and terminated." if hosts == 1 else f"{hosts} instances of {group} are replaced: others are launched first, then they are drained and terminated.",
        next="Auto Scaling replaces one, then waits at its checkpoints.",
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


def _of_template(fleet: Fleet, r: Rollout, template: Template, now: datetime) -> Incident:
    """A launch template is an incident of its own, so that its message stands beside the rollout's."""
    return Incident(
        r.cluster,
        None,
        BOTTLEROCKET_TEMPLATE,
        f"{r.incident}/{template.group}",
        now,
        (cluster_link(fleet.cluster),),
        about=template.group,
    )
