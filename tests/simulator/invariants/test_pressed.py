"""The invariant can fail: somebody who is not listed has something done."""

from __future__ import annotations

import pytest

from simulator.invariants.pressed import nothing_done_for_who_is_not_listed
from simulator.stage import BUTTONS
from tests.simulator.invariants.forbidden import said_of_a_good_world, sentences


@pytest.mark.parametrize(
    ("by", "parameters", "broken"),
    [
        ("jo (Slack U0123456789)", BUTTONS, False),
        ("jo (Slack U9999999999)", BUTTONS, True),
        ("jo (Slack U0123456789)", {}, True),
        ("jo", BUTTONS, True),
    ],
)
def test_what_a_stranger_pressed_is_seen(by: str, parameters: dict[str, str], *, broken: bool) -> None:
    said = sentences(
        nothing_done_for_who_is_not_listed,
        lambda stage: stage.command("pause", "prod", id="slack-1", by=by),
        minutes=2,
        **parameters,
    )

    assert bool(said) is broken
    assert said_of_a_good_world() == []
