"""Which release is wanted, and from when on it may be rolled out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from ballast.policy.updates import Approval, UpdatePolicy
from ballast.records.release import Release
from ballast.update.rollout.target import due_at, target_of
from tests.builders import NOW

RELEASE = Release("aws-ecs-2", "x86_64", "1.64.0", "ami-0123456789abcdef0", seen_at=NOW)
LATER = NOW + timedelta(hours=5)
MANUAL = UpdatePolicy(approval=Approval.MANUAL)


@pytest.mark.parametrize(
    ("policy", "approved_at", "due"),
    [
        (UpdatePolicy(), None, NOW + timedelta(days=3)),
        (UpdatePolicy(bake=timedelta()), None, NOW),
        (UpdatePolicy(), LATER, LATER),  # somebody's word ends the bake
        (MANUAL, None, None),
        (MANUAL, LATER, LATER),
        (UpdatePolicy(urgent_version="1.64.0"), None, NOW),
        (UpdatePolicy(urgent_version="1.63.0"), None, NOW + timedelta(days=3)),  # of an older urgency
        (UpdatePolicy(approval=Approval.MANUAL, urgent_version="1.64.0"), None, NOW),
    ],
)
def test_a_release_is_due_after_its_bake_or_by_somebodys_word(
    policy: UpdatePolicy, approved_at: datetime | None, due: datetime | None
) -> None:
    assert due_at(policy, RELEASE, approved_at) == due


def test_the_newest_release_is_wanted_unless_a_version_is_pinned() -> None:
    assert target_of(UpdatePolicy(), RELEASE) == "1.64.0"
    assert target_of(UpdatePolicy(pinned_version="1.62.1"), RELEASE) == "1.62.1"
    assert target_of(UpdatePolicy(pinned_version="1.62.1", urgent_version="1.64.0"), RELEASE) == "1.62.1"
