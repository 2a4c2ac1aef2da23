"""A setting of rebalancing is read from its parameter or its tag; what cannot be read is named, and begins nothing."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest

from ballast.policy.policy import Policy, read_policy
from ballast.policy.rebalance_settings import (
    OF_POLICY,
    OF_TAG,
    REBALANCE_SETTINGS,
    Asked,
    asked_of,
    rebalance_defaults,
)
from ballast.policy.rebalancing import Rebalance, RebalancePolicy, Spare
from ballast.policy.settings import BY_TAG, SETTINGS
from ballast.policy.windows import read_windows
from tests.ballast.policy.test_settings import TAG_VALUE

REPORT = Rebalance.REPORT


def test_every_field_of_the_policy_has_one_row_and_its_default() -> None:
    assert sorted(row.field for row in OF_POLICY) == sorted(each.name for each in fields(RebalancePolicy))
    assert rebalance_defaults({row.variable: row.default or "" for row in OF_POLICY}) == Asked()


def test_no_name_is_that_of_another_setting() -> None:
    of_others = {name for row in SETTINGS for name in (row.parameter, row.tag) if name}

    assert of_others & {name for row in REBALANCE_SETTINGS for name in (row.parameter, row.tag)} == set()


def test_nothing_but_the_report_is_on_by_default() -> None:
    policy = RebalancePolicy()

    assert policy.rebalance is REPORT
    assert not any((policy.scale_out, policy.headroom, policy.consolidate, policy.replace, policy.launch_instances))


@pytest.mark.parametrize(
    ("tag", "value", "field", "read"),
    [
        ("", "on", "rebalance", Rebalance.ON),
        ("-scale-out", "on", "scale_out", True),
        ("-saving-usd", "0.02", "saving_usd_per_hour_per_move", 0.02),
        ("-saving-usd", "", "saving_usd_per_hour_per_move", None),
        ("-rest-minutes", "45", "rest", timedelta(minutes=45)),
        ("-price-factors", "m7i.any=0.6 c7g.large=1", "price_factors", {"m7i.*": 0.6, "c7g.large": 1.0}),
        ("-spare", "3 x api:7 plus 1 x batch on spot", "spare", (Spare("api:7", 3), Spare("batch", 1, "spot"))),
        (
            "-spare",
            "2 x api during 0 8 any any mon-fri for 10h in UTC and 0 8 any any sat for 2h in UTC",
            "spare",
            (Spare("api", 2, None, read_windows("0 8 * * mon-fri for 10h in UTC and 0 8 * * sat for 2h in UTC")),),
        ),
    ],
)
def test_a_tag_says_what_a_parameter_may(tag: str, value: str, field: str, read: object) -> None:
    name = f"ballast:rebalance{tag}"
    by_tag = asked_of(Asked(), {name: value})
    by_parameter = rebalance_defaults({OF_TAG[name].variable: value})

    assert TAG_VALUE.fullmatch(value)
    assert by_tag == by_parameter
    assert (getattr(by_tag.policy, field), by_tag.unreadable) == (read, ())


@pytest.mark.parametrize(
    ("tag", "value", "words"),
    [
        ("", "yes", "off, report or on"),
        ("-consolidate", "true", "on or off"),
        ("-saving-usd", "-1", "an amount such as 0.02"),
        ("-saving-usd", "nan", "an amount such as 0.02"),
        ("-price-factors", "m7i=0.6", "instance types or families"),
        ("-price-factors", "m7i.any=0", "factors from 0.01 to 1"),
        ("-spare", "0 x api", "but 0 x api is not as 3 x api:7"),
        ("-spare", "3 x api during", "copies of task definitions"),
        ("-spare", "3 x api during night", "is not"),
        ("-windows", "at night", "several joined by ' and '"),
        ("-headrom", "on", "one of ballast:rebalance, "),
    ],
)
def test_what_cannot_be_read_is_named_and_its_default_holds(tag: str, value: str, words: str) -> None:
    asked = asked_of(Asked(), {f"ballast:rebalance{tag}": value})

    [(name, written, expected)] = asked.unreadable
    assert (name, written) == (f"ballast:rebalance{tag}", value)
    assert words in expected
    assert asked.policy == RebalancePolicy()


def test_a_parameter_that_cannot_be_read_is_no_matter_where_the_tag_can() -> None:
    defaults = rebalance_defaults({"REBALANCE_WINDOWS": "at night for 4h in Atlantis"})

    assert [name for name, _, _ in asked_of(defaults, {}).unreadable] == ["RebalanceWindows"]
    assert asked_of(defaults, {"ballast:rebalance-windows": ""}).unreadable == ()


@pytest.mark.parametrize(
    ("tags", "named"), [({"ballast:rebalance": "on"}, "ballast:rebalance"), ({}, "Rebalance")], ids=["tag", "parameter"]
)
def test_more_than_the_role_grants_is_reported_and_named(tags: dict[str, str], named: str) -> None:
    defaults = rebalance_defaults({} if tags else {"REBALANCE": "on"})
    asked = asked_of(defaults, tags, may=REPORT)

    assert asked.policy.rebalance is REPORT
    assert asked.unreadable == ()  # what would be done is told all the same
    assert [name for name, _, _ in asked.beyond] == [named]
    assert "RebalanceRights is report" in asked.beyond[0][2]


def test_drains_and_updates_go_on_whatever_a_tag_of_rebalancing_holds() -> None:
    tags = {"ballast:rebalance": "yes", "ballast:rebalance-headrom": "on", "ballast:rebalance-recommendation": "drain"}

    policy = read_policy(Policy(), tags)

    assert policy.unreadable == ()
    assert policy.on_rebalance == "drain"
    assert "ballast:rebalance-recommendation" in BY_TAG
    assert "ballast:rebalanced" in read_policy(Policy(), {"ballast:rebalanced": "on"}).unreadable[0]
