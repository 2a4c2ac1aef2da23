"""Launch templates follow a rollout that is over, and drift is told once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.facts.launch_template import Template
from ballast.plans.plan import Plan
from ballast.plans.update_actions import FollowImage
from ballast.policy.policy import Policy
from ballast.policy.updates import LaunchTemplates
from ballast.records.rollout import Rollout, RolloutState
from ballast.update.groups.templates import lags, plan_templates
from tests.ballast.update.rollouts import AFTER, BEFORE, a_fleet, a_policy_of_updates, a_release, a_rollout, kept, told
from tests.builders import NOW, a_cluster

OVER = a_rollout(state=RolloutState.DONE, ended_at=NOW)
WEB = Template("web", "ami-1", BEFORE, "lt-1")
RESOLVES = Template("web", "resolve:ssm:/aws/service/bottlerocket/x", BEFORE)


def step(*templates: Template, rollout: Rollout = OVER, policy: Policy | None = None, **fleet: Any) -> Plan:
    known: dict[str, Any] = {"templates": templates, "image_id": "ami-2"}
    return plan_templates(a_fleet(policy=policy, **(known | fleet)), rollout, NOW)


@pytest.mark.parametrize(
    ("version", "bad_version", "behind"),
    [
        (BEFORE, None, True),
        (AFTER, None, False),
        ("1.65.0", None, False),
        (None, None, False),
        (AFTER, AFTER, True),
        (BEFORE, AFTER, False),
    ],
)
def test_a_template_lags_that_boots_what_the_rollout_has_left(
    version: str | None, bad_version: str | None, *, behind: bool
) -> None:
    target = BEFORE if bad_version else AFTER

    assert lags(Template("web", "ami-1", version), a_rollout(target=target, bad_version=bad_version)) is behind


def test_a_template_that_lags_gets_a_new_version_with_the_image_of_the_target() -> None:
    found = step(WEB)

    [follow] = [action for action in found.actions if isinstance(action, FollowImage)]
    assert (follow.template, follow.image_id, follow.description) == (WEB, "ami-2", f"Bottlerocket {AFTER}, by Ballast")
    assert told(found) == ["BottlerocketTemplateFollows"]
    assert kept(found).groups_done == ("web",)


def test_a_call_that_is_repeated_has_the_same_key_and_another_group_has_its_own() -> None:
    keys = [
        action.key
        for template in (WEB, WEB, Template("api", "ami-1", BEFORE, "lt-2"))
        for action in step(template).actions
        if isinstance(action, FollowImage)
    ]

    assert keys[0] == keys[1] != keys[2]


def test_one_template_follows_at_a_time() -> None:
    found = step(WEB, Template("api", "ami-1", BEFORE, "lt-2"))

    assert kept(found).groups_done == ("web",)


@pytest.mark.parametrize(
    ("template", "changes", "why"),
    [
        (Template("web", "ami-1", BEFORE), {}, "it has no launch template"),
        (Template("web", "ami-1", BEFORE, "lt-1", why_fixed="it is an alias"), {}, "it is an alias"),
        (
            WEB,
            {"policy": a_policy_of_updates(launch_templates=LaunchTemplates.REPORT)},
            "the parameter UpdateLaunchTemplates=report says",
        ),
        (WEB, {"image_id": None}, "the image is not published"),
        (WEB, {"rollout": a_rollout(state=RolloutState.DONE, groups_done=("web",))}, "it was set back"),
        (
            RESOLVES,
            {"rollout": a_rollout(state=RolloutState.ROLLED_BACK, target=BEFORE, bad_version=AFTER)},
            "it always boots resolve:ssm:",
        ),
    ],
)
def test_a_template_that_cannot_follow_is_told_once_with_its_reason(
    template: Template, changes: dict[str, Any], why: str
) -> None:
    found = step(template, **changes)

    assert told(found) == ["BottlerocketTemplateDrift"]
    assert found.reason.startswith(f"web drifts: {why}")
    assert kept(found).drift_told == ("web",)
    assert step(template, **(changes | {"rollout": kept(found)})).actions == ()


TAG = "ballast:update-launch-templates"
NO_RIGHT = (
    "asks for it, but the stack has no right to change launch templates until its parameter InstanceRoleArns names the "
    "roles of your container instances"
)
REPORT = a_policy_of_updates(launch_templates=LaunchTemplates.REPORT)
FOLLOW = a_policy_of_updates(launch_templates=LaunchTemplates.FOLLOW)


@pytest.mark.parametrize(
    ("policy", "tags", "granted", "why"),
    [
        (REPORT, {}, True, "the parameter UpdateLaunchTemplates=report says that drift is only told"),
        (REPORT, {}, False, "the parameter UpdateLaunchTemplates=report says that drift is only told"),
        (REPORT, {TAG: "report"}, True, f"the cluster's tag {TAG}=report says that drift is only told"),
        (
            FOLLOW,
            {TAG: "follow"},
            False,
            f"the cluster's tag {TAG}=follow {NO_RIGHT}",
        ),
        (
            FOLLOW,
            {},
            False,
            f"the parameter UpdateLaunchTemplates=follow {NO_RIGHT}",
        ),
        (
            replace(REPORT, unreadable=((TAG, "folow", "follow or report"),)),
            {TAG: "folow"},
            True,
            "the parameter UpdateLaunchTemplates=report says that drift is only told",
        ),
    ],
)
def test_the_reason_names_who_says_so_the_tag_the_parameter_or_the_missing_grant(
    policy: Policy, tags: dict[str, str], *, granted: bool, why: str
) -> None:
    cluster = replace(a_cluster(policy), tags={"ballast:managed": "true", **tags})
    found = step(WEB, cluster=cluster, may_change_templates=granted)

    assert told(found) == ["BottlerocketTemplateDrift"]
    assert found.reason == f"web drifts: {why}"
    assert not [action for action in found.actions if isinstance(action, FollowImage)]


def test_a_template_that_resolves_the_parameter_follows_by_itself() -> None:
    assert step(Template("web", "resolve:ssm:/aws/service/bottlerocket/x")).actions == ()


def test_in_a_rollback_a_parameter_that_has_gone_back_too_is_no_drift() -> None:
    back = a_rollout(state=RolloutState.ROLLED_BACK, target=BEFORE, bad_version=AFTER)

    assert step(RESOLVES, rollout=back, release=a_release(version=BEFORE, recalled=(AFTER,))).actions == ()
