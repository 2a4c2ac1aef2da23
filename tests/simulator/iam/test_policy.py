"""The evaluator decides as IAM's user guide says, operator by operator."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.iam.conditions import Comparison, read_condition
from simulator.iam.matching import arn_like, resource_like
from simulator.iam.policy import Policy

CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/prod"


def allows(*statements: dict[str, Any], action: str = "ecs:StopTask", resource: str = CLUSTER, **context: Any) -> bool:
    usual = {"Action": "ecs:*", "Resource": "*", "Effect": "Allow"}
    filled = [{key: value for key, value in usual.items() if f"Not{key}" not in each} | each for each in statements]
    keys = {key.lower(): value for key, value in context.get("context", {}).items()}
    return bool(Policy.read([{"Statement": filled}]).allowing(action, resource, keys))


def meets(operator: str, values: Any, *given: str, key: str = "ecs:cluster") -> bool:
    context = {key.lower(): given} if given else {}
    return all(test.holds(context) for test in read_condition({operator: {key: values}}))


def test_what_nothing_allows_is_refused() -> None:
    assert not Policy(()).allowing("ecs:StopTask", CLUSTER, {})


def test_a_deny_wins_over_every_allow() -> None:
    assert not allows({}, {"Effect": "Deny", "Action": "ecs:StopTask"})
    assert allows({}, {"Effect": "Deny", "Action": "ecs:RunTask"})


def test_actions_match_whatever_their_case_and_with_wildcards() -> None:
    assert allows({"Action": "ECS:stop*"})
    assert not allows({"Action": ["ecs:Stop", "ecs:StopTasks"]})
    assert allows({"NotAction": "ecs:RunTask"})
    assert not allows({"NotAction": "ecs:Stop*"})


@pytest.mark.parametrize(
    ("pattern", "resource", "expected"),
    [
        ("*", "*", True),
        ("*", CLUSTER, True),
        ("arn:aws:ecs:us-east-1:123456789012:cluster/*", "*", False),  # no particular resource: only `*` allows it
        ("arn:aws:ecs:us-east-1:123456789012:cluster/*", CLUSTER, True),
        ("arn:*:ecs:*:*:cluster/pro?", CLUSTER, True),
        ("arn:aws:ecs:us-east-1:123456789012:cluster/PROD", CLUSTER, False),
        ("arn:aws:ecs:*", CLUSTER, False),
        ("arn:aws:iam::123456789012:role/*", "arn:aws:iam::123456789012:role/a/path/name", True),
    ],
)
def test_a_resource_matches_part_by_part(pattern: str, resource: str, expected: bool) -> None:  # noqa: FBT001 - a case
    assert resource_like(pattern, resource) is expected


def test_an_arn_operator_does_not_let_a_star_cross_a_colon() -> None:
    assert not arn_like("arn:*:cluster/prod", CLUSTER)
    assert arn_like("arn:aws:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/*", GROUP)


GROUP = "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1-2:autoScalingGroupName/web"


def test_any_value_of_a_key_is_enough_and_every_key_must_hold() -> None:
    assert meets("StringEquals", ["a", "b"], "b")
    both = {"Condition": {"StringEquals": {"k1": "a", "k2": "b"}}}
    assert not allows(both, context={"k1": ("a",)})
    assert allows(both, context={"K1": ("a",), "K2": ("b",)})


@pytest.mark.parametrize("operator", ["StringEquals", "StringLike", "ArnLike", "ArnEquals", "Bool"])
def test_a_key_that_is_not_in_the_request_meets_no_positive_operator(operator: str) -> None:
    assert not meets(operator, "*")
    assert meets(f"{operator}IfExists", "*")


@pytest.mark.parametrize("operator", ["StringNotEquals", "StringNotLike", "ArnNotLike", "ArnNotEquals"])
def test_a_key_that_is_not_in_the_request_meets_every_negated_operator(operator: str) -> None:
    assert meets(operator, CLUSTER)
    assert not meets(operator, [CLUSTER, "x"], CLUSTER)


def test_strings_are_compared_with_their_case_and_patterns_where_the_operator_says_so() -> None:
    assert not meets("StringEquals", "A*", "Ab")
    assert meets("StringLike", "A*", "Ab")
    assert not meets("StringLike", "a*", "Ab")
    assert meets("StringEqualsIgnoreCase", "ab", "AB")
    assert meets("Bool", [True], "true")


def test_null_asks_whether_the_key_is_there() -> None:
    assert meets("Null", "false", "")
    assert not meets("Null", "false")
    assert meets("Null", "true")
    assert not meets("Null", "true", "x")


def test_set_operators_look_at_all_or_any_value_of_the_request() -> None:
    assert meets("ForAllValues:StringEquals", ["a", "b"], "a", "b")
    assert not meets("ForAllValues:StringEquals", ["a"], "a", "b")
    assert meets("ForAllValues:StringEquals", ["a"])  # no value contradicts it
    assert meets("ForAnyValue:StringEquals", ["a"], "a", "b")
    assert not meets("ForAnyValue:StringEquals", ["a"])
    assert not meets("ForAllValues:StringNotEquals", ["a"], "a", "b")
    assert meets("ForAnyValue:StringNotEquals", ["a"], "a", "b")


@pytest.mark.parametrize("operator", ["NumericEquals", "IpAddress", "StringEqual", "ForSomeValues:StringLike"])
def test_what_the_evaluator_does_not_know_is_an_error_and_no_guess(operator: str) -> None:
    with pytest.raises(ValueError, match="not modelled"):
        Comparison.read(operator, "k", "v")


def test_a_policy_variable_is_an_error() -> None:
    with pytest.raises(ValueError, match="policy variable"):
        Comparison.read("StringEquals", "aws:ResourceTag/owner", "${aws:username}")


def test_elements_of_other_policies_are_an_error() -> None:
    with pytest.raises(ValueError, match="Principal"):
        allows({"Principal": "*"})
