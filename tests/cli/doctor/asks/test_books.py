"""The ledger is asked once for all clusters and once for each, and read only."""

from __future__ import annotations

from tests.cli.doctor.account import Account
from tests.cli.doctor.conftest import Doctor


def test_each_cluster_is_one_query_beside_the_registry(doctor: Doctor) -> None:
    account = Account(clusters={name: {"ballast:managed": "true"} for name in ("a", "b", "c")}, groups={})

    doctor(account)

    of_dynamodb = [operation for service, operation, _ in account.calls if service == "dynamodb"]
    assert of_dynamodb == ["Query"] * 4


def test_a_ledger_that_cannot_be_read_leaves_pauses_unknown(doctor: Doctor) -> None:
    account = Account()
    account.deny("Query")

    told = doctor(account)

    assert {"ledger", "pauses and opt-outs"} & set(told.fine) == set()
    assert (told.code, told.document["lacking"]) == (1, ["dynamodb:Query"])
