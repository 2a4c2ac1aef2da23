"""What is decided has another name as soon as the answer would be another one, and the same while it only moves on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.records.command import PLAN
from ballast.records.fingerprint import of_pause, of_rollout
from ballast.records.pause import Pause
from ballast.records.rollout import RolloutState
from tests.ballast.update.rollouts import a_rollout
from tests.builders import NOW, after

ROLLOUT = a_rollout(state=RolloutState.HALTED, halted_reason="the canary failed")
PAUSE = Pause("prod", "jo", NOW, after(240), said="c-1")


@pytest.mark.parametrize(
    "changes",
    [
        {"cluster": "stage"}, {"variant": "aws-ecs-1"}, {"arch": "arm64"}, {"target": "1.65.0"}, {"strategy": "replace"},
        {"state": RolloutState.RUNNING}, {"created_at": after(1)}, {"resumed_at": after(1)}, {"approved_at": after(1)},
        {"halted_reason": "two failed"}, {"bad_version": "1.64.0"},
    ],
)  # fmt: skip
def test_another_rollout_has_another_name(changes: dict[str, Any]) -> None:
    assert of_rollout(replace(ROLLOUT, **changes)) != of_rollout(ROLLOUT)


@pytest.mark.parametrize(
    "changes", [{"wave": 2}, {"told": 9}, {"on_target": 5, "total": 9}, {"revision": 7}, {"said": "x"}]
)
def test_one_that_moves_on_keeps_it(changes: dict[str, Any]) -> None:
    assert of_rollout(replace(ROLLOUT, **changes)) == of_rollout(ROLLOUT)
    assert PLAN.fullmatch(of_rollout(ROLLOUT))


@pytest.mark.parametrize(
    "changes", [{"cluster": "x"}, {"by": "al"}, {"at": after(1)}, {"until": None}, {"said": "c-2"}]
)
def test_another_pause_has_another_name(changes: dict[str, Any]) -> None:
    assert of_pause(replace(PAUSE, **changes)) != of_pause(PAUSE)
    assert PLAN.fullmatch(of_pause(PAUSE))
