"""Invariants of rollouts can fail."""

from __future__ import annotations

import pytest

from simulator.invariants.rollouts import a_halted_rollout_starts_nothing, no_host_told_twice_to_reboot
from simulator.stage import Stage
from tests.simulator.invariants.forbidden import HOST, Forbidden, said_of_a_good_world, sentences, tell


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


@pytest.mark.parametrize(("halted", "said"), [(("prod",), 1), (("edge",), 0), (("edge", "prod"), 1), ((), 0)])
def test_an_instance_that_is_staged_while_the_rollout_of_its_own_cluster_is_halted_is_missed(
    halted: tuple[str, ...], said: int
) -> None:
    def act(stage: Stage) -> None:
        for cluster in halted:
            tell(stage, code="BottlerocketRolloutHalted", cluster=cluster)
        staged = {"instance": stage.instances("web")[0], "document": "StageUpdate", "command": "c-1"}
        stage.at(5, lambda: stage.world.note("command_sent", **staged))

    assert len(sentences(a_halted_rollout_starts_nothing, act)) == said
