"""What on-call reads when a brake holds a rollout: what goes on, and what is left in which state."""

from __future__ import annotations

from dataclasses import replace

from ballast.records.rollout import Stage
from ballast.words.notice import Severity
from ballast.words.rollout_held import held
from tests.ballast.update.rollouts import a_fleet, a_host, a_policy_of_updates, a_rollout, an_update
from tests.builders import NOW, a_brake

HELD = a_rollout(held="drain_instance is switched off", total=4)
STAGES = (Stage.DRAINING, Stage.RETURNING, Stage.STAGED, Stage.CHECKING)
FLEET = a_fleet(*(a_host(n, update=an_update(n, stage=stage)) for n, stage in enumerate(STAGES)))


def test_each_instance_under_way_is_told_with_the_state_in_which_it_is_left() -> None:
    assert held(FLEET, HELD, NOW).impact == (
        "Back to ACTIVE: i-00000000000000000. Verified first and then given back: i-00000000000000001. "
        "Prepared, and serving on: 2 instances."
    )
    assert held(a_fleet(a_host(1)), HELD, NOW).impact == "None: no instance is under way."


def test_an_update_of_another_rollout_is_not_its_own() -> None:
    others = a_fleet(a_host(1, update=replace(an_update(1, stage=Stage.DRAINING), rollout="another")))

    assert held(others, HELD, NOW).impact == "None: no instance is under way."


def test_a_pause_is_information_and_anything_else_somebody_has_to_see_to() -> None:
    paused = a_fleet(a_host(1), policy=replace(a_policy_of_updates(), brake=a_brake()))

    assert (held(FLEET, HELD, NOW).severity, held(paused, HELD, NOW).severity) == (Severity.TICKET, Severity.INFO)
    assert "ballast resume --cluster prod" in held(paused, HELD, NOW).next
    assert held(FLEET, HELD, NOW).next.startswith("Switch drain_instance on again")
