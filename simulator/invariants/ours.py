"""What may Ballast touch, and how? Sentences for each time that it asked AWS for anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulator.invariants.truth import Truth, asked_by_ballast, taken_out_by
from simulator.moves import rebalances
from simulator.stage import MANAGED, Stage
from simulator.world.core.core import Fact

EC2_ID = re.compile(r"i-[0-9a-f]{8}(?:[0-9a-f]{9})?")
EXTERNAL_ID = re.compile(r"mi-[0-9a-f]{17}")
IN_CLUSTER = re.compile(r"arn:[^:]+:ecs:[^:]*:[^:]*:(?:container-instance|task|service)/([^/]+)/")
SIZES = ("MinSize", "MaxSize", "DesiredCapacity")
RESIZES = ("SetDesiredCapacity", "LaunchInstances")
EC2_CHANGES = ("CreateLaunchTemplateVersion", "ModifyLaunchTemplate")  # a new version, and which one is the default


def no_cluster_touched_that_is_not_managed(stage: Stage) -> Iterator[str]:
    """Nor a container instance or task in one."""
    for fact, truth in asked_by_ballast(stage):
        named = {_cluster_of(text) for text in _texts(fact.data["params"])}
        if fact.data["service"] == "ecs":
            named.add(str(fact.data["params"].get("cluster", "")).rpartition("/")[2])
        for cluster in sorted(named - {""} - truth.managed):
            yield f"{_act(fact)} in {cluster}, which is not managed"


def no_host_touched_that_is_not_ours(stage: Stage) -> Iterator[str]:
    """Ours: an EC2 instance that was registered in a managed cluster, or whose group serves one."""
    for fact, truth in asked_by_ballast(stage):
        for text in _texts(fact.data["params"]):
            if EC2_ID.fullmatch(text) and not (
                truth.ever[text] & truth.managed or _serves(stage, truth, truth.group.get(text))
            ):
                yield f"{_act(fact)} names {text}, which is in no managed cluster"


def no_external_host_touched(stage: Stage) -> Iterator[str]:
    """Hosts of ECS Anywhere are registered as mi-…; EC2 does not know them."""
    for fact, truth in asked_by_ballast(stage):
        for text in _texts(fact.data["params"]):
            record = truth.records.get(text)
            if EXTERNAL_ID.fullmatch(text) or (record and EXTERNAL_ID.fullmatch(record.instance)):
                yield f"{_act(fact)} names the external host {record.instance if record else text}"


def no_managed_instance_touched(stage: Stage) -> Iterator[str]:
    """ECS Managed Instances are ECS's own."""
    theirs = {i.id for i in stage.world.ec2.instances.values() if i.ecs_managed}
    for fact, truth in asked_by_ballast(stage):
        for text in _texts(fact.data["params"]):
            record = truth.records.get(text)
            if text in theirs or (record and record.instance in theirs):
                yield f"{_act(fact)} names {text}, an ECS Managed Instance"


def no_group_touched_that_is_not_ours(stage: Stage) -> Iterator[str]:
    for fact, truth in asked_by_ballast(stage):
        group = fact.data["params"].get("AutoScalingGroupName")
        if group and not _serves(stage, truth, group):
            yield f"{_act(fact)} names the group {group}, which serves no managed cluster"


def no_group_size_changed(stage: Stage) -> Iterator[str]:
    """Where the operator has switched neither rebalancing nor repair on; the limits of a group nowhere."""
    for fact, truth in asked_by_ballast(stage):
        params = fact.data["params"]
        resizes = fact.data["operation"] in RESIZES or params.get("ShouldDecrementDesiredCapacity")
        group = params.get("AutoScalingGroupName") or (truth.group.get(taken_out_by(params)[0]) if resizes else None)
        if resizes and not any(
            _serves_in(stage, truth, group, name)
            for name in truth.managed
            if rebalances(stage, name) or name in stage.repaired
        ):
            yield f"{_act(fact)} changes the size of a group"
        elif not resizes and any(size in params for size in SIZES):
            yield f"{_act(fact)} sets {', '.join(size for size in SIZES if size in params)}"


def nothing_in_ec2_changed_but_template_versions(stage: Stage) -> Iterator[str]:
    """A version is added, never edited; no instance is started, stopped or terminated there."""
    for fact, _ in asked_by_ballast(stage):
        if fact.data["service"] == "ec2" and fact.data["operation"] not in EC2_CHANGES:
            yield f"{_act(fact)} is none of {', '.join(EC2_CHANGES)}"


def no_instance_replaced_with_tasks_left(stage: Stage) -> Iterator[str]:
    for fact, truth in asked_by_ballast(stage):
        if fact.data["operation"] == "TerminateInstanceInAutoScalingGroup":
            for instance in taken_out_by(fact.data["params"]):
                if left := truth.tasks_to_wait_for(instance):
                    yield f"{_act(fact)} of {instance} with {len(left)} tasks on it"


def nothing_deregistered_that_ec2_has(stage: Stage) -> Iterator[str]:
    """Not even an older record of a host that lives; of a host that EC2 never knew, nothing.

    One that shuts down has gone for good: there EC2's and its group's absence, confirmed, is as good as its word.
    """
    for fact, truth in asked_by_ballast(stage):
        if fact.data["operation"] == "DeregisterContainerInstance":
            record = truth.records.get(str(fact.data["params"].get("containerInstance")))
            if record and truth.state.get(record.instance) not in ("shutting-down", "terminated"):
                yield f"{_act(fact)} of {record.instance}, which is {truth.state.get(record.instance, 'unknown to EC2')}"


def no_command_but_those_of_the_stack(stage: Stage) -> Iterator[str]:
    ours = stage.deployment.stack.documents
    for fact, _ in asked_by_ballast(stage):
        if fact.data["operation"] == "SendCommand" and fact.data["params"].get("DocumentName") not in ours:
            yield f"{_act(fact)} runs {fact.data['params'].get('DocumentName')}"


def nothing_changed_in_dry_run(stage: Stage) -> Iterator[str]:
    if stage.scenario.parameters.get("DryRun") == "true":
        for fact, _ in asked_by_ballast(stage):
            yield f"{_act(fact)} in dry run"


OUR_INVARIANTS = (
    no_cluster_touched_that_is_not_managed,
    no_host_touched_that_is_not_ours,
    no_external_host_touched,
    no_managed_instance_touched,
    no_group_touched_that_is_not_ours,
    no_group_size_changed,
    nothing_in_ec2_changed_but_template_versions,
    no_instance_replaced_with_tasks_left,
    nothing_deregistered_that_ec2_has,
    no_command_but_those_of_the_stack,
    nothing_changed_in_dry_run,
)


def _act(fact: Fact) -> str:
    return f"{fact.at_s:.0f} s: {fact.data['service']}:{fact.data['operation']}"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _cluster_of(text: str) -> str:
    found = IN_CLUSTER.match(text)
    return found[1] if found else ""


def _serves_in(stage: Stage, truth: Truth, group: str | None, cluster: str) -> bool:
    provided = any(p.group == group and p.cluster.name == cluster for p in stage.world.providers.values())
    return provided or any(cluster in truth.ever[i] for i, g in truth.group.items() if g == group)


def _serves(stage: Stage, truth: Truth, group: str | None) -> bool:
    """By its tag, as a capacity provider, or as one of its instances was in a managed cluster."""
    if group is None:
        return False
    known = stage.world.groups.groups.get(group)
    tagged = known is not None and MANAGED.items() <= known.tags.items()
    provided = any(p.group == group and p.cluster.name in truth.managed for p in stage.world.providers.values())
    return tagged or provided or any(truth.ever[i] & truth.managed for i, g in truth.group.items() if g == group)
