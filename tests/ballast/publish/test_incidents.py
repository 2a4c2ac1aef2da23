"""How far one incident has come, and whether it needs somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce

import pytest

from ballast.publish.incidents import MOST_NEEDS, Need, Progress, incident_key, with_need, with_notice, worst_of
from ballast.words.notice import Notice, Severity
from tests.notification_builders import NOW, a_notice, seconds

BEGUN, PAGE = a_notice(), a_notice("DrainStuck", Severity.PAGE, at=NOW + seconds(5), title="i-1 stuck: a task runs")
OVER = a_notice("InstanceGone", at=NOW + seconds(9), closes=True)


def after(*notices: Notice) -> Progress:
    return reduce(with_notice, notices, Progress())


def needs_of(*notices: Notice) -> Mapping[str, Need]:
    needs: Mapping[str, Need] = {}
    known: dict[str, Progress] = {}
    for notice in notices:
        known[notice.incident] = with_notice(known.get(notice.incident, Progress()), notice)
        needs = with_need(needs, notice.incident, known[notice.incident], notice)
    return needs


def test_in_whatever_order_its_notices_come_it_stands_where_the_last_of_them_says() -> None:
    for order in ((BEGUN, PAGE, OVER), (OVER, PAGE, BEGUN), (PAGE, OVER, BEGUN)):
        one = after(*order)
        assert (one.latest, one.at, one.stands) == ("InstanceGone", OVER.at, Severity.INFO)
        assert (one.severity, one.closed, one.has_instance) == (Severity.PAGE, True, True)
        assert one.codes == {"DrainStarted", "DrainStuck", "InstanceGone"}


def test_what_was_over_when_it_was_first_told_is_an_announcement() -> None:
    assert after(OVER).is_announcement
    assert not after(BEGUN, OVER).is_announcement
    assert not after(BEGUN).is_announcement


def test_a_page_that_has_ended_meanwhile_wakes_nobody_unless_it_is_an_announcement() -> None:
    told_at_once = a_notice("Recalled", Severity.PAGE, closes=True)

    assert after(BEGUN, PAGE).worth_telling is Severity.PAGE
    assert after(BEGUN, PAGE, OVER).worth_telling is Severity.TICKET
    assert after(told_at_once).worth_telling is Severity.PAGE


@pytest.mark.parametrize(
    ("told", "untold"), [(None, True), (Severity.INFO, True), (Severity.TICKET, True), (Severity.PAGE, False)]
)
def test_it_is_untold_while_it_is_known_by_less_than_it_is_worth(told: Severity | None, *, untold: bool) -> None:
    assert replace(after(PAGE), told=told).untold is untold


def test_a_step_is_known_and_a_later_telling_of_it_is_not() -> None:
    third = a_notice("Progress", repeat=3)
    one = after(third)

    assert one.has(third)
    assert one.has(replace(third, repeat=2))
    assert not one.has(replace(third, repeat=4))
    assert not one.has(BEGUN)


def test_who_needs_somebody_is_kept_with_the_cause_until_it_moves_on() -> None:
    [need] = needs_of(BEGUN, PAGE).values()

    assert (need.about, need.cause, need.severity) == (PAGE.instance, "a task runs", Severity.PAGE)
    assert needs_of(BEGUN, PAGE, OVER) == {}
    assert needs_of(OVER, PAGE) == {}  # which is no news of where it stands


def test_the_gravest_are_kept_and_of_these_the_earliest() -> None:
    tickets = [
        a_notice("Lost", Severity.TICKET, incident=f"t{n:02}", at=NOW + seconds(n)) for n in range(MOST_NEEDS + 3)
    ]
    page = a_notice("DrainStuck", Severity.PAGE, incident="p", at=NOW + seconds(99))

    assert list(needs_of(*tickets, page)) == ["p", *(f"t{n:02}" for n in range(MOST_NEEDS - 1))]


def test_names_of_incidents_are_short_and_differ_and_nothing_is_the_least_severity() -> None:
    assert len({incident_key(f"prod/{n}") for n in range(100)}) == 100
    assert len(incident_key("x" * 1_000)) == 16
    assert worst_of(()) is Severity.INFO
    assert worst_of((Severity.TICKET, Severity.PAGE, Severity.INFO)) is Severity.PAGE
