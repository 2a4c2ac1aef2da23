"""Builders with defaults: a running rollout from 1.62.1 to 1.64.0, its hosts, and what each was last asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ballast.facts.fleet import Fleet, Host, Report
from ballast.facts.host_answer import HostAnswer, HostProblem, HostUpdateSettings, UpdateState, UpdateStatus
from ballast.facts.launch_template import Template
from ballast.facts.view import View
from ballast.plans.actions import Claim, Record, Tell
from ballast.plans.plan import Plan
from ballast.plans.update_actions import RunCommand
from ballast.policy.policy import Policy
from ballast.policy.updates import LaunchTemplates, Strategy, UpdatePolicy
from ballast.records.command import Command, CommandKind
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.document import Document
from ballast.records.release import Release
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState, Stage
from tests.builders import CLUSTER, NOW, a_cluster, a_container_instance, a_membership, a_voluntary, after

VARIANT, ARCH = "aws-ecs-2", "x86_64"
BEFORE, AFTER = "1.62.1", "1.64.0"


def a_policy_of_updates(**changes: Any) -> Policy:
    """Of an operator who has launch templates follow."""
    chosen = {"strategy": Strategy.IN_PLACE, "launch_templates": LaunchTemplates.FOLLOW, **changes}
    return Policy(updates=UpdatePolicy(**chosen))


def a_release(**changes: Any) -> Release:
    known = Release(VARIANT, ARCH, AFTER, "ami-2", NOW, previous_version=BEFORE, previous_image_id="ami-1")
    return replace(known, **changes)


def a_rollout(**changes: Any) -> Rollout:
    running = Rollout(
        cluster=CLUSTER, variant=VARIANT, arch=ARCH, target=AFTER, image_id="ami-2", state=RolloutState.RUNNING,
        strategy="in-place", created_at=NOW, started_at=NOW, revision=3,
    )  # fmt: skip
    return replace(running, **changes)


def an_update(number: int = 1, **changes: Any) -> InstanceUpdate:
    staged = InstanceUpdate(
        cluster=CLUSTER, instance_id=f"i-{number:017x}", rollout=a_rollout().id, target=AFTER, stage=Stage.STAGED,
        since=NOW, version_lock="latest", ignore_waves=False, began_from=BEFORE, revision=4,
    )  # fmt: skip
    return replace(staged, **changes)


def asked(document: Document, stage: Stage, **changes: Any) -> InstanceUpdate:
    """An update whose host has been asked something a moment ago."""
    was_asked: dict[str, Any] = {"asked": document, "command_id": "c-1", "command_at": NOW}
    return an_update(stage=stage, **(was_asked | changes))


def a_host(number: int = 1, *, cluster: Any = None, disruption: Disruption | None = None, **changes: Any) -> Host:
    instance = a_container_instance(number, **changes.pop("instance", {}))
    view = View(cluster or a_cluster(), instance.instance_id, instance, disruption, membership=a_membership())
    view = replace(view, **changes.pop("view", {}))
    return replace(Host(view, version=BEFORE, online=True), **changes)


def a_fleet(*hosts: Host, policy: Policy | None = None, **changes: Any) -> Fleet:
    cluster = a_cluster(policy or a_policy_of_updates(), instances=len(hosts))
    everybody = tuple(host.instance for host in hosts)
    members = {host.id: host.view.membership for host in hosts if host.view.membership}
    images = {BEFORE: "ami-1", AFTER: "ami-2"}
    known = Fleet(cluster, VARIANT, ARCH, hosts or (a_host(),), everybody, members=members, images=images)
    return replace(known, **({"release": a_release()} | changes))


def a_template(group: str = "web", boots: str | None = BEFORE, **changes: Any) -> Template:
    """Numbered, of a public image of the fleet's variant and architecture."""
    image = {BEFORE: "ami-1", AFTER: "ami-2"}.get(boots or "", "ami-9")
    known = Template(group, image, boots, "lt-1", "7", image_kind=(VARIANT, ARCH), number=7)
    return replace(known, **changes)


LATEST_PARAMETER = f"resolve:ssm:/aws/service/bottlerocket/{VARIANT}/{ARCH}/latest/image_id"


def a_parameter(group: str = "web") -> Template:
    """One that resolves the newest release at each launch."""
    return a_template(group, None, image_id=LATEST_PARAMETER)


def a_drain(**changes: Any) -> Disruption:
    """Of an update, as it goes on."""
    own = {"reason": Reason.BOTTLEROCKET_UPDATE, "goes_at": None, "phase": Phase.DRAINING}
    return a_voluntary(**(own | changes))


def a_status(**changes: Any) -> UpdateStatus:
    return replace(UpdateStatus(UpdateState.IDLE, BEFORE), **changes)


def reported(
    status: UpdateStatus | None = None,
    problem: HostProblem | None = None,
    words: str = "",
    settings: HostUpdateSettings | None = None,
) -> Report:
    """The end of what the host was asked."""
    settings = settings or HostUpdateSettings("latest", ignore_waves=False)
    return Report(ended=True, answer=HostAnswer(status, settings, problem, words))


def a_command(kind: CommandKind, **changes: Any) -> Command:
    return replace(Command(kind, CLUSTER, "jo", after(1)), **changes)


def kept(plan: Plan) -> Any:
    """What the plan writes last."""
    return [action.after for action in plan.actions if isinstance(action, Claim | Record)][-1]


def update_in(plan: Plan) -> InstanceUpdate:
    """What the plan makes of the instance's update, besides what it does to its drain."""
    written = [action.after for action in plan.actions if isinstance(action, Claim | Record)]
    [update] = [after for after in written if isinstance(after, InstanceUpdate)]
    return update


def documents(plan: Plan) -> list[Document]:
    return [action.document for action in plan.actions if isinstance(action, RunCommand)]


def parameters(plan: Plan) -> Mapping[str, str]:
    [command] = [action for action in plan.actions if isinstance(action, RunCommand)]
    return command.parameters


def told(plan: Plan) -> list[str]:
    return [action.notice.code for action in plan.actions if isinstance(action, Tell)]
