"""Each invariant about replaced groups can fail: a step over what does not serve, a template moved where it must not."""

from __future__ import annotations

import pytest

from simulator.invariants import replaced
from simulator.stage import Stage
from tests.simulator.invariants.forbidden import Forbidden, Invariant, ask, sentences, tell

OLD, NEW = "1.62.1", "1.64.0"
KIND, OTHER = ("aws-ecs-2", "x86_64"), ("aws-ecs-3", "x86_64")


def with_rockets(stage: Stage) -> None:
    world = stage.world
    for kind in (KIND, OTHER):
        for version in (OLD, NEW):
            world.bottlerocket.releases.publish(*kind, version, long_ago=True)
    world.add_group("rocket", "prod", desired=2, bottlerocket=(*KIND, OLD))


def refresh(stage: Stage) -> None:
    preferences = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 150, "CheckpointPercentages": [50]}
    ask("autoscaling", "StartInstanceRefresh", AutoScalingGroupName="rocket", Preferences=preferences)(stage)


def two_steps(fault: str | None) -> Forbidden:
    """The second begins although what the first one launched does not serve."""

    def happens(stage: Stage) -> None:
        with_rockets(stage)
        stage.world.break_newcomers("rocket", fault)  # type: ignore[arg-type]  # one of them, or none
        refresh(stage)
        stage.at(9, lambda: refresh(stage))

    return happens


def told_done(stage: Stage) -> None:
    with_rockets(stage)
    stage.world.break_newcomers("rocket", "never_joins")
    refresh(stage)
    stage.at(4, lambda: tell(stage, code="BottlerocketRolloutDone"))


def told_done_elsewhere(stage: Stage) -> None:
    """Of another cluster's rollout, whose business the groups of this one are not."""
    with_rockets(stage)
    stage.world.break_newcomers("rocket", "never_joins")
    refresh(stage)
    stage.at(4, lambda: tell(stage, code="BottlerocketRolloutDone", cluster="edge"))


def moved(*, to_other: bool = False, from_copy: bool = False, from_parameter: bool = False) -> Forbidden:
    def happens(stage: Stage) -> None:
        with_rockets(stage)
        template = stage.world.groups.groups["rocket"].template
        assert template
        images = {kind: line.published[-1].image_id for kind, line in stage.world.bottlerocket.releases.lines.items()}
        if from_copy:
            stage.world.move_template("rocket", stage.world.copy_image(images[KIND], "bottlerocket-copy"))
        if from_parameter:
            stage.world.move_template("rocket", "resolve:ssm:/images/ours")
        data = {"ImageId": images[OTHER if to_other else KIND]}
        ask(
            "ec2",
            "CreateLaunchTemplateVersion",
            LaunchTemplateId=template.id,
            SourceVersion=str(max(template.versions)),
            LaunchTemplateData=data,
        )(stage)

    return happens


def staged(stage: Stage) -> None:
    with_rockets(stage)
    host = stage.world.bottlerocket.require(stage.instances("rocket")[0])
    host.state, host.staging, host.boots_staging = "Ready", NEW, True


NOTHING = replaced.nothing_marked_on_target_that_was_not_verified
ACROSS = replaced.template_never_moved_across_variants_or_owners
FORBIDDEN: list[tuple[Invariant, Forbidden, str]] = [
    (NOTHING, two_steps("never_joins"), "a step begins, and"),
    (NOTHING, two_steps("agent_lost"), "has lost its agent"),
    (NOTHING, told_done, "a rollout is told to be done, and"),
    (ACROSS, moved(to_other=True), "was moved from"),
    (ACROSS, moved(from_copy=True), "was moved from"),
    (ACROSS, moved(from_parameter=True), "was moved from resolve:ssm:/images/ours"),
    (replaced.what_was_not_undone_is_on_record, staged, f"boots {NEW} next, and nobody remembers it"),
]


@pytest.mark.parametrize(("invariant", "forbidden", "why"), FORBIDDEN)
def test_what_is_forbidden_is_seen(invariant: Invariant, forbidden: Forbidden, why: str) -> None:
    said = sentences(invariant, forbidden, minutes=12)

    assert said
    assert all(why in sentence for sentence in said)


@pytest.mark.parametrize(("invariant", "allowed"), [(NOTHING, two_steps(None)), (ACROSS, moved())])
def test_what_is_allowed_is_not(invariant: Invariant, allowed: Forbidden) -> None:
    assert sentences(invariant, allowed, minutes=12) == []


def test_there_is_a_forbidden_act_for_each_invariant() -> None:
    assert {invariant for invariant, _, _ in FORBIDDEN} == set(replaced.REPLACE_INVARIANTS)


def test_the_end_of_another_clusters_rollout_says_nothing_of_a_group_that_is_being_replaced() -> None:
    assert sentences(NOTHING, told_done_elsewhere) == []
