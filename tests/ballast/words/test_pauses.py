"""What on-call reads about a brake that somebody has put on a cluster."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.records.watch import Watch, WatchKind
from ballast.words.notice import Notice
from ballast.words.pauses import pause_over, paused
from tests.builders import CLUSTER, NOW, a_brake, a_cluster, after

WATCH = Watch(CLUSTER, WatchKind.PAUSED, "x", NOW)


def told(goes_on: int = 0, set_back: int = 0, **changes: object) -> Notice:
    pause = replace(a_brake(), **changes)  # type: ignore[arg-type]  # each test names what matters
    return paused(a_cluster(), WATCH, pause, NOW, goes_on=goes_on, set_back=set_back)


@pytest.mark.parametrize(
    ("goes_on", "set_back", "ends", "says"),
    [(0, 0, "heartbeats go on.", ""), (2, 1, ": 2 drains now.", "1 drain that nothing forces is given up."),
     (1, 2, ": 1 drain now.", "2 drains that nothing forces are given up.")],
)  # fmt: skip
def test_it_says_how_many_drains_go_on_and_how_many_are_given_up(
    goes_on: int, set_back: int, ends: str, says: str
) -> None:
    impact = told(goes_on, set_back).impact

    assert impact.endswith(ends)
    assert says in impact
    assert ("given up" in impact) is bool(set_back)


def test_it_says_how_it_ends() -> None:
    assert told().next == "It ends by itself then, or with `ballast resume --cluster prod`."
    assert told(until=None).next.startswith("It does not end by itself, or with")
    assert told(cluster="").next.endswith(", or once the tag is gone.")


def test_the_end_says_whether_another_brake_still_holds() -> None:
    over, another = (pause_over(a_cluster(), WATCH, pause, after(60)) for pause in (None, a_brake(by="kim")))

    assert (over.what, over.impact) == ("The pause of prod is over.", "None.")
    assert (another.what, another.impact) == (
        "Another pause of prod takes its place.",
        "Nothing voluntary begins yet.",
    )
    assert "kim" in another.why
    assert (over.next, another.next) == ("Drains and updates that waited go on.", "It is told by itself.")
    assert (over.title, another.title) == ("pause is over: what waited goes on", "still paused: by another brake")
