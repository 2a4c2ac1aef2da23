"""Whether one plan's trouble holds up the others, for actions one by one and together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from ballast.errors import CallFailedError, LostRaceError, TransientError
from ballast.plans.actions import StopTask
from ballast.shell.execute import Result, each, together


def stop(task: str) -> StopTask:
    return StopTask("prod", f"arn:x:task/prod/{task}", "why")


def refusing(errors: dict[str, Exception], done: list[str]) -> Callable[[StopTask], None]:
    def act(action: StopTask) -> None:
        task = action.task_arn.rpartition("/")[2]
        if task in errors:
            raise errors[task]
        done.append(task)

    return act


def test_what_aws_refuses_fails_its_own_plan_only() -> None:
    done: list[str] = []
    performer = each(StopTask, refusing({"b": RuntimeError("AccessDenied")}, done))

    result = performer.perform([(0, stop("a")), (1, stop("b")), (2, stop("c"))])

    assert result == Result(failed=frozenset({1}))
    assert done == ["a", "c"]


def test_a_lost_race_gives_up_its_own_plan_only() -> None:
    done: list[str] = []
    performer = each(StopTask, refusing({"a": LostRaceError("it has changed")}, done))

    result = performer.perform([(0, stop("a")), (1, stop("b"))])

    assert result == Result(given_up=frozenset({0}))
    assert done == ["b"]


@pytest.mark.parametrize("error", [RuntimeError("AccessDenied"), LostRaceError("it has changed")])
def test_a_plan_goes_no_further_after_a_step_that_failed_or_lost_its_race(error: Exception) -> None:
    done: list[str] = []
    performer = each(StopTask, refusing({"a": error}, done))

    performer.perform([(0, stop("a")), (0, stop("b")), (1, stop("c"))])

    assert done == ["c"]


def test_together_is_one_call_whose_error_fails_the_round() -> None:
    calls: list[Sequence[StopTask]] = []
    performer = together(StopTask, calls.append)

    assert performer.perform([(0, stop("a")), (2, stop("b"))]) == Result()
    assert calls == [[stop("a"), stop("b")]]

    def busy(_: Sequence[StopTask]) -> None:
        raise TransientError("slow down")

    with pytest.raises(TransientError):
        together(StopTask, busy).perform([(0, stop("a"))])


def test_where_one_cannot_be_done_together_with_the_others_each_is_done_by_itself() -> None:
    done: list[str] = []

    def act(actions: Sequence[StopTask]) -> None:
        names = [action.task_arn.rpartition("/")[2] for action in actions]
        if "b" in names:
            raise CallFailedError("AWS refused b")
        done.extend(names)

    result = together(StopTask, act).perform([(0, stop("a")), (1, stop("b")), (2, stop("c"))])

    assert result == Result(failed=frozenset({1}))
    assert done == ["a", "c"]
