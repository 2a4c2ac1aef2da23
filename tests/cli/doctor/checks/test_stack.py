"""The stack: there, whole, allowed to act, and alone."""

from __future__ import annotations

import pytest

from tests.builders import NOW
from tests.cli.doctor.account import PARAMETERS, Account
from tests.cli.doctor.conftest import Doctor


def another(name: str = "ballast-prod", clusters: str = "") -> dict[str, object]:
    parameters = PARAMETERS | {"ManagedClusters": clusters}
    written = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    return {"StackName": name, "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE", "Parameters": written}


def test_where_there_is_no_stack_it_says_how_to_get_one(doctor: Doctor) -> None:
    told = doctor(Account(status="GONE"))

    assert told.one("stack")[2:] == ("stack ballast", "make deploy")
    assert (told.code, "functions" in told.fine, "rules" in told.fine) == (1, False, False)


def test_where_there_is_another_stack_of_ballast_that_one_is_named(doctor: Doctor) -> None:
    account = Account(status="GONE", others=[another()])

    severity, says, _, mend = doctor(account, "--region", "eu-central-1").one("stack")

    assert (severity, mend) == ("broken", "ballast doctor --stack ballast-prod --region eu-central-1")
    assert says.endswith("Here are: ballast-prod.")


def test_a_stack_of_somebody_else_is_not_taken_for_ours(doctor: Doctor) -> None:
    told = doctor(Account(stack={"Outputs": [], "Parameters": []}))

    assert (told.one("stack")[1], told.code) == ("This stack is none of Ballast's.", 1)


@pytest.mark.parametrize(
    ("status", "severity", "mend"),
    [
        ("CREATE_COMPLETE", None, None),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None, None),
        ("UPDATE_IN_PROGRESS", "warning", None),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "broken", "wait stack-rollback-complete"),
        ("UPDATE_ROLLBACK_COMPLETE", "warning", "describe-stack-events"),
        ("UPDATE_ROLLBACK_FAILED", "broken", "continue-update-rollback"),
        ("UPDATE_FAILED", "broken", "rollback-stack"),
        ("ROLLBACK_COMPLETE", "broken", "delete-stack"),
        ("DELETE_IN_PROGRESS", "broken", "wait stack-delete-complete"),
        ("REVIEW_IN_PROGRESS", "broken", "make deploy"),
    ],
)
def test_each_state_of_the_stack_has_its_next_step(
    doctor: Doctor, status: str, severity: str | None, mend: str | None
) -> None:
    told = doctor(Account(status=status, stack={"StackStatusReason": "No space."}))

    found = told.of("stack")
    assert [each[0] for each in found] == ([severity] if severity else [])
    assert told.code == (1 if severity == "broken" else 0)
    assert mend is None or mend in (found[0][3] or "")
    assert ("stack" in told.fine) is (severity is None)


def test_dry_run_is_the_first_reason_why_nothing_happens(doctor: Doctor) -> None:
    account = Account()
    account.parameters["DryRun"] = "true"

    told = doctor(account)

    assert (told.one("dry run")[0], told.one("dry run")[3], told.code) == ("warning", "make deploy", 0)


def test_a_parameter_that_nobody_can_read_keeps_voluntary_drains_from_beginning(doctor: Doctor) -> None:
    account = Account()
    account.parameters["UpdateWaves"] = "30 10"

    severity, says, where, _ = doctor(account).one("parameters")

    assert (severity, where) == ("broken", "UpdateWaves=30 10 of stack ballast")
    assert "no voluntary drain begins" in says


def test_what_has_drifted_is_named_of_all_pages(doctor: Doctor) -> None:
    resource = {"StackId": "s", "ResourceType": "t", "Timestamp": NOW}
    difference = {
        "PropertyPath": "/State",
        "ExpectedValue": "ENABLED",
        "ActualValue": "DISABLED",
        "DifferenceType": "NOT_EQUAL",
    }
    drifts = [
        {
            **resource,
            "LogicalResourceId": "DrainSweep",
            "StackResourceDriftStatus": "MODIFIED",
            "PropertyDifferences": [difference],
        },
        {**resource, "LogicalResourceId": "Pages", "StackResourceDriftStatus": "DELETED"},
    ]
    drift = {"StackDriftStatus": "DRIFTED", "LastCheckTimestamp": NOW}

    found = doctor(Account(stack={"DriftInformation": drift}, drifts=drifts)).of("drift")

    assert [(each[0], each[1].partition("UTC: ")[2], each[2]) for each in found] == [
        ("warning", "/State differs.", "DrainSweep of stack ballast"),
        ("warning", "somebody has deleted it.", "Pages of stack ballast"),
    ]


def test_that_nobody_has_looked_for_drift_is_a_note(doctor: Doctor) -> None:
    account = Account(stack={"DriftInformation": {"StackDriftStatus": "NOT_CHECKED"}})

    told = doctor(account, "--stack", "ballast")

    assert (told.one("drift")[0], told.one("drift")[3]) == ("note", "ballast doctor --drift --stack ballast")
    assert (told.code, account.count("DetectStackDrift")) == (0, 0)


@pytest.mark.parametrize(
    ("ours", "theirs", "shared"),
    [
        ("", "", "every cluster tagged ballast:managed=true"),
        ("prod", "prod,x", "prod"),
        ("", "prod,x", "prod"),
        ("prod", "x", None),
        ("", "x", None),
    ],
)
def test_a_second_stack_on_the_same_clusters_is_found(
    doctor: Doctor, ours: str, theirs: str, shared: str | None
) -> None:
    account = Account(others=[another(clusters=theirs)])
    account.parameters["ManagedClusters"] = ours

    told = doctor(account)

    assert [each[2] for each in told.of("other stacks")] == (
        [f"{shared}, also of stack ballast-prod"] if shared else []
    )
    assert told.code == (1 if shared else 0)
