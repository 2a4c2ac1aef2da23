"""A conversation counts right whatever the order, and keeps small."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from ballast.aws.conversation_text import from_texts, to_texts
from ballast.words.notice import Notice, Severity
from ballast.words.shortened import MOST_PLAN_LINES
from tests.ballast.publish.any_order import some_notices, told
from tests.notification_builders import NOW, a_notice, progress, seconds


@settings(max_examples=60, deadline=None)
@given(notices=some_notices(), data=st.data())
def test_any_order_and_any_duplicates_give_the_same_counts(notices: list[Notice], data: st.DataObject) -> None:
    unique = list({notice.id: notice for notice in notices}.values())
    mixed = data.draw(st.permutations([*unique, *data.draw(st.lists(st.sampled_from(unique)))]))

    one, other = told(*unique), told(*mixed)

    assert one.counts_by_code == other.counts_by_code
    assert one.incidents == other.incidents
    assert (one.closed, one.severity, one.headline) == (other.closed, other.severity, other.headline)


def test_a_notice_that_is_known_changes_nothing() -> None:
    conversation = told(a_notice())

    assert conversation.tell(a_notice()) is conversation


def test_a_long_plan_is_cut_and_says_by_how_much() -> None:
    conversation = told(a_notice(plan=tuple(f"stop task {n}" for n in range(40))))

    assert conversation.headline.plan[MOST_PLAN_LINES:] == ("+30 more",)


def test_the_headline_is_the_worst_open_notice_then_the_latest() -> None:
    stuck = a_notice("DrainStuck", Severity.PAGE, instance="i-1", at=NOW + seconds(60))
    other = a_notice("DrainStarted", instance="i-2", at=NOW + seconds(90))
    gone = a_notice("InstanceGone", instance="i-1", at=NOW + seconds(120), closes=True)

    assert told(stuck, other).headline == stuck
    assert told(stuck, other, gone).headline == gone
    assert told(stuck, other, gone).severity is Severity.INFO


def test_a_conversation_is_closed_when_its_last_incident_is() -> None:
    one = a_notice("InstanceGone", instance="i-1", closes=True)
    other = a_notice("InstanceGone", instance="i-2", closes=True)

    assert not told(a_notice(instance="i-2"), one).closed
    assert told(a_notice(instance="i-2"), one, other).closed


@settings(max_examples=60, deadline=None)
@given(numbers=st.lists(st.integers(1, 10), min_size=1, max_size=12))
def test_repeated_progress_arrives_in_any_order_and_the_newest_stands(numbers: list[int]) -> None:
    conversation = told(*(progress(number) for number in numbers))

    assert conversation.headline == progress(max(numbers))
    assert conversation.counts_by_code == {"BottlerocketRolloutProgress": 1}
    assert from_texts(to_texts(conversation)) == conversation


def test_progress_that_is_older_or_known_changes_nothing() -> None:
    conversation = told(progress(3))

    assert conversation.tell(progress(2)) is conversation
    assert conversation.tell(progress(3)) is conversation
    assert conversation.tell(progress(4)) is not conversation


def test_of_two_tellings_in_one_second_the_higher_number_is_newer() -> None:
    conversation = told(progress(9, at=NOW), progress(10, at=NOW))

    assert conversation.headline.repeat == 10


def test_progress_without_end_keeps_small() -> None:
    few, many = (told(*(progress(n, what="It moves on.") for n in range(1, most))) for most in (10, 500))

    assert len(to_texts(many)[0]) <= len(to_texts(few)[0]) + 16


def test_progress_takes_the_place_of_a_ticket_that_asked_for_something() -> None:
    planned = replace(progress(0), code="BottlerocketRolloutPlanned", severity=Severity.TICKET)

    assert told(planned).severity is Severity.TICKET
    assert told(planned, progress(1)).headline == progress(1)
    assert told(planned, progress(1)).severity is Severity.INFO


def test_a_page_stands_whatever_moves_on_behind_it() -> None:
    halted = replace(progress(2), code="BottlerocketRolloutHalted", severity=Severity.PAGE, repeat=0)

    assert told(progress(1), halted, progress(3)).headline == halted
    assert told(progress(1), halted, progress(3)).severity is Severity.PAGE


def test_a_ticket_after_progress_stands() -> None:
    halted = replace(progress(2), code="BottlerocketRolloutHalted", severity=Severity.TICKET, repeat=0)

    assert told(progress(1), halted).headline == halted


def test_progress_of_one_rollout_hides_no_ticket_of_another() -> None:
    other = replace(progress(0), severity=Severity.TICKET, incident="prod/rollout/other")

    assert told(other, progress(1)).headline == other
    assert told(other, progress(1)).severity is Severity.TICKET
