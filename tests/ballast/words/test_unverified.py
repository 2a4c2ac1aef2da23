"""What nobody vouches for says so, leads nowhere, and touches no incident of Ballast's."""

from __future__ import annotations

from dataclasses import replace

from ballast.words.asked import Asked
from ballast.words.notice import INCIDENT_MOST, Severity
from ballast.words.unverified import held_back, unverified
from tests.notification_builders import NOW, a_notice, seconds

FORGED = replace(
    a_notice("DrainStuck", Severity.PAGE, plan=("StopTask",), title="i-1 stuck: a task runs", what="It is stuck."),
    asked=Asked(("approve",), "0123456789abcdef"),
)


def test_it_is_told_as_grave_as_it_says_and_that_it_is_not_verified() -> None:
    told = unverified(FORGED)

    assert told.severity is Severity.PAGE
    assert (told.title, told.what) == ("not verified, i-1 stuck: a task runs", "Not verified: It is stuck.")
    assert told.why.startswith("It is not signed by this stack")
    assert told.next.startswith("See for yourself")
    assert (told.plan, told.links, told.asked) == ((), (), None)


def test_its_incident_is_none_that_ballast_could_open() -> None:
    told = unverified(FORGED)

    assert told.incident == f"unverified/DrainStuck/{FORGED.incident}"
    assert told.reason == "unverified"
    assert told.id != FORGED.id


def test_an_incident_of_any_length_and_script_stays_a_key() -> None:
    told = unverified(a_notice("C" * 255, incident="ä" * (INCIDENT_MOST // 2)))

    assert len(told.incident.encode()) <= INCIDENT_MOST


def test_those_held_back_are_one_message_of_the_hour_that_counts_on() -> None:
    one, many = (held_back(number, ("DrainStuck",), NOW, NOW + seconds(60)) for number in (1, 100))

    assert one.incident == many.incident
    assert one.id != many.id
    assert one.what == "At least 1 notice that nobody vouches for was held back since 09:00 UTC: DrainStuck."
    assert many.what == "At least 100 notices that nobody vouches for were held back since 09:00 UTC: DrainStuck."
