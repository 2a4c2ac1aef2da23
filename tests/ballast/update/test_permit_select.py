"""Which instances a rollout takes up, and what an earlier rollout has to do with it."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.facts.view import InstanceStatus
from ballast.records.disruption import Phase
from ballast.records.kept import BEGUN_UNREAD
from ballast.records.rollout import RolloutState, Stage
from ballast.update.permit import exclusion, to_do
from tests.ballast.update.rollouts import AFTER, BEFORE, a_drain, a_host, a_rollout, an_update
from tests.builders import NOW, a_cluster, a_membership

EARLIER = "1.62.1/20260601T000000Z"


@pytest.mark.parametrize(
    ("stage", "taken_up"),
    [
        (Stage.DONE, True),
        (Stage.FAILED, True),
        (Stage.EXCLUDED, True),
        (Stage.UNSTAGING, False),
        (Stage.RETURNING, False),
        (Stage.REPLACING, False),
    ],
)
def test_an_instance_is_taken_up_once_an_earlier_rollout_has_let_go_of_it(stage: Stage, *, taken_up: bool) -> None:
    host = a_host(update=an_update(stage=stage, rollout=EARLIER))

    assert bool(to_do((host,), a_rollout(), NOW)) is taken_up


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.EXCLUDED])
def test_an_instance_is_taken_up_by_a_rollout_once(stage: Stage) -> None:
    assert to_do((a_host(update=an_update(stage=stage)),), a_rollout(), NOW) == ()


def test_an_instance_that_runs_the_target_needs_nothing() -> None:
    assert to_do((a_host(version=AFTER),), a_rollout(), NOW) == ()


@pytest.mark.parametrize("version", ["1.64.1", "1.65.0", "2.0.0", "1.100.0"])
def test_no_instance_is_taken_to_an_older_release_outside_a_rollback(version: str) -> None:
    assert exclusion(a_host(version=version), a_rollout(), NOW) == f"it runs {version} already"


@pytest.mark.parametrize(("version", "taken_up"), [(AFTER, True), ("1.63.0", False), ("1.65.0", False)])
def test_a_rollback_takes_back_the_version_that_is_left_and_no_other(version: str, *, taken_up: bool) -> None:
    back = a_rollout(state=RolloutState.ROLLING_BACK, target=BEFORE, bad_version=AFTER)

    assert bool(to_do((a_host(version=version),), back, NOW)) is taken_up


@pytest.mark.parametrize(
    ("tag", "left_alone"),
    [
        ("true", True),
        ("2026-11-24T00:00:00Z", True),
        ("2026-11-23T00:00:00Z", False),
        ("false", False),
    ],
)
def test_an_opt_out_holds_until_its_time_is_over(tag: str, *, left_alone: bool) -> None:
    host = a_host(instance={"tags": {"ballast:do-not-disrupt": tag}})

    assert (exclusion(host, a_rollout(), NOW) is not None) is left_alone


@pytest.mark.parametrize(
    ("changes", "left_alone"),
    [
        ({"disruption": a_drain(), "instance": {"status": InstanceStatus.DRAINING}}, False),
        ({"disruption": a_drain(phase=Phase.ROLLED_BACK)}, False),
        (
            {"disruption": a_drain(phase=Phase.ROLLED_BACK), "instance": {"status": InstanceStatus.DRAINING}},
            True,
        ),
    ],
    ids=["our own drain", "our drain was taken back", "it was, and somebody else drains it now"],
)
def test_a_drain_of_ours_excludes_nobody_and_that_of_others_does(changes: dict[str, Any], *, left_alone: bool) -> None:
    assert (exclusion(a_host(**changes), a_rollout(), NOW) is not None) is left_alone


def test_a_host_of_a_group_that_its_operator_alone_may_change_is_left_alone() -> None:
    host = a_host(view={"membership": a_membership(operator="batch.amazonaws.com")})

    why = exclusion(host, a_rollout(), NOW)

    assert why == "Auto Scaling group web may be changed by its operator batch.amazonaws.com alone"


def test_a_host_is_left_alone_where_nobody_can_read_its_drain_or_its_version() -> None:
    """What it told as its version could reach a command; a drain that nobody can read may be under way."""
    unread = a_host(cluster=a_cluster(unread=frozenset({a_host().id})))

    assert BEGUN_UNREAD in (exclusion(unread, a_rollout(), NOW) or "")
    assert exclusion(a_host(version=None, unread_version="it is $(x)"), a_rollout(), NOW) == "it is $(x)"
