"""Whether an instance refresh goes on or has ended."""

from __future__ import annotations

import pytest

from ballast.facts.refresh import Refresh


# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html
@pytest.mark.parametrize(
    ("status", "going_on", "ended"),
    [
        ("Pending", True, False),
        ("InProgress", True, False),
        ("Baking", True, False),
        ("Cancelling", False, False),
        ("RollbackInProgress", False, False),
        ("Successful", False, True),
        ("Failed", False, True),
        ("Cancelled", False, True),
        ("RollbackSuccessful", False, True),
        ("RollbackFailed", False, True),
    ],
)
def test_what_is_cancelled_or_rolled_back_neither_goes_on_nor_has_ended(
    status: str,
    going_on: bool,  # noqa: FBT001
    ended: bool,  # noqa: FBT001
) -> None:
    refresh = Refresh("web", "r-1", status, None)

    assert (refresh.going_on, refresh.ended) == (going_on, ended)
