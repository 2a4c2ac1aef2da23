"""What EC2 and Auto Scaling have to give, in worlds in which people delete groups as well."""

from __future__ import annotations

import random

from simulator.chaos.draw import Act
from simulator.chaos.rebalancing import SCALED, provided
from simulator.chaos.supply import break_newcomers_of, end_unjoined, untag
from simulator.chaos.world import chaos_scenario
from simulator.stage import Stage


def test_newcomers_of_a_group_that_is_deleted_meanwhile_are_not_put_right() -> None:
    with Stage(chaos_scenario(1, []), 1) as stage:
        act, group = Act(stage, random.Random(1)), next(iter(stage.world.groups.groups))  # noqa: S311 - no secret

        assert break_newcomers_of(act, group, "never_joins", 60.0) == group
        stage.world.delete_group(group)
        assert break_newcomers_of(act, group, "never_joins", 60.0) is None
        stage.play(2)


def test_a_group_that_is_deleted_before_loses_no_tag() -> None:
    """Chaos seed 54185."""
    with Stage(chaos_scenario(1, []), 1) as stage:
        act = Act(stage, random.Random(1))  # noqa: S311 - no secret
        provided(act)
        scaled = stage.world.groups.groups[SCALED]

        assert untag(act) == SCALED
        assert not scaled.ecs_tagged
        stage.world.delete_group(SCALED)
        assert untag(act) is None


def test_people_end_what_never_joined_and_leave_what_did() -> None:
    with Stage(chaos_scenario(1, []), 1) as stage:
        act, world = Act(stage, random.Random(1)), stage.world  # noqa: S311 - no secret
        name = next(name for name, group in world.groups.groups.items() if group.cluster is not None)
        group = world.groups.groups[name]
        joined, desired = set(group.members), group.desired + 1
        break_newcomers_of(act, name, "never_joins", 3600.0)
        world.set_desired(name, desired)
        stage.play(3)
        (unjoined,) = set(group.members) - joined

        assert end_unjoined(act, name, "no such group") == unjoined
        assert world.ec2.instances[unjoined].going
