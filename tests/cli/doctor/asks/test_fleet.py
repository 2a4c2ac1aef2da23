"""A large account is asked in pages and batches, and nothing of it is left out."""

from __future__ import annotations

from tests.cli.doctor.account import Account, Group
from tests.cli.doctor.conftest import Doctor


def a_large_one(clusters: int, groups: int) -> Account:
    """Two hosts a group."""
    names = [f"c{number:03}" for number in range(clusters)]
    ids = iter(range(1, 2 * clusters * groups + 1))
    return Account(
        clusters={name: {"ballast:managed": "true"} for name in names},
        groups={
            f"{name}-g{number:02}": Group(f"{name}-p{number:02}", name, [f"i-{next(ids):017x}" for _ in range(2)])
            for name in names
            for number in range(groups)
        },
    )


def test_a_hundred_clusters_of_twenty_groups_take_calls_in_batches(doctor: Doctor) -> None:
    account = a_large_one(100, 20)

    told = doctor(account)

    assert told.code == 0
    assert {
        operation: account.count(operation)
        for operation in (
            "ListClusters",  # a hundred a page
            "DescribeClusters",  # a hundred a call
            "DescribeAutoScalingGroups",  # a hundred a page, of all clusters together
            "DescribeCapacityProviders",  # of one cluster, ten a page
            "ListContainerInstances",  # of one cluster
            "DescribeContainerInstances",  # of one cluster, a hundred a call
            "DescribeLifecycleHooks",  # of one group: AWS has no other
            "DescribeInstanceInformation",  # fifty a page, of one cluster
            "Query",  # of one cluster, and the registry
        )
    } == {
        "ListClusters": 1,
        "DescribeClusters": 1,
        "DescribeAutoScalingGroups": 20,
        "DescribeCapacityProviders": 200,
        "ListContainerInstances": 100,
        "DescribeContainerInstances": 100,
        "DescribeLifecycleHooks": 2000,
        "DescribeInstanceInformation": 100,
        "Query": 101,
    }


def test_what_is_wrong_in_the_last_of_all_pages_is_found(doctor: Doctor) -> None:
    account = a_large_one(120, 1)
    account.groups["c119-g00"].tags = {}

    assert [each[2] for each in doctor(account).of("tags of groups")] == ["group c119-g00 of c119"]


def test_only_the_cluster_that_is_asked_for_is_looked_into(doctor: Doctor) -> None:
    account = a_large_one(5, 2)

    doctor(account, "--cluster", "c003")

    assert (account.count("ListContainerInstances"), account.count("DescribeLifecycleHooks")) == (1, 2)


def test_a_cluster_that_ecs_does_not_tell_about_costs_no_other_its_answer(doctor: Doctor) -> None:
    account = Account()
    account.deny("ListContainerInstances", "DescribeCapacityProviders", "DescribeAutoScalingGroups")

    told = doctor(account)

    assert {each["lacks"] for each in told.document["findings"] if each["severity"] == "could_not_look"} == {
        "ecs:ListContainerInstances",
        "ecs:DescribeCapacityProviders",
        "autoscaling:DescribeAutoScalingGroups",
    }
    fleet = {"tags of groups", "lifecycle hooks", "hooks of others", "operators", "suspended processes", "ECS agents"}
    more = {"capacity providers", "termination protection", "budgets", "Systems Manager"}
    assert (fleet | more) & set(told.fine) == set()
    assert {"stack", "alarms", "managed clusters"} <= set(told.fine)
