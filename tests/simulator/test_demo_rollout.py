"""What the demo shows of a rollout, from made-up records: nothing here is played for long."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from itertools import product

import pytest
from rich.console import Console

from ballast.records.rollout import RolloutState
from ballast.records.rollout import Stage as UpdateStage
from simulator.demo.progress import Progress
from simulator.demo.screen import Screen
from simulator.demo.summary import print_summary
from simulator.demo.tally import Tally
from simulator.demo.waves import wave_bar
from simulator.scenarios import scenarios
from simulator.scenarios.update import AFTER, BEFORE, is_over
from simulator.stage import Stage
from tests.simulator.ledgers import bottlerocket, remember, rollout
from tests.simulator.test_demo import rendered

MIXED = (UpdateStage.DONE, UpdateStage.DRAINING, UpdateStage.REBOOTING, UpdateStage.STAGED, UpdateStage.EXCLUDED)
REASON = "the canary did not come back within 15 min of its reboot"


def with_mixed_stages(stage: Stage) -> list[str]:
    """The ids; the first is the canary, which runs the new version."""
    ids = stage.instances("web")
    record = rollout(stage, wave=1, total=len(ids), on_target=1, excluded=1)
    remember(stage, record, dict(zip(ids, MIXED, strict=False)))
    stage.world.bottlerocket.require(ids[0]).version = AFTER
    return ids


def frame(stage: Stage, width: int, height: int) -> list[str]:
    return rendered(Screen(Tally(stage), pace=""), width, height)


@pytest.mark.parametrize("size", [(80, 24), (120, 31), (240, 60)])
def test_each_instance_has_its_version_and_stage_and_the_canary_is_named(size: tuple[int, int]) -> None:
    with bottlerocket(6) as stage:
        ids = with_mixed_stages(stage)
        lines = frame(stage, *size)

    canary = next(line for line in lines if line.startswith("✓"))
    assert "canary" in canary
    assert "1.64.0 on target" in canary
    for id_, words in zip(ids[1:6], ("draining", "rebooting", "staged", "excluded", "active"), strict=True):
        line = next(line for line in lines if line[2:10] == id_[:8])
        assert f"1.62.1 {words}" in line
    assert any(re.search(r"RUNNING  1\.62\.1 → 1\.64\.0 · wave 1 of 3 · 1 of 6 on target", line) for line in lines)
    assert max(map(len, lines)) <= size[0]
    assert len(lines) == size[1]


def test_an_agent_that_is_gone_during_a_reboot_is_no_lost_agent() -> None:
    with bottlerocket(6) as stage:
        ids = with_mixed_stages(stage)
        for id_ in (ids[2], ids[5]):
            stage.world.disconnect_agent(id_)
        text = "\n".join(frame(stage, 120, 31))

    assert text.count("AGENT LOST") == 1
    assert f"{ids[5][:8]}" in next(line for line in text.splitlines() if "AGENT LOST" in line)


def test_a_big_fleet_says_how_many_run_which_version() -> None:
    with bottlerocket(50) as stage:
        with_mixed_stages(stage)
        text = "\n".join(frame(stage, 120, 31))

    assert "49 on 1.62.1  1 on 1.64.0" in text
    assert "R 1 rebooting" in text


def test_a_halt_is_named_with_its_reason_in_the_frame_and_in_the_summary() -> None:
    with bottlerocket(6) as stage:
        ids = stage.instances("web")
        record = rollout(stage, RolloutState.HALTED, total=6, failed=1, halted_reason=REASON)
        remember(stage, record, {ids[0]: UpdateStage.FAILED})
        tally = Tally(stage)
        text = "\n".join(rendered(Screen(tally, pace=""), 80, 24))
        console = Console(width=120, file=io.StringIO(), record=True)
        print_summary(console, tally, [], cut_short="q")

    assert re.search(r"^ HALTED ", text, re.MULTILINE)
    assert f"halted: {REASON}" in text
    assert re.search(r"^F canary .* FAILED", text, re.MULTILINE)
    summary = console.export_text()
    assert "HALTED" in summary
    assert REASON in summary
    assert "0 of 6 on target, 1 failed" in summary
    assert "stopped by q" in summary


def test_of_two_rollouts_the_halted_one_is_shown() -> None:
    with bottlerocket(2) as stage:
        remember(stage, rollout(stage, RolloutState.HALTED, arch="arm64", halted_reason=REASON, total=1), {})
        later = stage.world.clock.utc + timedelta(hours=1)
        remember(stage, rollout(stage, RolloutState.DONE, total=2, on_target=2, created_at=later), {})
        text = "\n".join(frame(stage, 120, 31))

    assert REASON in text


def test_the_wave_bar_has_one_scale_and_a_stroke_where_a_wave_ends() -> None:
    with bottlerocket(1) as stage:
        record = rollout(stage, total=10, on_target=2, failed=1, wave=2)
        bar = wave_bar(Progress(record, limits=(1, 2, 5, 10)), 30)

    assert bar.plain == "canary ██│██│xx░░░░│░░░░░░░░░░"


def test_the_wave_bar_is_never_wider_than_the_screen() -> None:
    with bottlerocket(1) as stage:
        for total, width in product((0, 1, 2, 3, 1000), (20, 79, 239)):
            record = rollout(stage, total=total, on_target=total // 2)
            bar = wave_bar(Progress(record, limits=(1, 2, 5, max(5, total))), width)

            assert bar.cell_len <= width, (total, width)


@pytest.mark.parametrize(
    ("state", "of_the_canary", "minutes", "over"),
    [
        (RolloutState.DONE, UpdateStage.DONE, 11, True),
        (RolloutState.DONE, UpdateStage.DONE, 5, False),
        (RolloutState.HALTED, UpdateStage.FAILED, 11, True),
        (RolloutState.HALTED, UpdateStage.REPLACING, 11, False),
        (RolloutState.RUNNING, UpdateStage.DONE, 11, False),
        (RolloutState.ROLLING_BACK, UpdateStage.FAILED, 11, False),
        (RolloutState.WAITING, UpdateStage.DONE, 11, False),
    ],
)
def test_the_story_is_over_once_nothing_moves_and_all_is_calm(
    state: RolloutState, of_the_canary: UpdateStage, minutes: int, *, over: bool
) -> None:
    with bottlerocket(2) as stage:
        at = stage.world.clock.utc - timedelta(minutes=minutes)
        reason = REASON if state in (RolloutState.HALTED, RolloutState.ROLLING_BACK) else None
        record = rollout(stage, state, created_at=at, moved_at=at, halted_reason=reason)
        remember(stage, record, {stage.instances("web")[0]: of_the_canary})

        assert is_over(stage) is over


def test_a_story_that_ends_before_its_minutes_ends_the_run() -> None:
    with bottlerocket(1, ends=lambda stage: stage.clock.now_s >= 90) as stage:
        stage.play()

        assert stage.clock.now_s == 120
        assert stage.ended


def test_bad_updates_are_there_for_both_strategies() -> None:
    known = scenarios()

    assert known["bad-update"].parameters["UpdateStrategy"] == "in-place"
    assert known["bad-replace"].parameters["UpdateStrategy"] == "replace"


def test_the_canary_of_a_refresh_is_the_first_that_was_launched_and_one_that_never_joins_is_named() -> None:
    with bottlerocket(3) as stage:
        world = stage.world
        record = rollout(stage, strategy="replace", total=3, target=BEFORE)
        world.break_newcomers("web", "never_joins")
        stage.at(0.5, lambda: world.set_desired("web", 4))
        stage.play(6)
        remember(stage, record, {})
        lines = frame(stage, 80, 24)

    canary = next(line for line in lines if "canary  " in line[:12] and BEFORE in line)
    assert canary.startswith("?")
    assert "NOT IN ECS" in canary
    assert "1 under way" in "\n".join(lines)
