"""How far a rollout has come, and when it is done, in numbers."""

from __future__ import annotations

from datetime import datetime

import pytest

from ballast.words.counted import bar, counts, eta, mix, when_done
from tests.ballast.update.rollouts import AFTER, BEFORE, a_fleet, a_host, a_rollout
from tests.builders import after

FLEET = a_fleet(a_host(1), a_host(2), a_host(3, version=AFTER))


@pytest.mark.parametrize(
    ("on_target", "total", "full"), [(0, 0, 0), (0, 30, 0), (2, 30, 0), (3, 30, 1), (29, 30, 9), (30, 30, 10)]
)
def test_the_bar_is_full_only_when_everybody_has_arrived(on_target: int, total: int, full: int) -> None:
    assert (
        bar(a_rollout(on_target=on_target, total=total))
        == f"{'▰' * full}{'▱' * (10 - full)} {on_target} of {total} on {AFTER}"
    )


def test_what_runs_is_counted_with_the_most_common_first_and_what_has_not_gone_well() -> None:
    rollout = a_rollout(total=10, failed=1, excluded=2)

    assert mix(FLEET, rollout) == f"2 on {BEFORE}, 1 on {AFTER}"
    assert counts(FLEET, rollout) == (
        f"Running: 2 on {BEFORE}, 1 on {AFTER}. 1 instance has failed. 2 instances are left as they are."
    )


def test_the_end_is_at_the_pace_so_far_for_those_that_are_left_and_unknown_before_the_first() -> None:
    under_way = a_rollout(total=10, on_target=5, failed=1, wave=3)  # of the last wave, whose bakes are over

    assert eta(FLEET, under_way, after(200)) == after(200 + 4 * (200 - 120) / 5)
    assert eta(FLEET, a_rollout(total=10, on_target=0), after(200)) is None
    assert when_done(FLEET, a_rollout(total=10, on_target=0), after(200), None) == "The next instances follow."


@pytest.mark.parametrize(
    ("foreseen", "says"),
    [(None, "UTC."), (after(255), "UTC."), (after(245), "not at 2026-11-23 13:05 UTC as foreseen")],
)
def test_only_an_end_that_moved_back_by_a_quarter_of_an_hour_is_told_so(foreseen: datetime | None, says: str) -> None:
    said = when_done(FLEET, a_rollout(total=10, on_target=5, failed=1, wave=3), after(200), foreseen)

    assert said.startswith("Done at about 2026-11-23 13:24 UTC")
    assert says in said
    assert ("not at" in said) is ("not at" in says)
