"""A parameter of the template is its row in the table of settings: name, default, limits, sentence, variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from ballast.policy import rebalance_settings
from ballast.policy.setting import Setting
from simulator.delivery.cloudformation import load
from simulator.delivery.parameters import parameter_values
from tests.builders import ROOT
from tools.settings_tables import EVERY, readme_table, runbook_table

TEMPLATE = load(ROOT / "template.yaml")
PARAMETERS: dict[str, dict[str, Any]] = TEMPLATE["Parameters"]
ROWS = [row for row in EVERY if row.parameter]
# CloudFormation's patterns and ranges cannot say these: they may let more through than the reader, never less.
LOOSE = {"Digest", "UpdateWindows", "UpdateWaves", "RebalanceWindows", "RebalanceSpare"}

WRITTEN = [
    *(
        "",
        " ",
        "true",
        "false",
        "True",
        "yes",
        "off",
        "?",
        "-1",
        "1.5",
        "1e2",
        "007",
        "00060",
        "100000",
        "\N{ARABIC-INDIC DIGIT SEVEN}",
    ),
    *("0%", "10%", "99%", "100%", "101%", "1000%", "%", "010%", "10 %", "-5%", "9999", "99999"),
    *("0 percent", "5 percent", "99 percent", "100 percent", "101 percent", "5  percent", "5percent", " percent"),
    *(
        "100",
        "10 30 100",
        "50 20 100",
        "10  30 100",
        " 10 100 ",
        "010 100",
        "0100",
        "10,100",
        "10 30",
        "0 100",
        "100 100",
    ),
    *("50\t100", "5 25 50 75 100", "99 100", "100 99"),
    "0 2 * * tue-thu for 4h in Europe/Berlin",
    "0 2 any any tue-thu FOR 90m In UTC",
    "0 2 * * tue  for  4h\tin  UTC and 0 4 * * * for 1h30m in Europe/Berlin",
    *("0 2 * * tue for 4h in Europe/Atlantis", "0 2 * * * for 8d in UTC", "for in", "at night", "0 2 * * * for 4h"),
    *(
        "Christmas",
        "Christmas  arn:aws:ssm:eu-central-1:123456789012:document/Holidays",
        "a,b",
        "a;b",
        "a+b",
        "a=b",
        "é",
    ),
    *("prod", "prod,stage", "prod, stage", "arn:aws:ecs:x:1:cluster/prod", "a" * 255, "a" * 256, "prod,"),
    *("me@example.com", "me@", "@", "a b@example.com", "a@b@c", "two\nlines"),
    *("C0123456789", "C0123456", "general", "G012345678", "c0123456789", "X0123456789"),
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:slack-AbCdEf",
    "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:s",
    "arn:aws:secretsmanager:eu-central-1:1234:secret:slack",
    *(
        "https://wiki.example.com/ballast",
        "http://wiki.example.com",
        "https://a#b",
        "https://a b",
        "https://",
        'https://a"b',
    ),
    *("https://" + "a" * 400, "https://" + "a" * 401),
    *("0.02", "0.00005", ".5", "1000", "999.9999", "0,02", "2 USD"),
    *("m7i.*=0.6", "m7i.any=0.6 c7g.large=1", "m7i=0.6", "m7i.*=0", "m7i.*=0.00", "m7i.*=1.5", "m7i.*=0.6, c7g.*=0.5"),
    *("3 x api:7", "3 x api plus 1 x batch:2 on spot", "0 x api", "x api", "3 x api during night", "3 api", "3 x a b"),
    "2 x api:7 on web during 0 8 any any mon-fri for 10h in UTC",
]


def numbers() -> Iterator[int]:
    """Every limit that anybody names, and what stands beside it."""
    named = {int(limit) for row in EVERY for limit in re.findall(r"\d+", row.reader.limits)}
    named |= {int(each[limit]) for each in PARAMETERS.values() for limit in ("MinValue", "MaxValue") if limit in each}
    yield from sorted({near for limit in named for near in (limit - 1, limit, limit + 1)})


def choices() -> set[str]:
    of_template = {str(value) for each in PARAMETERS.values() for value in each.get("AllowedValues", [])}
    of_rows = {word for row in EVERY for word in re.findall("`([a-z-]+)`", row.reader.values)}
    return {spelled for word in of_template | of_rows for spelled in (word, word.upper(), f" {word}")}


CORPUS = sorted({*WRITTEN, *map(str, numbers()), *choices()})


def cloudformation_takes(row: Setting, text: str) -> bool:
    try:
        parameter_values({row.parameter: PARAMETERS[row.parameter]}, {row.parameter: text})
    except ValueError:
        return False
    return True


def the_row_takes(row: Setting, text: str) -> bool:
    try:
        row.reader.read(text)
    except ValueError:
        return False
    return True


def test_each_parameter_has_one_row() -> None:
    assert sorted(row.parameter for row in ROWS) == sorted(PARAMETERS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.parameter)
def test_a_parameter_has_the_default_of_its_row_which_both_take(row: Setting) -> None:
    assert row.default == str(PARAMETERS[row.parameter]["Default"])
    assert cloudformation_takes(row, row.default)
    assert the_row_takes(row, row.default)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.parameter)
def test_cloudformation_takes_what_the_row_takes_and_nothing_else_that_it_can_refuse(row: Setting) -> None:
    by_row = {text for text in CORPUS if the_row_takes(row, text)}
    by_template = {text for text in CORPUS if cloudformation_takes(row, text)}

    assert by_row - by_template == set()
    if row.reader.limits:  # a Number may have a fraction, an exponent or spaces around it
        by_template = {text for text in by_template if re.fullmatch("[0-9]{1,5}", text)}
    if row.parameter not in LOOSE:
        assert by_template - by_row == set()


@pytest.mark.parametrize("name", sorted(LOOSE))
def test_what_a_pattern_can_refuse_of_windows_and_waves_it_refuses(name: str) -> None:
    [row] = [row for row in ROWS if row.parameter == name]

    assert [text for text in ("at night", "10 30", "?", "50%") if cloudformation_takes(row, text)] == []


def test_the_corpus_has_right_and_wrong_values_for_every_parameter() -> None:
    for row in ROWS:
        assert {the_row_takes(row, text) for text in CORPUS} == {True, False}, row.parameter


@pytest.mark.parametrize("row", [row for row in ROWS if "ConstraintDescription" in PARAMETERS[row.parameter]])
def test_cloudformation_refuses_in_the_words_of_the_ticket(row: Setting) -> None:
    assert PARAMETERS[row.parameter]["ConstraintDescription"] == f"must be {row.reader.expected}"


@pytest.mark.parametrize("function", ["DrainInstance", "UpdateBottlerocket", "RebalanceCapacity"])
def test_a_function_with_a_policy_has_every_variable_of_it(function: str) -> None:
    variables = TEMPLATE["Resources"][function]["Properties"]["Environment"]["Variables"]
    of_rebalancing = {row.parameter for row in rebalance_settings.REBALANCE_SETTINGS}
    of_policy: dict[str, Any] = {
        row.variable: {"Ref": row.parameter}
        for row in ROWS
        if row.field and (row.parameter not in of_rebalancing or function == "RebalanceCapacity")
    }

    assert {name: variables.get(name) for name in of_policy} == of_policy


def test_the_tables_have_a_line_for_each_row_with_its_limits() -> None:
    parameters, tags = readme_table().splitlines()[2:], runbook_table().splitlines()[2:]

    assert len(parameters) == len(ROWS)
    assert len(tags) == len([row for row in EVERY if row.tag])
    assert parameters[0] == "| `DryRun` | `true` | report what Ballast would do without doing it | |"
    assert "| `AgentLostMinutes` | `10` | after which a disconnected agent is reported (2 to 1440) | |" in parameters
    assert (
        "| `ballast:scale-in-deadline-minutes` | whole number from 5 to 2880 | `ScaleInDeadlineMinutes` "
        "| how long an instance held by our hook may drain |"
    ) in tags
    assert "| `ballast:update-now` | version such as `1.64.0` | | this version needs no bake time |" in tags
