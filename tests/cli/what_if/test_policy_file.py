"""A policy in a file: settings by their documented names, and what is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from ballast_cli.dump.stack_parameters import ELSEWHERE, PARAMETERS, TAGS, kept
from ballast_cli.what_if.policy_file import read_policy_file
from ballast_cli.what_if.question import PolicyFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.toml"


def test_parameters_and_tags_are_told_apart_and_numbers_become_texts(path: Path) -> None:
    path.write_text(
        'Rebalance = "on"\nUpdateBakeDays = 0\nRebalanceSavingUsd = 0.02\nPutLifecycleHooks = false\n"ballast:budget" = "20%"\n'
    )

    assert read_policy_file(path) == PolicyFile(
        "a.toml",
        {"Rebalance": "on", "UpdateBakeDays": "0", "RebalanceSavingUsd": "0.02", "PutLifecycleHooks": "false"},
        {"ballast:budget": "20%"},
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Rebalanc = 'on'", "Rebalanc is no parameter of the stack and no tag of Ballast; the nearest is Rebalance"),
        ("rebalance = 'on'", "rebalance is no parameter of the stack and no tag of Ballast; the nearest is Rebalance"),
        ("'ballast:budgets' = '1'", "the nearest is ballast:budget"),
        ("Colour = 'red'", "Colour is no parameter of the stack and no tag of Ballast; docs/what-if.md says which"),
        ("SlackChannel = 'C0123456789'", "SlackChannel is no part of what is decided, so it makes no difference here"),
        ("DryRun = 'true'", "DryRun is always played as false, so it cannot be set"),
        ("'ballast:managed' = 'false'", "ballast:managed is always played as true, so it cannot be set"),
        ("Rebalance = 'sometimes'", "Rebalance is 'sometimes', but must be"),
        ("UpdateBakeDays = -3", "UpdateBakeDays is '-3', but must be"),
        ("Rebalance = ['on']", 'Rebalance must be a text in quotes, as in Rebalance = "report"'),
        ("[parameters]\nRebalance = 'on'", "parameters is no parameter of the stack"),
        ("Rebalance = on", "is no TOML: Invalid value (at line 1, column 13)"),
        ("Rebalance = 'on'\nRebalance = 'off'", "is no TOML: Cannot overwrite a value"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence_that_names_the_file(path: Path, text: str, said: str) -> None:
    path.write_text(text)

    with pytest.raises(ValueError) as told:  # noqa: PT011 - the sentence is compared
        read_policy_file(path)

    assert str(told.value).startswith(str(path))
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_that_is_not_there_or_no_text_is_named(path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        read_policy_file(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="no text in UTF-8"):
        read_policy_file(path)


def test_every_setting_is_either_asked_for_or_of_no_matter() -> None:
    assert {"DisruptionBudget", "Rebalance", "UpdateStrategy", "Repair"} <= PARAMETERS.keys()
    assert {"ballast:budget", "ballast:rebalance", "ballast:paused"} <= TAGS.keys()
    assert not ELSEWHERE & PARAMETERS.keys()
    assert kept({"Rebalance": "on", "SlackSecretArn": "arn:aws:…", "Unknown": "1"}) == {"Rebalance": "on"}
