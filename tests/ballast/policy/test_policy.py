"""What the operator allows: defaults of the deployment, tags of the cluster, and what is done with unreadable ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.policy.policy import OnRebalance, Outcome, Policy, StandaloneTasks, defaults_from, is_managed, read_policy
from ballast.policy.windows import holds
from tests.builders import NOW, minutes

DEFAULTS = Policy()


@pytest.mark.parametrize(
    ("budget", "instances", "allowed"),
    [
        ("3", 100, 3),
        ("3", 2, 3),
        ("0", 100, 0),
        ("10%", 100, 10),
        ("10%", 19, 1),
        ("10%", 5, 1),  # one is the least that moves
        ("10%", 0, 1),
        ("0%", 100, 0),
        ("100%", 7, 7),
        ("10 percent", 100, 10),
        ("10 percent", 5, 1),
        ("0 percent", 100, 0),
    ],
)
def test_the_budget_is_a_count_or_a_share_of_at_least_one(budget: str, instances: int, allowed: int) -> None:
    assert replace(DEFAULTS, budget=budget).budget_of(instances) == allowed


@pytest.mark.parametrize(
    ("tag", "value", "name", "read"),
    [
        ("budget", "3", "budget", "3"),
        ("budget", "100%", "budget", "100%"),
        ("budget", "10 percent", "budget", "10 percent"),  # a tag of ECS cannot hold the sign
        ("scale-in-deadline-minutes", "90", "scale_in_deadline", minutes(90)),
        ("scale-in-outcome", "force", "scale_in_outcome", Outcome.FORCE),
        ("voluntary-deadline-minutes", "5", "voluntary_deadline", minutes(5)),
        ("voluntary-deadline-minutes", "2880", "voluntary_deadline", minutes(2880)),
        ("voluntary-outcome", "escalate", "voluntary_outcome", Outcome.ESCALATE),
        ("standalone-tasks", "stop", "standalone_tasks", StandaloneTasks.STOP),
        ("rebalance-recommendation", "drain", "on_rebalance", OnRebalance.DRAIN),
        ("do-not-disrupt", "true", "opted_out", "true"),
        ("do-not-disrupt", "2026-12-01T00:00:00", "opted_out", "2026-12-01T00:00:00"),
    ],
)
def test_a_tag_of_the_cluster_overrides_the_default(tag: str, value: str, name: str, read: Any) -> None:
    assert read_policy(DEFAULTS, {f"ballast:{tag}": value}) == replace(DEFAULTS, **{name: read})


@pytest.mark.parametrize(
    ("tag", "value", "expected"),
    [
        ("budget", "half", "a whole number such as 3 or a share such as 10 percent"),
        ("budget", "101%", "a whole number such as 3 or a share such as 10 percent"),
        ("budget", "101 percent", "a whole number such as 3 or a share such as 10 percent"),
        ("budget", "-1", "a whole number such as 3 or a share such as 10 percent"),
        ("scale-in-deadline-minutes", "1h", "a whole number of minutes from 5 to 2880"),
        ("scale-in-deadline-minutes", "0", "a whole number of minutes from 5 to 2880"),
        ("scale-in-deadline-minutes", "4", "a whole number of minutes from 5 to 2880"),
        ("voluntary-deadline-minutes", "-5", "a whole number of minutes from 5 to 2880"),
        ("voluntary-deadline-minutes", "2881", "a whole number of minutes from 5 to 2880"),
        ("voluntary-deadline-minutes", "99999", "a whole number of minutes from 5 to 2880"),
        ("voluntary-deadline-minutes", "99999999999999", "a whole number of minutes from 5 to 2880"),
        ("scale-in-outcome", "rollback", "force or escalate"),
        ("voluntary-outcome", "nothing", "rollback, force or escalate"),
        ("standalone-tasks", "", "wait or stop"),
        ("rebalance-recommendation", "Drain", "ignore, notify or drain"),
        ("do-not-disrupt", "next week", "true, false or an ISO 8601 time until which it holds"),
    ],
)
def test_a_tag_that_cannot_be_read_changes_nothing_and_is_listed(tag: str, value: str, expected: str) -> None:
    policy = read_policy(DEFAULTS, {f"ballast:{tag}": value})

    assert policy == replace(DEFAULTS, unreadable=((f"ballast:{tag}", value, expected),))


def test_an_unknown_tag_of_ours_is_listed_with_those_that_exist() -> None:
    [(tag, value, expected)] = read_policy(DEFAULTS, {"ballast:bugdet": "3"}).unreadable

    assert (tag, value) == ("ballast:bugdet", "3")
    assert "ballast:budget" in expected


def test_other_tags_and_the_managed_tag_say_nothing_about_the_policy() -> None:
    assert read_policy(DEFAULTS, {"ballast:managed": "true", "Name": "prod", "budget": "x"}) == DEFAULTS


def test_one_unreadable_tag_leaves_the_readable_ones_in_force() -> None:
    policy = read_policy(DEFAULTS, {"ballast:budget": "2", "ballast:standalone-tasks": "?"})

    assert policy.budget == "2"
    assert [tag for tag, _, _ in policy.unreadable] == ["ballast:standalone-tasks"]


@given(
    st.dictionaries(
        st.sampled_from(["ballast:budget", "ballast:scale-in-deadline-minutes", "ballast:do-not-disrupt", "ballast:x"]),
        st.text(max_size=20) | st.integers().map(str),
    )
)
def test_no_text_in_a_tag_makes_reading_it_fail(tags: dict[str, str]) -> None:
    policy = read_policy(DEFAULTS, tags)

    assert {tag for tag, _, _ in policy.unreadable} <= tags.keys()
    assert NOW + policy.scale_in_deadline >= NOW
    assert policy.budget_of(10) >= 0


@pytest.mark.parametrize(
    ("value", "yes"),
    [
        (None, False),
        ("false", False),
        ("False", False),
        ("true", True),
        ("2026-11-23T09:00:01", True),
        ("2026-11-23T09:00:00", False),
        ("2026-11-23T10:30:00+02:00", False),
        ("2026-12-24", True),
        ("until Christmas", True),  # unreadable counts as yes
    ],
)
def test_do_not_disrupt_holds_for_true_and_until_its_time(value: str | None, yes: bool) -> None:  # noqa: FBT001
    assert holds(value, NOW) is yes


def test_every_default_comes_from_the_deployment() -> None:
    variables = {
        "REBALANCE_RECOMMENDATION": "drain",
        "DISRUPTION_BUDGET": "5%",
        "SCALE_IN_DEADLINE_MINUTES": "30",
        "SCALE_IN_OUTCOME": "force",
        "VOLUNTARY_DEADLINE_MINUTES": "40",
        "VOLUNTARY_OUTCOME": "escalate",
        "STANDALONE_TASKS": "stop",
        "FORCED_LEAD_HOURS": "48",
        "STUCK_DRAIN_MINUTES": "50",
        "AGENT_LOST_MINUTES": "20",
    }

    assert defaults_from(variables) == Policy(
        budget="5%",
        scale_in_deadline=minutes(30),
        scale_in_outcome=Outcome.FORCE,
        voluntary_deadline=minutes(40),
        voluntary_outcome=Outcome.ESCALATE,
        standalone_tasks=StandaloneTasks.STOP,
        on_rebalance=OnRebalance.DRAIN,
        forced_lead=timedelta(hours=48),
        stuck_drain=minutes(50),
        agent_lost=minutes(20),
    )


@pytest.mark.parametrize(
    ("variable", "parameter", "value", "expected"),
    [
        ("DISRUPTION_BUDGET", "DisruptionBudget", "many", "a whole number such as 3 or a share such as 10 percent"),
        ("FORCED_LEAD_HOURS", "ForcedLeadHours", "0.5", "a whole number of hours from 1 to 336"),
        ("SCALE_IN_OUTCOME", "ScaleInOutcome", "rollback", "force or escalate"),
    ],
)
def test_where_a_parameter_cannot_be_read_the_table_s_default_holds_and_it_is_listed(
    variable: str, parameter: str, value: str, expected: str
) -> None:
    defaults = defaults_from({variable: value, "STUCK_DRAIN_MINUTES": "50"})

    assert defaults == replace(DEFAULTS, stuck_drain=minutes(50), unreadable=((parameter, value, expected),))


def test_of_a_parameter_that_cannot_be_read_no_more_is_kept_than_of_a_tag() -> None:
    [(_, value, _)] = defaults_from({"UPDATE_WINDOWS": "x" * 3000}).unreadable

    assert value == "x" * 256


def test_a_cluster_hears_of_a_parameter_that_cannot_be_read_unless_its_own_tag_can() -> None:
    defaults = defaults_from({"DISRUPTION_BUDGET": "many", "SCALE_IN_OUTCOME": "rollback"})

    def names(tags: dict[str, str]) -> list[str]:
        return [name for name, _, _ in read_policy(defaults, tags).unreadable]

    assert names({}) == ["DisruptionBudget", "ScaleInOutcome"]
    assert names({"ballast:budget": "2"}) == ["ScaleInOutcome"]
    assert names({"ballast:budget": "2", "ballast:scale-in-outcome": "force"}) == []
    assert names({"ballast:budget": "few"}) == ["DisruptionBudget", "ScaleInOutcome", "ballast:budget"]
    assert names({"ballast:standalone-tasks": "stop"}) == ["DisruptionBudget", "ScaleInOutcome"]


@pytest.mark.parametrize("value", ["True", "TRUE", "yes", "1", "on", " true", "true ", "", "no", "managed"])
def test_a_spelling_that_no_role_takes_for_true_is_neither_managed_nor_not(value: str) -> None:
    assert is_managed({"ballast:managed": value}) is None


def test_what_is_managed_and_what_is_not() -> None:
    assert is_managed({"ballast:managed": "true"}) is True
    assert is_managed({"ballast:managed": "False "}) is False
    assert is_managed({}) is False
