"""What stands half empty is given back."""

from __future__ import annotations

from tests.e2e.looking import Account


def test_an_instance_that_is_not_needed_is_drained_and_given_back(here: Account) -> None:
    before = here.instances("save")

    here.eventually("there are fewer", lambda: len(here.instances("save")) < len(before) or len(before) < 4, 150)
    services = here.client("ecs").describe_services(cluster="save", services=["save-api"])["services"]
    assert [each["runningCount"] for each in services] == [2]
