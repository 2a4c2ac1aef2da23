"""Invariants of rollouts can fail."""

from __future__ import annotations

import pytest

from simulator.invariants.rollouts import no_host_told_twice_to_reboot
from simulator.stage import Stage
from tests.simulator.invariants.forbidden import HOST, Forbidden, said_of_a_good_world, sentences


def told(*documents: str) -> Forbidden:
    """Commands that one host is given, one after the other."""

    def act(stage: Stage) -> None:
        for document in documents:
            stage.world.note("command_sent", instance=HOST, document=document, command="c-1")

    return act


def test_a_second_reboot_before_the_host_was_asked_is_missed() -> None:
    assert len(sentences(no_host_told_twice_to_reboot, told("RebootHost", "RebootHost"))) == 1
    assert said_of_a_good_world() == []


@pytest.mark.parametrize("good", [told("RebootHost", "CheckUpdate", "RebootHost"), told("RebootHost")])
def test_one_that_follows_a_question_is_none(good: Forbidden) -> None:
    assert sentences(no_host_told_twice_to_reboot, good) == []
