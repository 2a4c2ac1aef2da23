"""What is remembered of a command that was obeyed or refused."""

from __future__ import annotations

from datetime import timedelta

from ballast.records.answer import Heard, answer, heard, partition, said_again
from tests.builders import NOW

DONE = answer("c-1", ("It is halted.",), NOW, ok=True, event="e-1")


def test_answer_and_hearing_are_kept_for_two_days_in_partitions_of_their_own() -> None:
    two_days = int((NOW + timedelta(days=2)).timestamp())

    assert (DONE.expires_at, heard("c-1", NOW).expires_at) == (two_days, two_days)
    assert (DONE.cluster, heard("c-1", NOW).cluster) == (partition("c-1"), Heard.of("c-1"))
    assert partition("c-1") != Heard.of("c-1") != partition("c-2")


def test_who_uses_an_id_again_is_told_once_and_what_stood_there_stands() -> None:
    once = said_again(DONE)

    assert once.lines[0] == "It is halted."
    assert "it was done already" in once.lines[1]
    assert said_again(once) == once
    assert "it was refused already" in said_again(answer("c-2", (), NOW, ok=False)).lines[0]
