"""What on-call reads of a rollout that does not move."""

from __future__ import annotations

from datetime import datetime

import pytest

from ballast.records.rollout import RolloutState, Standstill
from ballast.words.notice import Notice, Severity
from ballast.words.standstill import stands_still
from tests.ballast.update.rollouts import a_fleet, a_host, a_rollout
from tests.builders import NOW, after

STANDS = Standstill(NOW, "the budget of the cluster is used up", after(30))


def told(state: RolloutState = RolloutState.RUNNING, until: datetime | None = None, *, ticket: bool = False) -> Notice:
    return stands_still(
        a_fleet(a_host(1)), a_rollout(state=state, total=4), STANDS, until, ticket=ticket, now=after(40)
    )


def test_it_says_for_how_long_why_and_when_it_goes_on() -> None:
    assert "has not moved for 40 min: 0 of 4" in told().what
    assert told().why == "The budget of the cluster is used up."
    assert told().next.startswith("It goes on by itself once that is over. See `ballast status")
    assert told(until=after(60)).next.startswith("It goes on by itself at 2026-11-23 10:00 UTC.")


@pytest.mark.parametrize(
    ("state", "impact"), [(RolloutState.WAITING, "None yet."), (RolloutState.RUNNING, "Running: 1 on 1.62.1. Nothing")]
)
def test_one_that_has_not_begun_leaves_nothing_half_done(state: RolloutState, impact: str) -> None:
    assert told(state).impact.startswith(impact)


def test_it_is_a_ticket_where_somebody_has_to_see_to_it() -> None:
    assert (told().severity, told(ticket=True).severity) == (Severity.INFO, Severity.TICKET)
