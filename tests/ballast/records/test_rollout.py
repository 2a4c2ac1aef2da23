"""What a rollout says of itself."""

from __future__ import annotations

import pytest

from ballast.records.rollout import Rollout, RolloutState
from tests.ballast.update.rollouts import a_rollout


@pytest.mark.parametrize(
    ("rollout", "replaces"),
    [
        (a_rollout(strategy="replace", refreshing="web"), True),
        (a_rollout(strategy="replace", groups_done=("web",)), True),
        (a_rollout(strategy="replace", refreshing="db"), False),
        (a_rollout(strategy="in-place", groups_done=("web",)), False),  # there it is what has followed
        (a_rollout(strategy="replace", groups_done=("web",), state=RolloutState.DONE), False),
    ],
)
def test_a_group_is_replaced_while_it_is_refreshed_and_until_the_rollout_is_over(
    rollout: Rollout, *, replaces: bool
) -> None:
    assert rollout.replaces("web") is replaces
