"""Launch templates follow a rollout that is over, and drift is told once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.facts.launch_template import Template
from ballast.plans.actions import Tell
from ballast.plans.plan import Plan
from ballast.plans.update_actions import FollowImage
from ballast.policy.policy import Policy
from ballast.policy.updates import LaunchTemplates, Strategy
from ballast.records.rollout import Rollout, RolloutState
from ballast.update.groups.templates import plan_templates
from ballast.words.notice import Severity
from tests.ballast.update.rollouts import (
    AFTER,
    BEFORE,
    a_fleet,
    a_parameter,
    a_policy_of_updates,
    a_release,
    a_rollout,
    a_template,
    kept,
    told,
)
from tests.builders import NOW, a_cluster

OVER = a_rollout(state=RolloutState.DONE, ended_at=NOW)
WEB = a_template()
API = a_template("api")


def step(*templates: Template, rollout: Rollout = OVER, policy: Policy | None = None, **fleet: Any) -> Plan:
    known: dict[str, Any] = {"templates": templates}
    return plan_templates(a_fleet(policy=policy, **(known | fleet)), rollout, NOW)


def test_a_template_that_lags_gets_a_new_version_with_the_image_of_the_target() -> None:
    found = step(WEB)

    [follow] = [action for action in found.actions if isinstance(action, FollowImage)]
    assert (follow.template, follow.image_id, follow.description) == (WEB, "ami-2", f"Bottlerocket {AFTER}, by Ballast")
    assert told(found) == ["BottlerocketTemplateFollows"]
    assert kept(found).groups_done == ("web",)


def test_a_call_that_is_repeated_has_the_same_key_and_another_group_has_its_own() -> None:
    keys = [
        action.key
        for template in (WEB, WEB, API)
        for action in step(template).actions
        if isinstance(action, FollowImage)
    ]

    assert keys[0] == keys[1] != keys[2]


def test_one_template_follows_at_a_time() -> None:
    found = step(WEB, API)

    assert kept(found).groups_done == ("web",)


@pytest.mark.parametrize(
    ("template", "changes", "why"),
    [
        (a_template(launch_template_id=None), {}, "it has no launch template"),
        (
            WEB,
            {"policy": a_policy_of_updates(launch_templates=LaunchTemplates.REPORT)},
            "the parameter UpdateLaunchTemplates=report says",
        ),
        (WEB, {"images": {}}, f"the image of {AFTER} is not published"),
        (WEB, {"rollout": a_rollout(state=RolloutState.DONE, groups_done=("web",))}, "it was set back"),
        (
            a_parameter(),
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


def test_where_updates_are_not_granted_either_the_reason_names_both_parameters() -> None:
    found = step(WEB, cluster=a_cluster(FOLLOW), may_change_templates=False, may_update=Strategy.OFF)

    assert "until its parameter UpdateRights grants updates and InstanceRoleArns names the roles" in found.reason


@pytest.mark.parametrize(("tagged", "follows"), [({"lt-1"}, True), ({"lt-2"}, False), (set(), False), (None, True)])
def test_a_template_without_our_tag_is_told_and_not_tried(tagged: set[str] | None, *, follows: bool) -> None:
    found = step(
        replace(WEB, launch_template_id="lt-1"), tagged_templates=None if tagged is None else frozenset(tagged)
    )

    assert any(isinstance(action, FollowImage) for action in found.actions) is follows
    assert follows or "its launch template lt-1 lacks the tag ballast:managed=true" in found.reason


def test_a_template_that_resolves_the_parameter_follows_by_itself() -> None:
    assert step(a_parameter()).actions == ()


def test_in_a_rollback_a_parameter_that_has_gone_back_too_is_no_drift() -> None:
    back = a_rollout(state=RolloutState.ROLLED_BACK, target=BEFORE, bad_version=AFTER)

    assert step(a_parameter(), rollout=back, release=a_release(version=BEFORE, recalled=(AFTER,))).actions == ()


@pytest.mark.parametrize(
    ("template", "what"),
    [
        (a_template(image_kind=("aws-ecs-3", "x86_64")), "launches aws-ecs-3 x86_64 1.62.1"),
        (a_template(image_kind=None, image_version=None, own=True), "launches an image of your own (ami-1)"),
        (a_template(why_fixed="overrides name ami-0"), "launches overrides name ami-0"),
    ],
)
def test_what_somebody_chose_is_left_and_told_once_with_both_values_and_without_a_ticket(
    template: Template, what: str
) -> None:
    found = step(template)

    [tell] = [action for action in found.actions if isinstance(action, Tell)]
    assert tell.notice.severity is Severity.INFO
    assert what in tell.notice.what
    assert f"aws-ecs-2 x86_64 {AFTER}" in tell.notice.what
    assert not [action for action in found.actions if isinstance(action, FollowImage)]
    assert step(template, rollout=kept(found)).actions == ()
