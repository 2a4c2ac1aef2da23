"""The parts of the stack are asked for together where AWS lets one, and by the names that the stack gave them."""

from __future__ import annotations

from tests.cli.doctor.account import Account, of_kind
from tests.cli.doctor.conftest import Doctor


def test_all_rules_are_one_call_by_what_their_names_have_in_common(doctor: Doctor) -> None:
    account = Account()

    doctor(account)

    assert [params for _, operation, params in account.calls if operation == "ListRules"] == [
        {"NamePrefix": "ballast-"}
    ]


def test_all_alarms_are_one_call_and_each_function_is_asked_once(doctor: Doctor) -> None:
    account = Account()

    doctor(account)

    functions = len(of_kind("AWS::Serverless::Function"))
    assert account.count("DescribeAlarms") == account.count("GetAccountSettings") == 1
    each = ("GetFunctionConcurrency", "GetFunctionConfiguration", "ListEventSourceMappings")
    assert [account.count(operation) for operation in each] == [functions] * 3
