"""What on-call reads about the groups of a rollout: their instance refreshes and their launch templates."""

from __future__ import annotations

from datetime import datetime

from ballast.facts.fleet import Fleet
from ballast.facts.launch_template import Template
from ballast.records.rollout import Rollout
from ballast.words.codes import BOTTLEROCKET_TEMPLATE, Code
from ballast.words.incident import Incident, cluster_link, count, say
from ballast.words.notice import Notice, Severity
from ballast.words.rollout import bar, mix, of_rollout


def refreshing(fleet: Fleet, r: Rollout, group: str, hosts: int, now: datetime) -> Notice:
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLOUT_PROGRESS, Severity.INFO, now, repeat=r.told,
        what=f"Bottlerocket {bar(r)}: {group} is being refreshed.",
        why=f"Running: {mix(fleet, r)}. Failed: {r.failed}, left as they are: {r.excluded}.",
        impact=f"{count(hosts, "instance")} of {group} are replaced: launched first, then drained and terminated.",
        next="Auto Scaling replaces one, then waits at its checkpoints.",
    )  # fmt: skip


def refreshed(fleet: Fleet, r: Rollout, group: str, now: datetime) -> Notice:
    return say(
        of_rollout(fleet, r), Code.BOTTLEROCKET_ROLLOUT_PROGRESS, Severity.INFO, now, repeat=r.told,
        what=f"Bottlerocket {bar(r)}: {group} is refreshed.",
        why=f"Running: {mix(fleet, r)}. Failed: {r.failed}, left as they are: {r.excluded}.",
        impact="None.", next="The next group follows.",
    )  # fmt: skip


def follows(fleet: Fleet, r: Rollout, template: Template, now: datetime) -> Notice:
    return say(
        _of_template(fleet, r, template, now), Code.BOTTLEROCKET_TEMPLATE_FOLLOWS, Severity.INFO, now, closes=True,
        what=f"Auto Scaling group {template.group} launches Bottlerocket {r.target} from now on, not {template.image_version}.",
        why=f"The rollout of {r.target} is {r.state.replace('_', ' ')}.",
        impact=f"Launch template {template.launch_template_id} has one more version; none was edited.",
        next="Let your infrastructure code follow, or have its template resolve the image through a parameter.",
    )  # fmt: skip


def drifts(fleet: Fleet, r: Rollout, template: Template, why: str, now: datetime) -> Notice:
    return say(
        _of_template(fleet, r, template, now), Code.BOTTLEROCKET_TEMPLATE_DRIFT, Severity.TICKET, now, closes=True,
        what=f"Auto Scaling group {template.group} launches Bottlerocket {template.image_version or r.bad_version}, the cluster runs {r.target}.",
        why=f"Its launch template does not follow: {why}.",
        impact="Instances that it launches come up with the other release and are updated once more.",
        next=f"Have it boot {r.target}, or resolve:ssm the parameter of the variant.",
    )  # fmt: skip


def _of_template(fleet: Fleet, r: Rollout, template: Template, now: datetime) -> Incident:
    """A launch template is an incident of its own, so that its message stands beside the rollout's."""
    reason = f"{BOTTLEROCKET_TEMPLATE}/{template.group}"
    return Incident(r.cluster, None, reason, f"{r.incident}/{template.group}", now, (cluster_link(fleet.cluster),))
