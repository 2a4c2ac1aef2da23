"""Why a rollout was halted, in a sentence and in the few words of a title."""

from __future__ import annotations

import pytest

from ballast.words.halts import sentence, short_cause


@pytest.mark.parametrize(
    ("said", "short"),
    [
        ("AWS has recalled 1.64.0 of aws-ecs-2", "AWS recalled it"),
        ("the canary i-1 failed: it did not come back within 15 min", "canary did not return"),
        ("the canary i-1 failed: it booted into 1.62.1 again instead of 1.64.0", "canary fell back to 1.62.1"),
        ("the canary i-1 failed: its tasks did not move in time", "canary was not empty in time"),
        ("the canary i-1 failed: it is not online.", "canary failed: is not online"),
        ("3 instances failed, more than 2", "3 instances failed"),
        ("CloudWatch alarm errors is in ALARM since 09:00", "alarm errors rings"),
        ("jo (unverified) halted it: logs  look\nodd", "by jo (unverified): logs look odd"),
        ("jo (unverified) halted it", "by jo (unverified)"),
        ("something new.", "something new"),
        (None, "nobody said why"),
    ],
)
def test_a_title_has_the_cause_without_ids_and_particulars(said: str | None, short: str) -> None:
    assert short_cause(said) == short


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the canary failed", "The canary failed."),
        ("it fell back.", "It fell back."),
        ("i-1 failed", "i-1 failed."),
        ("service:api: a task runs", "service:api: a task runs."),
        ("jo (unverified) halted it", "jo (unverified) halted it."),
    ],
)
def test_a_sentence_begins_with_a_capital_unless_it_is_a_name_and_has_one_full_stop(text: str, said: str) -> None:
    assert sentence(text) == said
