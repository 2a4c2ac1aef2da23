"""What runs on the instances that were launched for a repair."""

from __future__ import annotations

from dataclasses import replace

from ballast.shell.newcomers import see_newcomers, with_newcomers
from tests.aws_stubs import Stubs
from tests.ballast.drain.test_replace_first import CAME, HERE, NEW, a_repair, a_repaired_view, raised
from tests.builders import a_cluster

CLUSTER = replace(a_cluster(), daemon_services=("log-agent",))
BUSY = replace(NEW, running_tasks=1)


def runs(aws: Stubs, *groups: str) -> None:
    """On the newcomer, as ECS tells it."""
    arns = [f"arn:task/{number}" for number, _ in enumerate(groups)]
    where = {"cluster": CLUSTER.name, "containerInstance": BUSY.arn}
    aws.answers("ecs", "list_tasks", {**where, "desiredStatus": "RUNNING"}, {"taskArns": arns})
    aws.answers("ecs", "list_tasks", {**where, "desiredStatus": "STOPPED"}, {"taskArns": []})
    told = [{"taskArn": arn, "group": group, "lastStatus": "RUNNING"} for arn, group in zip(arns, groups, strict=True)]
    asked = {"cluster": CLUSTER.name, "tasks": arns, "include": ["TAGS"]}
    aws.answers("ecs", "describe_tasks", asked, {"tasks": told})


def is_idle() -> bool:
    found = with_newcomers(CLUSTER, (*HERE, BUSY), [raised()], (CAME,))
    assert found[:-1] == HERE
    return found[-1].only_daemons


def test_one_on_which_only_daemons_run_is_told_apart(aws: Stubs) -> None:
    runs(aws, "service:log-agent")

    assert is_idle()


def test_one_on_which_anything_else_runs_is_not(aws: Stubs) -> None:
    runs(aws, "service:log-agent", "service:api")
    assert not is_idle()

    runs(aws, "family:report")
    assert not is_idle()


def test_where_ecs_does_not_tell_nothing_is_said(aws: Stubs) -> None:
    aws.refuses("ecs", "list_tasks", "AccessDeniedException")

    assert not is_idle()


def test_without_newcomers_or_tasks_on_them_nobody_is_asked(aws: Stubs) -> None:
    aws.stub("ecs")  # refuses what nobody has said an answer for

    assert with_newcomers(CLUSTER, (*HERE, NEW), [raised()], (CAME,)) == (*HERE, NEW)
    assert with_newcomers(CLUSTER, (*HERE, BUSY), [a_repair()], (CAME,)) == (*HERE, BUSY)
    assert with_newcomers(CLUSTER, (*HERE, BUSY), [raised()], None) == (*HERE, BUSY)


def test_only_of_a_view_for_which_another_was_launched_it_is_looked_up(aws: Stubs) -> None:
    runs(aws, "service:log-agent")
    waits = replace(a_repaired_view(a_repair(), CAME, BUSY), cluster=CLUSTER)
    after_launch = replace(a_repaired_view(raised(), CAME, BUSY), cluster=CLUSTER)
    first, second = see_newcomers([waits, after_launch])

    assert first == waits
    assert [each.only_daemons for each in second.neighbours or ()] == [False, False, True]
