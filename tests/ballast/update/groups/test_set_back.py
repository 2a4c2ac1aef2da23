"""After a halt or a recall: templates go back first, and what boots the bad release anyway is named."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.facts.launch_template import Template
from ballast.plans.actions import Tell, TerminateInstance
from ballast.plans.plan import Plan
from ballast.plans.update_actions import FollowImage
from ballast.policy.policy import Policy
from ballast.policy.updates import LaunchTemplates, OnHalt
from ballast.records.rollout import Rollout, RolloutState
from ballast.update.groups.set_back import version_before
from ballast.update.plan import plan_update
from tests.ballast.update.groups.groups import a_refresh, between, four, launched, of_group, replace_policy
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
from tests.builders import NOW, a_membership, after

BAD = a_template(boots=AFTER)
HALTED = a_rollout(state=RolloutState.HALTED, halted_reason="x", total=4, on_target=1, templates_before=("web:3",))
RECALLED = a_release(version=BEFORE, previous_version=AFTER, recalled=(AFTER,))
NEW = "i-00000000000000009"


def step(*templates: Template, rollout: Rollout = HALTED, now: float = 5, **fleet: Any) -> Plan:
    known: dict[str, Any] = {"templates": templates, "policy": a_policy_of_updates(), **fleet}
    return plan_update(four(**known), rollout, after(now))[0]


def back_of(plan: Plan) -> FollowImage:
    [back] = [action for action in plan.actions if isinstance(action, FollowImage)]
    return back


def test_a_template_that_boots_what_was_halted_goes_back_to_the_version_that_it_had() -> None:
    found = step(BAD)

    assert told(found) == ["BottlerocketTemplateSetBack"]
    assert (back_of(found).image_id, back_of(found).earlier) == ("ami-1", 3)
    assert kept(found).templates_before == ()


def test_one_that_somebody_else_moved_forward_gets_the_image_of_what_most_run() -> None:
    found = step(BAD, rollout=a_rollout(state=RolloutState.HALTED, halted_reason="x"))

    assert (back_of(found).image_id, back_of(found).earlier) == ("ami-1", None)


@pytest.mark.parametrize(
    "template",
    [
        a_template(),
        a_template(boots="1.65.0"),
        a_template(boots=AFTER, image_kind=("aws-ecs-3", "x86_64")),
        a_template(boots=None, image_kind=None, own=True),
    ],
    ids=["the release before", "a newer one", "another variant", "an own image"],
)
def test_any_other_stays_as_it_is(template: Template) -> None:
    found = step(template)

    assert told(found) == []
    assert kept(found).groups_seen_at == after(5)
    assert told(step(template, rollout=kept(found), now=14)) == []


@pytest.mark.parametrize(
    ("template", "changes", "why"),
    [
        (BAD, {"policy": a_policy_of_updates(launch_templates=LaunchTemplates.REPORT)}, "UpdateLaunchTemplates=report"),
        (BAD, {"may_change_templates": False}, "the stack has no right"),
        (BAD, {"images": {}}, f"the image of {BEFORE} is not published"),
        (a_parameter(), {}, "it always boots resolve:ssm:"),
        (a_template(boots=AFTER, why_fixed="overrides name ami-0"), {}, "overrides name ami-0"),
    ],
)
def test_where_ballast_may_not_change_it_the_group_is_told_by_name_once(
    template: Template, changes: dict[str, Any], why: str
) -> None:
    found = step(template, **changes)

    [tell] = [action for action in found.actions if isinstance(action, Tell)]
    assert (tell.notice.code, tell.notice.severity) == ("BottlerocketTemplateDrift", "ticket")
    assert tell.notice.what.startswith(f"Auto Scaling group web still launches Bottlerocket {AFTER}")
    assert why in tell.notice.why
    assert told(step(template, rollout=kept(found), **changes)) == []


def test_it_waits_for_the_refresh_whose_configuration_it_would_change() -> None:
    found = step(BAD, refreshes=(a_refresh("Cancelling"),))

    assert not [action for action in found.actions if isinstance(action, FollowImage)]
    assert told(step(BAD, refreshes=(a_refresh("Cancelled"),))) == ["BottlerocketTemplateSetBack"]


def test_a_rollback_sets_templates_back_before_it_touches_an_instance() -> None:
    back = a_rollout(state=RolloutState.ROLLING_BACK, target=BEFORE, bad_version=AFTER)

    assert told(step(BAD, rollout=back)) == ["BottlerocketTemplateSetBack"]


def test_a_recall_after_the_end_counts_as_a_halt() -> None:
    done = a_rollout(state=RolloutState.DONE, ended_at=NOW)
    fleet: dict[str, Any] = {"release": RECALLED, "new": (launched(),)}

    halted = step(BAD, rollout=done, **fleet)
    assert told(halted) == ["BottlerocketRolloutHalted"]
    assert [a.notice.severity for a in halted.actions if isinstance(a, Tell)] == ["ticket"]
    assert (kept(halted).state, kept(halted).ended_at, kept(halted).bad_told) == (RolloutState.HALTED, None, (NEW,))
    assert told(step(BAD, rollout=kept(halted), **fleet)) == ["BottlerocketTemplateSetBack"]


def test_what_comes_up_with_it_later_is_named_once() -> None:
    seen = a_rollout(state=RolloutState.HALTED, halted_reason="x", groups_seen_at=after(4), bad_told=(NEW,))

    assert told(step(rollout=seen, new=(launched(9),))) == []
    named = step(rollout=seen, new=(launched(8), launched(9)))
    [tell] = [action for action in named.actions if isinstance(action, Tell)]
    assert tell.notice.what == f"1 instance of prod came up with Bottlerocket {AFTER}: i-00000000000000008."
    assert told(step(rollout=kept(named), new=(launched(8), launched(9)))) == []


@pytest.mark.parametrize(
    ("policy", "replaced"),
    [(replace_policy(on_halt=OnHalt.ROLLBACK), True), (replace_policy(), False)],
)
def test_by_policy_what_never_joined_is_replaced_once_its_group_boots_the_release_before(
    policy: Policy, *, replaced: bool
) -> None:
    halted = between(
        state=RolloutState.HALTED, halted_reason="x", refreshing=None, never_joined=(NEW,), groups_seen_at=after(4)
    )
    fleet = four(policy=policy)
    members = {**fleet.members, NEW: a_membership(group="web")}

    found = step(a_template(), rollout=halted, policy=policy, members=members)
    assert (found.actions == (TerminateInstance("web", NEW),)) is replaced
    bad = step(BAD, rollout=halted, policy=policy, members=members)
    assert not [action for action in bad.actions if isinstance(action, TerminateInstance)]


def test_the_release_before_is_never_the_one_that_was_recalled() -> None:
    all_new = a_fleet(of_group(1, version=AFTER), release=RECALLED)

    assert version_before(all_new, a_rollout()) == BEFORE
    assert version_before(a_fleet(of_group(1, version=AFTER), release=None), a_rollout()) is None
