"""How far a rollout may have come: the canary, the waves, and the bakes between them."""

from __future__ import annotations

import pytest

from ballast.policy.updates import UpdatePolicy
from ballast.records.rollout import Stage
from ballast.update.waves import bakes_until, disrupted, is_last, taken_up, wave_limit
from tests.ballast.update.rollouts import a_fleet, a_host, a_rollout, an_update
from tests.builders import NOW, after, minutes

WAVES = (10, 30, 100)


@pytest.mark.parametrize(
    ("wave", "instances", "most"),
    [
        (0, 0, 0),
        (0, 30, 1),
        (1, 30, 3),
        (1, 31, 4),
        (1, 5, 2),
        (1, 1, 1),
        (2, 30, 9),
        (3, 30, 30),
        (7, 30, 30),
    ],
)
def test_a_wave_takes_its_share_of_the_fleet_and_at_least_one_more_than_the_canary(
    wave: int, instances: int, most: int
) -> None:
    assert wave_limit(WAVES, wave, instances) == most


@pytest.mark.parametrize("instances", range(1, 120, 7))
def test_waves_only_grow_and_the_last_one_takes_everybody(instances: int) -> None:
    limits = [wave_limit(WAVES, wave, instances) for wave in range(4)]

    assert limits == sorted(limits)
    assert limits[-1] == instances


def test_only_the_wave_of_everybody_is_the_last() -> None:
    assert [is_last(WAVES, wave) for wave in range(5)] == [False, False, False, True, True]


@pytest.mark.parametrize(("wave", "bake"), [(0, 60), (1, 5), (2, 5)])
def test_the_canary_bakes_for_its_own_time_from_when_its_wave_had_ended(wave: int, bake: float) -> None:
    policy = UpdatePolicy(canary_bake=minutes(60), wave_bake=minutes(5))

    assert bakes_until(a_rollout(wave=wave, wave_done_at=after(10)), policy) == after(10 + bake)
    assert bakes_until(a_rollout(wave=wave), policy) is None


def test_an_instance_counts_for_its_wave_even_if_it_failed_or_left_the_cluster() -> None:
    fleet = a_fleet(
        a_host(1, update=an_update(1, stage=Stage.STAGING)),
        a_host(2, update=an_update(2, stage=Stage.FAILED)),
        a_host(3, update=an_update(3, stage=Stage.EXCLUDED)),
        a_host(4, update=an_update(4, stage=Stage.DONE, rollout="1.62.1/20260601T000000Z")),
        a_host(5),
        lost=(an_update(6, stage=Stage.REPLACING, since=NOW),),
    )

    assert taken_up(fleet, a_rollout()) == 3
    assert disrupted(fleet, a_rollout()) == 2
