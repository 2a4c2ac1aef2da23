"""One answer is needed for the next: what would be asked in vain is not asked."""

from __future__ import annotations

from tests.cli.doctor.account import Account
from tests.cli.doctor.conftest import Doctor

OF_THE_STACK = ("ListStackResources", "DescribeAlarms", "ListRules", "GetQueueAttributes", "ListSubscriptionsByTopic")


def test_without_a_stack_its_parts_are_not_asked_for_and_clusters_are(doctor: Doctor) -> None:
    account = Account(status="GONE")

    doctor(account)

    assert [account.count(operation) for operation in OF_THE_STACK] == [0] * len(OF_THE_STACK)
    assert account.count("DescribeLifecycleHooks") == 2


def test_a_stack_that_has_only_a_change_set_has_no_parts(doctor: Doctor) -> None:
    account = Account(status="REVIEW_IN_PROGRESS")

    told = doctor(account)

    assert (told.code, account.count("ListStackResources")) == (1, 0)


def test_without_a_managed_cluster_nothing_of_clusters_is_asked(doctor: Doctor) -> None:
    account = Account(clusters={"prod": {}})

    doctor(account)

    assert account.count("DescribeAutoScalingGroups") == account.count("Query") == 0


def test_without_the_resources_of_the_stack_nothing_of_its_parts_is_fine(doctor: Doctor) -> None:
    account = Account()
    account.deny("ListStackResources")

    told = doctor(account)

    parts = {"functions", "concurrency", "mappings", "rules", "alarms", "dead letters", "topic", "Slack"}
    assert parts & set(told.fine) == set()
    assert told.document["lacking"] == ["cloudformation:ListStackResources"]
