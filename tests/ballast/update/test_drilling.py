"""A drill is asked for once, of an instance with which nothing else is done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.aws.ledger_items import Books
from ballast.policy.policy import Policy
from ballast.records.command import Command, CommandKind
from ballast.records.disruption import Phase, Reason
from ballast.records.kept import Unread
from ballast.records.pause import Pause
from ballast.records.rollout import InstanceUpdate, Stage
from ballast.update.drilling import wanted_drill, why_no_drill
from tests.builders import CLUSTER, INSTANCE_ID, NOW, a_cluster, a_voluntary, after

COMMAND = Command(CommandKind.DRILL, CLUSTER, "jo", NOW, instance=INSTANCE_ID)
WANTED = wanted_drill(COMMAND, NOW)
EMPTY = Books((), (), (), ())


def test_it_is_a_drain_that_waits_and_that_nothing_forces() -> None:
    assert (WANTED.reason, WANTED.phase, WANTED.forced, WANTED.started_at) == (Reason.DRILL, Phase.WAITING, False, NOW)
    assert why_no_drill(WANTED, a_cluster(), EMPTY, NOW) is None


def test_the_same_word_heard_again_is_the_same_drill() -> None:
    again = replace(EMPTY, disruptions=(replace(WANTED, phase=Phase.DRAINING),))

    assert why_no_drill(wanted_drill(COMMAND, after(1)), a_cluster(), again, after(1)) is None


def test_a_clock_that_is_ahead_dates_nothing_to_come() -> None:
    assert wanted_drill(replace(COMMAND, at=after(3)), NOW).started_at == NOW


OTHER = "i-00000000000000009"


@pytest.mark.parametrize(
    ("books", "why"),
    [
        ({"disruptions": (a_voluntary(instance_id=INSTANCE_ID),)}, "is drained already"),
        ({"disruptions": (replace(WANTED, started_at=after(-3)),)}, "is drained already"),
        ({"disruptions": (replace(WANTED, instance_id=OTHER),)}, f"A drill of {OTHER} is under way"),
        ({"updates": (InstanceUpdate(CLUSTER, INSTANCE_ID, "r", "1.64.0", Stage.STAGED, NOW),)}, "is being updated"),
        ({"unread": (Unread(CLUSTER, f"drain#{INSTANCE_ID}", "torn"),)}, "cannot be read"),
    ],
)
def test_beside_what_is_under_way_there_is_none(books: dict[str, Any], why: str) -> None:
    assert why in (why_no_drill(WANTED, a_cluster(), replace(EMPTY, **books), NOW) or "")


def test_what_is_under_way_elsewhere_or_over_does_not_matter() -> None:
    done = InstanceUpdate(CLUSTER, INSTANCE_ID, "r", "1.64.0", Stage.DONE, NOW)
    books = replace(EMPTY, disruptions=(a_voluntary(instance_id=OTHER),), updates=(done,))

    assert why_no_drill(WANTED, a_cluster(), books, NOW) is None


def test_during_a_pause_there_is_none() -> None:
    paused = a_cluster(Policy(brake=Pause(CLUSTER, "jo", NOW, after(60))))

    assert "nothing voluntary begins" in (why_no_drill(WANTED, paused, EMPTY, NOW) or "")
