"""What a group boots: what the rollout leaves, its target, or something that its operator chose."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.update.groups.boots import boots, lags, own_choice, why_it_cannot_follow
from ballast.update.groups.refresh import objection_to_group
from tests.ballast.update.rollouts import AFTER, BEFORE, a_fleet, a_host, a_parameter, a_release, a_rollout, a_template
from tests.builders import a_membership

FIXED = a_template(image_id="resolve:ssm:/p", why_fixed="it resolves the parameter of 1.62.1, which stays 1.62.1")


@pytest.mark.parametrize(
    ("changes", "chosen"),
    [
        ({}, None),
        ({"image_kind": ("aws-ecs-3", "x86_64")}, "aws-ecs-3 x86_64 1.62.1"),
        ({"image_kind": ("aws-ecs-2", "arm64")}, "aws-ecs-2 arm64 1.62.1"),
        ({"image_kind": ("aws-ecs-3", "x86_64"), "image_version": None}, "aws-ecs-3 x86_64"),
        ({"image_kind": None, "image_version": None, "own": True}, "an image of your own (ami-1)"),
        (
            {"image_kind": None, "image_id": "resolve:ssm:/images/ours", "own": True},
            "a parameter of your own (resolve:ssm:/images/ours)",
        ),
        ({"why_fixed": "overrides name ami-0"}, "overrides name ami-0"),
        ({"image_kind": None}, None),
    ],
)
def test_another_variant_architecture_image_parameter_or_override_is_somebodys_choice(
    changes: dict[str, Any], chosen: str | None
) -> None:
    template = a_template(**changes)

    assert own_choice(template, a_fleet()) == chosen
    if changes.get("image_kind", template.image_kind) != a_fleet().kind:
        assert not lags(template, a_fleet(), a_rollout())


def test_a_parameter_boots_what_is_the_latest_of_its_kind_and_never_lags() -> None:
    assert boots(a_parameter(), a_fleet()) == AFTER
    assert boots(a_parameter(), a_fleet(release=None)) is None
    assert boots(a_parameter(), a_fleet(variant="aws-ecs-3")) is None
    assert not lags(a_parameter(), a_fleet(release=a_release(version=BEFORE)), a_rollout())


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
    rollout = a_rollout(target=BEFORE if bad_version else AFTER, bad_version=bad_version)

    assert lags(a_template(boots=version), a_fleet(), rollout) is behind


def test_a_group_that_its_operator_alone_may_change_neither_follows_nor_is_refreshed() -> None:
    operated = a_host(view={"membership": a_membership(operator="batch.amazonaws.com")})
    fleet, template = a_fleet(operated), a_template()
    why = "Auto Scaling group web may be changed by its operator batch.amazonaws.com alone"

    assert why_it_cannot_follow(template, fleet, AFTER) == why
    assert objection_to_group(template, fleet, a_rollout()) == why
