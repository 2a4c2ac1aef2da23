"""All clusters get their turn, and all of the work is done although others write at the same time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ballast.facts.view import Cluster
from ballast.shell.batch import ROUNDS, for_each_cluster, until_not_raced
from tests.builders import a_cluster

CLUSTERS = [a_cluster(name=name) for name in ("dev", "prod", "staging")]


def test_a_cluster_in_trouble_holds_up_no_other_and_is_logged_by_its_name(caplog: pytest.LogCaptureFixture) -> None:
    def step(cluster: Cluster) -> str:
        if cluster.name == "prod":
            raise ValueError("it broke")
        return cluster.name.upper()

    assert for_each_cluster(CLUSTERS, step, "cannot shout") == {"dev": "DEV", "prod": None, "staging": "STAGING"}
    [record] = caplog.records
    assert (record.message, vars(record)["cluster"]) == ("cannot shout", "prod")
    assert "it broke" in str(record.exc_info)


def test_a_function_that_is_killed_goes_on_with_no_other_cluster() -> None:
    def step(_: Cluster) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        for_each_cluster(CLUSTERS, step, "cannot")


class Steps:
    """Answers one after the other, and remembers what it was asked to work on."""

    def __init__(self, *answers: Sequence[str] | None) -> None:
        self.answers = list(answers)
        self.asked: list[list[str]] = []

    def __call__(self, work: Sequence[str]) -> Sequence[str] | None:
        self.asked.append(list(work))
        return self.answers.pop(0)


def test_what_nobody_raced_is_done_in_one_round() -> None:
    step = Steps([])
    assert until_not_raced(["a", "b"], step)
    assert step.asked == [["a", "b"]]


def test_only_what_others_changed_is_looked_at_again() -> None:
    step = Steps(["b", "c"], ["c"], [])
    assert until_not_raced(["a", "b", "c"], step)
    assert step.asked == [["a", "b", "c"], ["b", "c"], ["c"]]


def test_a_failed_round_is_not_repeated() -> None:
    step = Steps(["b"], None)
    assert not until_not_raced(["a", "b"], step)
    assert len(step.asked) == 2


def test_somebody_who_is_always_faster_leaves_the_work_undone() -> None:
    step = Steps(*[["a"]] * ROUNDS)
    assert not until_not_raced(["a"], step)
    assert step.answers == []
