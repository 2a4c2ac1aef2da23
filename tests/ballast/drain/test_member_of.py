"""Expressions of the cluster query language, as far as a container instance tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.drain.member_of import TaskGroups, is_member
from tests.builders import INSTANCE_ID, a_container_instance

HOST = a_container_instance(attributes={"stack": "prod", "ecs.instance-type": "m7g.large", "marked": None})


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ("attribute:stack == prod", True),
        ("attribute:stack equals 'prod'", True),
        ("attribute:stack != prod", False),
        ("attribute:none == prod", False),
        ("attribute:none != prod", True),
        ("attribute:stack in [test, prod]", True),
        ("attribute:stack !in [test, prod]", False),
        ("attribute:ecs.instance-type =~ m7g.*", True),
        ("attribute:ecs.instance-type !~ m7g.*", False),
        ("attribute:marked exists", True),
        ("attribute:none !exists", True),
        (f"ec2InstanceId == {INSTANCE_ID}", True),
        ("agentConnected == true", True),
        ("attribute:stack == prod and attribute:none exists", False),
        ("attribute:none exists or attribute:stack == prod", True),
        ("not(attribute:stack == prod)", False),
        ("!(attribute:stack == test) && attribute:marked exists", True),
        # What cannot be told
        ("task:group == service:db", None),
        ("runningTasksCount > 3", None),
        ("agentVersion >= 1.0.0", None),
        ("registeredAt > 2018-01-01", None),
        ("attribute:stack > 3", None),
        ("attribute:stack =~ [", None),
        ("attribute:stack == prod or task:group == x", True),
        ("attribute:stack == test and task:group == x", False),
        ("not(task:group == x)", None),
        ("", None),
        ("(((", None),
        ("attribute:stack == prod extra", None),
    ],
)
def test_a_verdict_is_given_only_where_it_is_known(expression: str, verdict: bool | None) -> None:  # noqa: FBT001
    assert is_member(HOST, [expression]) is verdict


TASKS = TaskGroups(frozenset({"service:db"}), frozenset({"service:web"}))


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ("task:group == service:db", True),
        ("task:group in [service:db, service:cache]", True),
        ("task:group == service:cache", False),
        ("task:group =~ service:d.*", True),
        ("task:group =~ service:c.*", False),
        ("task:group !~ service:c.*", True),
        ("task:group exists", True),
        ("task:group !exists", False),
        ("not(task:group == service:cache)", True),
        # What may come while the tasks move is neither there nor not there
        ("task:group == service:web", None),
        ("task:group != service:web", None),
        ("task:group =~ service:w.*", None),
        ("task:group =~ [", None),
        ("task:group > 3", None),
    ],
)
def test_a_task_group_is_there_not_there_or_may_come(expression: str, verdict: bool | None) -> None:  # noqa: FBT001
    assert is_member(HOST, [expression], TASKS) is verdict


def test_all_expressions_hold_and_none_is_no_condition() -> None:
    assert is_member(HOST, [])
    assert is_member(HOST, ["attribute:stack == prod", "attribute:stack == test"]) is False


@given(st.text(alphabet="()[]'\"!=~<>&| \nabin:,.*", max_size=2000))
def test_no_text_is_too_strange(expression: str) -> None:
    assert is_member(HOST, [expression]) in (True, False, None)
