"""What on-call reads about the groups of a rollout: their instance refreshes and their launch templates."""

from __future__ import annotations

import pytest

from ballast.records.rollout import RolloutState
from ballast.words import groups
from ballast.words.notice import Severity
from tests.ballast.update.rollouts import AFTER, BEFORE, a_fleet, a_host, a_rollout, a_template
from tests.ballast.words.sentences import Row, is_whole, of
from tests.builders import NOW, after

FLEET = a_fleet(a_host(1), a_host(2), a_host(3, version=AFTER))
TEMPLATE = a_template()
R = a_rollout(total=10, on_target=4)
DONE = a_rollout(state=RolloutState.DONE, total=10, on_target=10)
HALTED = a_rollout(state=RolloutState.HALTED, halted_reason="the canary i-1 failed: it fell back")

NOTICES: list[Row] = [
    (groups.refreshing(FLEET, R, "web", 1, NOW), "BottlerocketRolloutProgress", Severity.INFO, False),
    (groups.refreshed(FLEET, R, "web", NOW), "BottlerocketRolloutProgress", Severity.INFO, False),
    (groups.follows(FLEET, DONE, TEMPLATE, NOW), "BottlerocketTemplateFollows", Severity.INFO, True),
    (groups.drifts(FLEET, DONE, TEMPLATE, "x", NOW), "BottlerocketTemplateDrift", Severity.TICKET, True),
    (groups.chosen(FLEET, DONE, TEMPLATE, "x", NOW), "BottlerocketTemplateDrift", Severity.INFO, True),
    (groups.still_boots(FLEET, HALTED, TEMPLATE, "x", NOW), "BottlerocketTemplateDrift", Severity.TICKET, True),
    (groups.set_back(FLEET, HALTED, TEMPLATE, BEFORE, NOW), "BottlerocketTemplateSetBack", Severity.INFO, True),
    (groups.booted(FLEET, HALTED, ["i-1"], NOW), "BottlerocketBadReleaseBooted", Severity.TICKET, True),
]


@pytest.mark.parametrize("row", NOTICES, ids=lambda row: row[1])
def test_each_notice_is_whole_sentences_has_its_severity_and_says_whether_its_incident_is_over(row: Row) -> None:
    notice, *expected = row

    assert of(notice) == tuple(expected)
    assert is_whole(notice)


def test_a_template_is_an_incident_of_its_own_beside_its_rollout() -> None:
    drift = groups.drifts(FLEET, DONE, TEMPLATE, "x", after(9))

    assert drift.incident == f"{DONE.incident}/web"
    assert drift.incident_started_at == after(9)


@pytest.mark.parametrize(
    ("number", "begins"), [(1, "1 instance of web is replaced: another is"), (3, "3 instances of web are replaced")]
)
def test_a_refresh_says_how_many_it_replaces(number: int, begins: str) -> None:
    assert groups.refreshing(FLEET, R, "web", number, NOW).impact.startswith(begins)


def test_of_many_that_booted_a_bad_release_twenty_are_named_and_the_others_counted() -> None:
    told = groups.booted(FLEET, HALTED, [f"i-{number}" for number in range(23)], NOW)

    assert told.what.startswith("23 instances of prod came up")
    assert told.why == "The canary i-1 failed: it fell back; something still launches it."
    assert told.what.endswith(", i-19 and 3 more.")


def test_a_group_that_cannot_go_back_is_told_with_the_release_that_was_left() -> None:
    left = a_rollout(state=RolloutState.ROLLED_BACK, target=BEFORE, bad_version=AFTER)

    told = groups.still_boots(FLEET, left, TEMPLATE, "it names an image of its own", NOW)

    assert (
        told.what == f"Auto Scaling group web still launches Bottlerocket {AFTER}, which was left: it is rolled back."
    )
    assert groups.drifts(FLEET, left, a_template(boots=None), "x", NOW).title == f"web launches {AFTER}, not {BEFORE}"
    assert (
        groups.drifts(FLEET, left, a_template(boots="1.60.0"), "x", NOW).title == f"web launches 1.60.0, not {BEFORE}"
    )
    assert groups.set_back(FLEET, left, TEMPLATE, BEFORE, NOW).title == f"web launches {BEFORE} again, not {AFTER}"
    assert told.incident != groups.set_back(FLEET, left, TEMPLATE, BEFORE, NOW).incident
