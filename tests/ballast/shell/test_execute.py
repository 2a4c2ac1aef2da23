"""The executor: one order over all plans, who goes no further, and dry run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ballast.errors import TransientError
from ballast.plans.action import Action
from ballast.plans.actions import Announce, Claim, PutHook, Record, RecordWatch, StartDraining, StopTask, Tell
from ballast.plans.plan import Plan
from ballast.shell.execute import Executor, Performer, Result, Step
from ballast.words.notice import Severity
from tests.builders import a_disruption, a_watch
from tests.notification_builders import a_notice

CLAIM, RECORD, WATCH = Claim(a_disruption()), Record(a_disruption(), None), RecordWatch(None, a_watch())
DRAIN, STOP, TELL = (
    StartDraining("prod", "ci/a"),
    StopTask("prod", "task/t", "why"),
    Tell(a_notice(severity=Severity.PAGE)),
)
ANNOUNCE = Announce("Ballast Something", {})
DONE = ("set container instance a to DRAINING", "stop task t")


class Recorded:
    """Performers that write down what they are handed; some kinds have answers of their own."""

    def __init__(self, **answers: Result) -> None:
        self.handed: list[Sequence[Step[Action]]] = []
        self._answers = answers

    def performers(self) -> tuple[Performer[Any], ...]:
        # Out of order on purpose: the place of an action counts before the row of its performer.
        kinds = (RecordWatch, Record, StartDraining, StopTask, Announce, Tell, Claim)
        return tuple(self._performer(kind) for kind in kinds)

    def _performer(self, kind: type[Action]) -> Performer[Any]:
        def perform(steps: Sequence[Step[Action]]) -> Result:
            self.handed.append(steps)
            return self._answers.get(kind.__name__, Result())

        return Performer(kind, perform)

    @property
    def done(self) -> list[Action]:
        return [action for steps in self.handed for _, action in steps]

    @property
    def kinds(self) -> list[str]:
        return [type(action).__name__ for action in self.done]


def execute(recorded: Recorded, *plans: Plan, dry_run: bool = False) -> Result:
    return Executor(recorded.performers(), dry_run).execute(plans)


def test_all_plans_are_claimed_before_one_acts_and_told_before_one_is_recorded() -> None:
    recorded = Recorded()

    assert execute(recorded, Plan("a", (RECORD, TELL, STOP, CLAIM)), Plan("b", (DRAIN, CLAIM, RECORD))) == Result()

    assert recorded.kinds == ["Claim"] * 2 + ["StartDraining", "StopTask", "Tell"] + ["Record"] * 2


def test_all_steps_of_a_kind_are_handed_over_at_once_with_the_numbers_of_their_plans() -> None:
    recorded = Recorded()
    other = StopTask("prod", "task/u", "why")

    execute(recorded, Plan("a", (STOP,)), Plan("nothing to do"), Plan("b", (STOP, other)))

    assert recorded.handed == [[(0, STOP), (2, STOP), (2, other)]]


@pytest.mark.parametrize("result", [Result(failed=frozenset({1})), Result(given_up=frozenset({1}))])
def test_a_plan_whose_step_failed_or_lost_its_race_goes_no_further(result: Result) -> None:
    recorded = Recorded(Claim=result)
    plan = Plan("a", (CLAIM, STOP, RECORD))

    assert execute(recorded, plan, plan, plan) == result

    assert [number for steps in recorded.handed[1:] for number, _ in steps] == [0, 2, 0, 2]


def test_what_fails_at_different_steps_is_answered_together() -> None:
    recorded = Recorded(Claim=Result(given_up=frozenset({0})), StopTask=Result(failed=frozenset({1})))
    plan = Plan("a", (CLAIM, STOP))

    assert execute(recorded, plan, plan) == Result(failed=frozenset({1}), given_up=frozenset({0}))


def test_a_kind_of_action_that_raises_fails_its_own_plans_only() -> None:
    recorded = Recorded()

    def refuse(_: Sequence[Step[Action]]) -> Result:
        raise TransientError("slow down")

    others = [p for p in recorded.performers() if p.kind is not StartDraining]
    plans = [Plan("a", (DRAIN, TELL)), Plan("b", (STOP, RECORD))]

    assert Executor([*others, Performer(StartDraining, refuse)], dry_run=False).execute(plans).failed == {0}

    assert recorded.done == [STOP, RECORD]


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_action_that_nobody_performs_is_refused_by_name_before_anything_is_claimed(*, dry_run: bool) -> None:
    recorded = Recorded()

    with pytest.raises(NotImplementedError, match=r"no performer of PutHook\."):
        execute(recorded, Plan("a", (CLAIM,)), Plan("b", (PutHook("web", "h", "prod"),)), dry_run=dry_run)

    assert recorded.done == []


def test_a_notice_says_what_is_done_and_stays_as_severe_as_it_is() -> None:
    recorded = Recorded()

    execute(recorded, Plan("a", (DRAIN, STOP, TELL, RECORD)))

    [told] = [action.notice for action in recorded.done if isinstance(action, Tell)]
    assert (told.plan, told.severity, told.dry_run) == (DONE, Severity.PAGE, False)


def test_dry_run_only_tells_and_remembers_what_was_told() -> None:
    recorded = Recorded()

    assert execute(recorded, Plan("a", (CLAIM, DRAIN, STOP, ANNOUNCE, TELL, RECORD, WATCH)), dry_run=True) == Result()

    assert recorded.kinds == ["Tell", "RecordWatch"]
    [told] = [action.notice for action in recorded.done if isinstance(action, Tell)]
    assert (told.plan, told.severity, told.dry_run) == (DONE, Severity.INFO, True)


def test_a_notice_beside_nothing_that_acts_keeps_its_own_plan() -> None:
    recorded = Recorded()
    execute(recorded, Plan("a report", (Tell(a_notice(plan=("would give back i-1",))),)), dry_run=True)

    [told] = [action.notice for action in recorded.done if isinstance(action, Tell)]
    assert (told.plan, told.dry_run) == (("would give back i-1",), False)


def test_in_dry_run_a_notice_of_what_others_do_is_no_rehearsal() -> None:
    recorded = Recorded()

    execute(recorded, Plan("a", (TELL, WATCH)), dry_run=True)

    assert recorded.done == [TELL, WATCH]
