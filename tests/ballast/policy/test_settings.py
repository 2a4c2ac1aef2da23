"""One table: every row is whole, its limits are said in words, and the policy's fields are its fields."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields

import pytest

from ballast.policy.policy import Policy, defaults_from
from ballast.policy.setting import Setting
from ballast.policy.settings import MANAGED_TAG, OF_POLICY, POLICY_VARIABLES, SETTINGS
from ballast.policy.updates import UpdatePolicy

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html
TAG_VALUE = re.compile(r"[A-Za-z0-9 _.:/=+@-]{0,256}")
NUMBERS = [row for row in SETTINGS if row.reader.limits]


def test_no_parameter_tag_or_field_has_two_rows() -> None:
    names = [name for row in SETTINGS for name in (row.parameter, row.tag, row.field) if name]

    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_every_field_of_the_policy_has_a_row_but_what_is_made_of_them() -> None:
    made = {"updates", "unreadable", "brake"}

    assert {row.field for row in OF_POLICY if not row.of_updates} == {f.name for f in fields(Policy)} - made
    assert {row.field for row in OF_POLICY if row.of_updates} == {f.name for f in fields(UpdatePolicy)}


def test_the_parameters_defaults_are_the_policy_of_nobody_s_wishes() -> None:
    assert defaults_from({row.variable: row.default or "" for row in OF_POLICY if row.parameter}) == Policy()


def test_only_the_tag_that_makes_a_cluster_managed_is_none_of_the_policy() -> None:
    assert [row.tag for row in SETTINGS if row.tag and not row.field] == [MANAGED_TAG]


def test_a_variable_is_its_parameter_in_capitals() -> None:
    assert {"SCALE_IN_DEADLINE_MINUTES", "UPDATE_ON_HALT", "DISRUPTION_BUDGET"} <= {*POLICY_VARIABLES}


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: row.parameter or row.tag)
def test_the_limits_of_a_number_hold_and_are_said_in_words(row: Setting) -> None:
    least, most = map(int, row.reader.limits.split(" to "))

    assert f"from {row.reader.limits}" in row.reader.expected
    assert row.reader.read(str(least)) != row.reader.read(str(most))
    for wrong in (str(least - 1), str(most + 1), f"{least}.5", "", "\N{ARABIC-INDIC DIGIT SEVEN}", f" {most}"):
        with pytest.raises(ValueError, match=f"^{re.escape(wrong)}$"):
            row.reader.read(wrong)


@pytest.mark.parametrize(
    "row", [row for row in SETTINGS if "such as" in row.reader.expected], ids=lambda row: row.parameter or row.tag
)
def test_an_example_of_what_is_expected_can_be_read_and_held_by_the_tag(row: Setting) -> None:
    quoted = re.findall("such as '([^']+)'", row.reader.expected)
    examples = quoted or re.findall("such as (.+?)(?:,| or |$)", row.reader.expected)

    assert examples
    for example in examples:
        row.reader.read(example)
        assert not row.tag or TAG_VALUE.fullmatch(example)
