"""What EC2 and Auto Scaling have to give, in worlds in which people delete groups as well."""

from __future__ import annotations

import random

from simulator.chaos.draw import Act
from simulator.chaos.supply import break_newcomers_of
from simulator.chaos.world import chaos_scenario
from simulator.stage import Stage


def test_newcomers_of_a_group_that_is_deleted_meanwhile_are_not_put_right() -> None:
    with Stage(chaos_scenario(1, []), 1) as stage:
        act, group = Act(stage, random.Random(1)), next(iter(stage.world.groups.groups))  # noqa: S311 - no secret

        assert break_newcomers_of(act, group, "never_joins", 60.0) == group
        stage.world.delete_group(group)
        assert break_newcomers_of(act, group, "never_joins", 60.0) is None
        stage.play(2)
