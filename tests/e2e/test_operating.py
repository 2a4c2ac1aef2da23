"""The command line against the same deployment."""

from __future__ import annotations

import json

from tests.e2e.looking import Account


def test_a_pause_is_answered_shown_and_ended(here: Account) -> None:
    here.eventually("Ballast has found the cluster", lambda: here.hooks("still"))
    paused = here.ballast("pause", "--cluster", "still", "--for", "1h", "--reason", "e2e", "--json")
    assert json.loads(paused.stdout)["ok"], paused.stderr
    assert "pause" in here.ballast("status", "--cluster", "still").stdout.lower()
    assert here.ballast("resume", "--cluster", "still").returncode == 0


def test_a_mistake_is_one_sentence(here: Account) -> None:
    wrong = here.ballast("status", "--stack", "nowhere")

    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1)
    assert "no stack nowhere" in wrong.stderr
