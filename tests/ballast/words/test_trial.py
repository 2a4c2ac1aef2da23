"""What is said when somebody tries whether messages arrive."""

from __future__ import annotations

from dataclasses import replace

from ballast.records.command import CommandKind
from ballast.words.notice import EVERY_CLUSTER, Severity
from ballast.words.trial import incident_of, trial
from tests.ballast.update.rollouts import a_command
from tests.builders import NOW, a_cluster, after

TRY = a_command(CommandKind.TEST, id="c-1", severity="page")


def test_it_is_as_loud_as_asked_for_says_that_it_is_a_test_and_who_wants_it_and_is_over_at_once() -> None:
    told = trial(TRY, a_cluster(), NOW)

    assert (told.severity, told.closes_incident) == (Severity.PAGE, True)
    assert told.title == "this is a test page"
    assert told.why == "jo (unverified) said test."
    assert told.impact == "None: nothing was looked at or changed."


def test_without_a_cluster_it_is_about_all_and_without_a_severity_a_ticket() -> None:
    told = trial(replace(TRY, severity=None, cluster=None), None, NOW)

    assert (told.cluster, told.links, told.severity) == (EVERY_CLUSTER, (), Severity.TICKET)


def test_heard_again_it_is_the_same_notice_and_another_one_is_another() -> None:
    assert trial(TRY, None, NOW).id == trial(TRY, None, after(3)).id
    assert incident_of(TRY) == "test/c-1"
    assert incident_of(replace(TRY, id=None)) == f"test/{TRY.at:%Y%m%dT%H%M%SZ}"
