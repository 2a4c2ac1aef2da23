"""Which clusters are looked after, which nearly, and what holds Ballast back there."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.aws.codec import to_item
from ballast.records.disruption import Phase
from ballast.records.pause import Pause
from ballast_cli.doctor.checks.clusters import near_miss
from tests.builders import NOW, a_disruption, after
from tests.cli.doctor.account import Account, cluster_arn
from tests.cli.doctor.conftest import Doctor

TAG = "aws ecs tag-resource --resource-arn {} --tags key=ballast:managed,value=true"
UNTAG = f"aws ecs untag-resource --resource-arn {cluster_arn('prod')} --tag-keys "


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ({"ballast:managed": "true"}, None),
        ({"ballast:managed": "false"}, None),
        ({"ballast:managed": "False"}, None),
        ({}, None),
        ({"ballast:budget": "3", "managed-by": "ballast"}, None),
        ({"ballast:managed": "True"}, ("ballast:managed", "True")),
        ({"ballast:managed": " true"}, ("ballast:managed", " true")),
        ({"ballast:managed": ""}, ("ballast:managed", "")),
        ({"Ballast:Managed": "true"}, ("Ballast:Managed", "true")),
        ({"ballast-managed": "true"}, ("ballast-managed", "true")),
        ({"ballast: managed ": "true"}, ("ballast: managed ", "true")),
        ({"ballastmanaged": "true"}, ("ballastmanaged", "true")),
        ({"ballast:manage": "true"}, ("ballast:manage", "true")),
        ({"managed:ballast": "true"}, ("managed:ballast", "true")),
        ({"ballast/enabled": "true"}, ("ballast/enabled", "true")),
    ],
)
def test_a_near_miss_is_a_tag_that_was_meant_and_does_not_count(
    tags: dict[str, str], found: tuple[str, str] | None
) -> None:
    assert near_miss(tags) == found


def test_a_cluster_that_is_nearly_tagged_is_named_with_what_it_has(doctor: Doctor) -> None:
    account = Account()
    account.clusters["staging"] = {"ballast:managed": "True"}

    told = doctor(account)

    assert told.one("near misses")[2:] == (
        "cluster staging has 'ballast:managed'='True'",
        TAG.format(cluster_arn("staging")),
    )
    assert told.code == 1
    assert doctor(account, "--cluster", "prod").of("near misses") == []


def test_a_tag_counts_for_nothing_where_the_stack_names_its_clusters(doctor: Doctor) -> None:
    account = Account(clusters={"prod": {}, "staging": {"ballast:managed": "true"}})
    account.parameters["ManagedClusters"] = "prod"

    told = doctor(account)

    assert (told.one("near misses")[0], told.one("near misses")[2], told.code) == ("warning", "cluster staging", 0)
    assert "managed clusters" in told.fine


def test_without_any_managed_cluster_nothing_of_clusters_is_fine(doctor: Doctor) -> None:
    told = doctor(Account(clusters={"prod": {}}))

    assert told.one("managed clusters")[3] == TAG.format(cluster_arn("prod"))
    assert (told.code, {"lifecycle hooks", "tags of groups", "ledger", "ECS agents"} & set(told.fine)) == (1, set())


def test_a_cluster_that_the_stack_names_must_be_there(doctor: Doctor) -> None:
    account = Account()
    account.parameters["ManagedClusters"] = "prod,gone"

    assert doctor(account).one("managed clusters")[2:] == ("gone in ManagedClusters", "make deploy")


@pytest.mark.parametrize(
    ("named", "cluster", "sentence"),
    [
        ("", "nowhere", "There is no cluster of this name in this Region."),
        ("", "dev", "Ballast does not look after this cluster: it has no tag ballast:managed=true."),
        ("prod", "dev", "Ballast does not look after this cluster: ManagedClusters does not name it."),
    ],
)
def test_the_cluster_that_is_asked_for_must_be_looked_after(
    doctor: Doctor, named: str, cluster: str, sentence: str
) -> None:
    account = Account(clusters={"prod": {"ballast:managed": "true"}, "dev": {}})
    account.parameters["ManagedClusters"] = named

    told = doctor(account, "--cluster", cluster)

    assert (told.one("managed clusters")[1], told.code) == (sentence, 1)


def test_a_cluster_that_is_not_active_is_broken_and_one_without_hosts_is_noted(doctor: Doctor) -> None:
    account = Account(cluster_states={"prod": "FAILED"})
    account.clusters["idle"] = {"ballast:managed": "true"}

    told = doctor(account)

    assert [(each[0], each[2]) for each in told.of("state of clusters")] == [
        ("broken", "cluster prod"),
        ("note", "cluster idle"),
    ]


def test_a_cluster_that_the_sweep_has_not_taken_up_is_found(doctor: Doctor) -> None:
    told = doctor(Account(registered=set()))

    assert told.one("ledger")[2:] == ("cluster prod", "aws logs tail ballast-DrainInstanceLogs-1 --since 10m")
    assert told.code == 1


@pytest.mark.parametrize(("minutes", "severity"), [(4, "warning"), (6, "broken")])
def test_a_stack_that_was_just_deployed_has_not_swept_yet(doctor: Doctor, minutes: int, severity: str) -> None:
    account = Account(registered=set(), stack={"LastUpdatedTime": after(-minutes)})

    assert doctor(account).one("ledger")[0] == severity


def test_a_drain_that_waits_for_a_human_is_told(doctor: Doctor) -> None:
    drain = a_disruption(phase=Phase.ESCALATED)
    account = Account(items={"prod": [to_item(drain, cluster="prod", item=drain.item)]})

    assert doctor(account).one("ledger")[2:] == (
        f"{drain.instance_id} in prod",
        "ballast status --cluster prod",
    )


def test_what_nobody_can_read_in_the_ledger_is_named(doctor: Doctor) -> None:
    broken = {"cluster": {"S": "prod"}, "item": {"S": "drain#i-1"}, "phase": {"S": "?"}}

    told = doctor(Account(items={"prod": [broken]}))

    assert (told.one("ledger")[0], told.one("ledger")[1][-11:]) == ("warning", " drain#i-1.")


def test_a_standing_pause_is_told_with_who_and_why_and_an_old_one_is_not(doctor: Doctor) -> None:
    def paused(until: Any) -> Account:
        pause = Pause("prod", "jo", NOW, until, "incident 4711")
        return Account(items={"prod": [to_item(pause, cluster="prod", item=pause.item)]})

    assert doctor(paused(after(60)), "--stack", "ballast").one("pauses and opt-outs") == (
        "warning",
        "Ballast is paused until 2026-11-23 10:00 UTC by jo: incident 4711: nothing voluntary begins.",
        "cluster prod",
        "ballast resume --cluster prod --stack ballast",
    )
    assert doctor(paused(after(-1))).of("pauses and opt-outs") == []


@pytest.mark.parametrize(
    ("tag", "value", "severity", "mend"),
    [
        ("ballast:paused", "2026-11-24T00:00:00Z release day", "warning", f"{UNTAG}ballast:paused"),
        ("ballast:do-not-disrupt", "true", "warning", f"{UNTAG}ballast:do-not-disrupt"),
        ("ballast:update-freeze", "true", "warning", f"{UNTAG}ballast:update-freeze"),
        ("ballast:budget", "half", "broken", f"{UNTAG}ballast:budget"),
        ("ballast:bugdet", "3", "broken", f"{UNTAG}ballast:bugdet"),
        ("ballast:my budget", "3", "broken", f"{UNTAG}'ballast:my budget'"),
        ("ballast:budget", "0", "warning", None),
    ],
)
def test_what_a_tag_forbids_is_told_with_how_to_lift_it(
    doctor: Doctor, tag: str, value: str, severity: str, mend: str | None
) -> None:
    account = Account()
    account.clusters["prod"][tag] = value

    told = doctor(account)

    assert (told.one("pauses and opt-outs")[0], told.one("pauses and opt-outs")[3]) == (severity, mend)
    assert told.code == int(severity == "broken")
