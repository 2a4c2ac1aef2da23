"""What came of a story, where the functions themselves had trouble."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from ballast_cli.what_if.outcome import failed_runs
from simulator.delivery.records import Outcome


def stage(*runs: tuple[str, Outcome, str], bugs: tuple[tuple[str, Exception], ...] = ()) -> Any:
    invocations = [SimpleNamespace(function=name, outcome=outcome, error=error) for name, outcome, error in runs]
    told = [SimpleNamespace(message=message, error=error) for message, error in bugs]
    return SimpleNamespace(deployment=SimpleNamespace(invocations=invocations), failures=SimpleNamespace(bugs=told))


def test_runs_that_failed_are_told_as_a_gap_of_the_answer() -> None:
    failed = ("RebalanceCapacity", Outcome.ERROR, "Traceback\n  a line\nKeyError: 'i-1'\n")
    late = ("DrainInstance", Outcome.TIMED_OUT, "")

    assert list(failed_runs(stage(failed, failed, late, ("DrainInstance", Outcome.OK, "")))) == [
        "1 run of DrainInstance failed in the story (not in time), so what it does may be missing.",
        "2 runs of RebalanceCapacity failed in the story (KeyError: 'i-1'), so what it does may be missing.",
    ]


def test_what_a_function_caught_is_told_once() -> None:
    bug = ("cannot rebalance the cluster", KeyError("i-1"))

    [said] = failed_runs(stage(bugs=(bug, bug)))

    assert said.endswith("(cannot rebalance the cluster: KeyError('i-1')), so a step may be missing.")


def test_of_what_went_well_nothing_is_said() -> None:
    assert list(failed_runs(stage(("DrainInstance", Outcome.OK, "")))) == []
