"""Since when an instance is ill: without a break, and not from before it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ballast.facts.health import Health
from ballast.facts.view import ContainerInstance
from ballast.plans.actions import RecordWatch
from ballast.records.repair import Signal
from ballast.records.watch import Watch
from ballast.repair.illness import is_answered, lasting, plan_illness
from ballast.repair.signals import signs
from tests.ballast.repair.builders import a_health, a_host, a_lost_host, an_id, an_ill
from tests.builders import NOW, after

LOST = a_health(a_lost_host(1), whole=False)
IMPAIRED = a_host(1, impaired=("CONTAINER_RUNTIME: it hangs",))


def changes(health: Health, *watches: Watch) -> Sequence[RecordWatch]:
    plans = plan_illness(health, signs(health, NOW), watches, NOW)
    return [action for plan in plans for action in plan.actions if isinstance(action, RecordWatch)]


def test_it_is_remembered_from_now_on_as_nobody_says_since_when() -> None:
    [began] = changes(LOST)

    assert began.before is None
    assert began.after == an_ill(minutes=0)


def test_what_was_answered_late_in_a_round_counts_from_the_answer() -> None:
    late = replace(LOST, answered_at=after(0.5))

    for known in ((), (an_ill(seen_at=after(-9)),)):
        [began] = changes(late, *known)
        assert began.after is not None
        assert began.after.since == after(0.5)


def test_while_it_lasts_it_is_noted_now_and_then() -> None:
    [noted] = changes(LOST, an_ill(seen_at=after(-2)))

    assert noted.after == an_ill(seen_at=NOW, revision=1)
    assert changes(LOST, an_ill(seen_at=after(-1))) == []


def test_one_that_was_lost_from_sight_or_is_ill_by_another_sign_begins_anew() -> None:
    for before in (an_ill(seen_at=after(-9)), an_ill(signal=Signal.EC2_IMPAIRED), an_ill(seen_at=None)):
        [anew] = changes(LOST, before)
        assert anew.after is not None
        assert (anew.after.since, anew.after.signal, anew.after.revision) == (NOW, Signal.AGENT_LOST, 1)


def test_what_is_over_is_forgotten() -> None:
    assert changes(a_health(whole=False), an_ill()) == [RecordWatch(an_ill(), None)]


@pytest.mark.parametrize("signal", [Signal.IMPAIRED, Signal.EC2_IMPAIRED, Signal.STARTS_FAIL, Signal.NEVER_JOINED])
def test_a_round_that_asks_only_for_agents_ends_no_other_illness(signal: Signal) -> None:
    assert changes(a_health(whole=False), an_ill(signal=signal)) == []


def test_what_could_not_be_asked_ends_nothing() -> None:
    assert changes(a_health(ec2_impaired=None), an_ill(signal=Signal.EC2_IMPAIRED)) == []
    assert changes(a_health(failed_starts=None), an_ill(signal=Signal.STARTS_FAIL)) == []
    assert not is_answered(a_health(launched=None), an_ill(99, signal=Signal.NEVER_JOINED))
    assert is_answered(a_health(), an_ill(99, signal=Signal.NEVER_JOINED))


def test_one_that_ecs_lists_no_more_is_gone() -> None:
    others: tuple[ContainerInstance, ...] = tuple(a_host(n) for n in range(2, 11))
    health = a_health(*others, everybody=others, ec2_impaired=None)

    assert changes(health, an_ill(signal=Signal.EC2_IMPAIRED)) == [
        RecordWatch(an_ill(signal=Signal.EC2_IMPAIRED), None)
    ]


def test_only_what_was_seen_before_and_is_still_so_lasts() -> None:
    found = signs(a_health(IMPAIRED, a_lost_host(2)), NOW)
    ill = (an_ill(1, signal=Signal.IMPAIRED), an_ill(2, seen_at=after(-9)), an_ill(3))

    assert lasting(ill, found, NOW) == {an_id(1): ill[0]}


def test_one_whose_group_did_not_answer_is_one_of_it_from_the_round_after_it_did() -> None:
    without = an_ill(group=None, traits=())
    found = signs(LOST, NOW)

    [known] = changes(LOST, without)

    assert lasting((without,), found, NOW) == {}
    assert known.after == an_ill(revision=1)
    assert known.after is not None
    assert lasting((known.after,), found, NOW) == {an_id(1): known.after}


def test_one_whose_group_does_not_answer_now_is_still_of_it() -> None:
    unanswered = replace(LOST, members={})

    assert changes(unanswered, an_ill(seen_at=after(-1))) == []
    assert lasting((an_ill(),), signs(unanswered, NOW), NOW) == {an_id(1): an_ill()}
