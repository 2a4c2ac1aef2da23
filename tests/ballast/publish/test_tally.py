"""Each thing counts once, when it is first heard, whatever order and however often its notices come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ballast.publish.tally import BY_CODE, Kind, counted, entries
from ballast.words.codes import UNVERIFIED, Code
from ballast.words.digest import BLOCKED, DONE, Counts
from ballast.words.notice import Notice, Severity
from tests.notification_builders import NOW, a_notice, seconds

DAY = timedelta(days=1)


def told(code: str, n: int = 1, *, severity: Severity = Severity.INFO, **figures: int) -> Notice:
    return replace(a_notice(code, severity, instance=f"i-{n}"), figures=figures)


def of(*notices: Notice, heard_at: datetime = NOW, **period: Any) -> Counts:
    kept = [entry for notice in notices for entry in entries(notice, heard_at)]
    return counted(kept, period.get("since", NOW), period.get("until", NOW + DAY))


def test_what_drained_is_counted_by_instance_with_the_tasks_that_were_on_it() -> None:
    found = of(told("DrainFinished", 1, tasks=4), told("DrainFinished", 2, tasks=3), told("SpotInterruption", 3))

    assert found.numbers == {Kind.DRAINED: 2}
    assert found.sums == {Kind.DRAINED: 7}


def test_an_instance_that_is_empty_in_two_ways_is_one() -> None:
    empty = told("DrainFinished", 1, tasks=4)
    alone = replace(told("DrainedOutsideGroup", 1, severity=Severity.TICKET), incident=empty.incident)

    found = of(empty, alone)

    assert found.numbers == {Kind.DRAINED: 1, Kind.TICKET: 1}
    assert found.sums[Kind.DRAINED] == 4


def test_a_sum_of_which_a_part_is_missing_is_not_known() -> None:
    assert Kind.DRAINED not in of(told("DrainFinished", 1, tasks=4), told("DrainFinished", 2)).sums


def test_what_was_not_done_or_is_not_vouched_for_or_was_a_trial_does_not_count() -> None:
    dry = replace(told("DrainFinished", tasks=1), dry_run=True)
    forged = replace(told("DrainStuck", severity=Severity.PAGE), reason=UNVERIFIED)

    assert of(dry, forged, told(Code.TEST, severity=Severity.PAGE)).numbers == {}


def test_an_incident_that_pages_twice_is_one_page() -> None:
    stuck = told("DrainStuck", severity=Severity.PAGE)

    assert of(stuck, replace(stuck, code="DrainForced")).numbers == {Kind.LATE: 1, Kind.PAGE: 1}


def test_of_what_is_blocked_the_last_report_of_each_cluster_counts_also_in_dry_run() -> None:
    def report(cluster: str, hour: int, micro: int) -> Notice:
        notice = a_notice("RebalanceReport", instance=None, cluster=cluster, incident=f"{cluster}/{hour}", dry_run=True)
        return replace(notice, at=NOW + timedelta(hours=hour), figures={"blockedMicroUsdPerHour": micro})

    found = of(report("prod", 2, 7), report("prod", 1, 9), report("stage", 1, 5))

    assert found.blocked == {"prod": 7, "stage": 5}
    assert not found.any  # a report is nothing that happened


NOTICES = [
    told("DrainFinished", 1, tasks=4),
    told("DrainFinished", 2, tasks=1),
    told("GivenBack", 3, savedMicroUsdPerHour=192_000),
    told("DrainStuck", 4, severity=Severity.PAGE),
    told("TasksCutOff", 5, severity=Severity.TICKET, tasks=2),
]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3 * 86_400)), min_size=1, max_size=40))
def test_the_digests_of_all_days_sum_to_each_thing_once(heard: list[tuple[int, int]]) -> None:
    """However often, late and out of order they are heard."""
    kept = [entry for n, at_s in heard for entry in entries(NOTICES[n], NOW + seconds(at_s))]
    ends = [NOW + n * DAY for n in range(1, 5)]
    days = [
        counted([one for one in kept if one.heard_at < end], end - DAY, end) for end in ends
    ]  # what is known by then

    once = of(*(NOTICES[n] for n in {n for n, _ in heard}))
    for kind in Kind:
        assert sum(day.numbers.get(kind, 0) for day in days) == once.numbers.get(kind, 0)
        assert sum(day.sums.get(kind, 0) for day in days) == once.sums.get(kind, 0)


def test_every_kind_that_is_done_has_its_words_and_every_code_its_kind() -> None:
    assert set(DONE) < set(Kind)
    assert Kind(BLOCKED) is Kind.BLOCKED
    assert set(BY_CODE) <= set(Code)
    assert set(Kind) - {kind for kind, _ in BY_CODE.values()} == {Kind.PAGE, Kind.TICKET}
