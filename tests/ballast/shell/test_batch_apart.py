"""One thing in trouble fails alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ballast.errors import TransientError
from ballast.plans.plan import UNDECIDED, Plan
from ballast.shell.batch import decided, each_apart


def test_a_plan_that_cannot_be_made_is_logged_with_its_key(caplog: pytest.LogCaptureFixture) -> None:
    assert decided("i-1", lambda: Plan("wait"), UNDECIDED) == Plan("wait")
    assert decided("i-2", lambda: Plan(str(1 / 0)), UNDECIDED) is UNDECIDED
    assert [vars(record)["about"] for record in caplog.records] == ["i-2"]


def test_only_the_culprit_fails() -> None:
    done: list[str] = []

    def step(some: Sequence[str]) -> Sequence[str]:
        if "bad" in some:
            raise OverflowError("date value out of range")
        done.extend(some)
        return [name for name in some if name == "slow"]

    assert each_apart(["a", "bad", "slow", "b"], step, "cannot") == ["bad", "slow"]
    assert done == ["a", "slow", "b"]


def test_when_aws_is_too_busy_nobody_asks_more() -> None:
    asked: list[Sequence[str]] = []

    def step(some: Sequence[str]) -> Sequence[str]:
        asked.append(some)
        raise TransientError("slow down")

    assert each_apart(["a", "b"], step, "cannot") == ["a", "b"]
    assert asked == [["a", "b"]]


def test_no_work_is_no_failure() -> None:
    assert each_apart([], lambda some: some, "cannot") == []
