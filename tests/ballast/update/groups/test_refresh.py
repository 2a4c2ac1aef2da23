"""How a refresh is begun, and why a group cannot be refreshed."""

from __future__ import annotations

import pytest

from ballast.facts.launch_template import Template
from ballast.plans.update_actions import FollowImage, StartRefresh
from ballast.policy.policy import Policy
from ballast.policy.updates import LaunchTemplates
from ballast.records.rollout import RolloutState
from ballast.update.groups.refresh import moves, objection_to_group, start
from ballast.update.groups.steps import Step
from tests.ballast.update.groups.groups import WEB, a_replacement, four, replace_policy
from tests.ballast.update.rollouts import AFTER, BEFORE, a_parameter, a_release, a_template

CANARY = Step(0, 1, 4, last=False)


@pytest.mark.parametrize(
    ("template", "actions", "auto_rollback"),
    [
        (WEB, [StartRefresh], True),
        (a_template(version="$Latest"), [FollowImage, StartRefresh], False),
        (a_template(version="$Default"), [FollowImage, StartRefresh], False),
        (a_template(boots=AFTER), [StartRefresh], False),
        (a_template(picks_types=True), [FollowImage, StartRefresh], False),
        (a_parameter(), [StartRefresh], False),
    ],
    ids=["a number", "$Latest", "$Default", "it boots the target already", "types by attributes", "a parameter"],
)
def test_a_template_moves_with_its_refresh_or_before_it_and_auto_scaling_rolls_back_what_it_can(
    template: Template, actions: list[type], *, auto_rollback: bool
) -> None:
    found = start(four(templates=(template,)), a_replacement(), "web", CANARY)

    assert [type(action) for action in found] == actions
    [asked] = [action for action in found if isinstance(action, StartRefresh)]
    assert asked.preferences.auto_rollback is auto_rollback
    assert (asked.towards is not None) is auto_rollback


def test_the_version_before_is_remembered_once_the_template_is_to_follow() -> None:
    rollout = a_replacement(templates_before=("api:2", "web:1"))

    assert moves(four(), rollout, "web") == ("api:2", "web:7")
    assert moves(four(templates=(a_template(boots=AFTER),)), rollout, "web") == ("api:2", "web:1")


@pytest.mark.parametrize(
    ("template", "policy", "why"),
    [
        (Template("web", why_fixed="what it launches from could not be read"), None, "could not be read"),
        (a_template(launch_template_id=None), None, "it has no launch template"),
        (
            WEB,
            replace_policy(launch_templates=LaunchTemplates.REPORT),
            "the parameter UpdateLaunchTemplates=report says that drift is only told",
        ),
        (a_template(image_kind=None, image_version=None, own=True), None, "it boots an image of your own (ami-1)"),
        (a_template(image_kind=("aws-ecs-3", "x86_64")), None, "it boots aws-ecs-3 x86_64 1.62.1"),
        (
            a_template(boots=AFTER, image_kind=("aws-ecs-3", "x86_64")),
            None,
            f"it boots aws-ecs-3 x86_64 {AFTER}",
        ),
        (a_template(boots="1.65.0"), None, f"its launch template boots 1.65.0, not {AFTER}"),
        (a_template(boots=AFTER, why_fixed="overrides name ami-0"), None, "it boots overrides name ami-0"),
        (a_template(image_kind=None), None, "nobody knows what it boots"),
    ],
)
def test_a_group_that_cannot_be_refreshed_is_left_for_a_reason_in_words(
    template: Template, policy: Policy | None, why: str
) -> None:
    found = objection_to_group(template, four(policy=policy), a_replacement())

    assert found is not None
    assert why in found


def test_a_group_waits_for_an_image_that_is_not_published() -> None:
    assert objection_to_group(WEB, four(images={}), a_replacement()) == f"the image of {AFTER} is not published"


def test_a_parameter_is_refreshed_only_where_it_resolves_to_the_target() -> None:
    back = a_replacement(state=RolloutState.ROLLING_BACK, target=BEFORE, bad_version=AFTER)

    assert objection_to_group(a_parameter(), four(), a_replacement()) is None
    assert objection_to_group(a_parameter(), four(release=a_release(version="1.65.0")), a_replacement()) is not None
    assert str(objection_to_group(a_parameter(), four(), back)).startswith("it always boots resolve:ssm:")
    assert objection_to_group(a_parameter(), four(release=a_release(version=BEFORE, recalled=(AFTER,))), back) is None
