"""What on-call reads about stored items that nobody can read."""

from __future__ import annotations

import pytest

from ballast.records.kept import Unread
from ballast.records.watch import Watch
from ballast.words.notice import EVERY_CLUSTER
from ballast.words.unread import key, readable, replaced, unreadable
from tests.builders import NOW, a_cluster, a_watch, after

WATCH: Watch = a_watch(subject="drain#i-1")


@pytest.mark.parametrize(
    ("item", "impact"),
    [
        ("drain#i-1", "if it has to go, it is drained all the same"),
        ("rollout#aws-ecs-2#x86_64", "Its rollout stands still"),
        ("#in-flight", "before Ballast has counted its drains anew"),
        ("something", "It is skipped."),
    ],
)
def test_each_kind_of_item_says_what_comes_of_it(item: str, impact: str) -> None:
    assert impact in unreadable(a_cluster(), WATCH, Unread("prod", item, "phase is '?'"), NOW).impact


def test_its_end_closes_the_incident_of_its_beginning() -> None:
    lost = unreadable(a_cluster(), WATCH, Unread("prod", "drain#i-1", "phase is '?'"), NOW)
    back = readable(a_cluster(), WATCH, after(9))

    assert lost.incident == back.incident
    assert (lost.closes_incident, back.closes_incident) == (False, True)


def test_what_ballast_writes_anew_is_told_once_a_day_at_most_for_each_key_as_it_can_be_printed() -> None:
    unread = Unread("Conversations", "a\nb", "it is no JSON")

    assert key(unread) == "a\\nb"
    assert (replaced(unread, NOW).cluster, replaced(unread, NOW).incident) == (
        EVERY_CLUSTER,
        replaced(unread, after(9)).incident,
    )
