"""`ballast doctor` where there is nothing to look at; what it finds in a stack is in the first hour (test_first_hour.py)."""

from __future__ import annotations

from tests.e2e.looking import Account


def test_a_stack_that_is_not_there_is_a_finding_and_no_traceback(here: Account) -> None:
    told = here.ballast("doctor", "--stack", "nowhere")

    assert (told.returncode, told.stderr) == (1, "")
    assert "There is no stack of this name in this Region" in told.stdout
    assert "ballast doctor --stack ballast" in told.stdout
