"""What is not known is never fine, and is told once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest

from ballast_cli.doctor.asks.look import ACTIONS
from ballast_cli.doctor.checks.check import PARTS, Check, run
from ballast_cli.doctor.checks.every import CHECKS
from ballast_cli.doctor.facts import Identity
from ballast_cli.doctor.finding import Finding, Severity, broken, note, warning
from ballast_cli.doctor.seen import Unseen, seen
from ballast_cli.doctor.snapshot import FIRST, Snapshot
from tests.builders import NOW
from tests.cli.doctor.account import JO, Account
from tests.cli.doctor.conftest import Doctor

WHO = Identity(JO, "123456789012", "eu-central-1")
UNASKED = Unseen("AWS refused ListRules (AccessDenied)", "events:ListRules")


def a_check(*found: Finding, needs: tuple[str, ...] = (), title: str = "it", matters: bool = True) -> Check:
    def find(_: Snapshot) -> Iterator[Finding]:
        yield from found

    return Check(title, find, needs, matters)


def severities(*checks: Check, snapshot: Snapshot | None = None) -> list[str]:
    return [each.severity.name for each in run(checks, snapshot or Snapshot(NOW, "ballast", WHO))]


@pytest.mark.parametrize(
    ("found", "severity"),
    [((), ["FINE"]), ((note("n"),), ["NOTE"]), ((warning("w"),), ["WARNING"]), ((broken("b"),), ["BROKEN"])],
)
def test_a_check_is_fine_where_it_finds_nothing_to_tell(found: tuple[Finding, ...], severity: list[str]) -> None:
    assert severities(a_check(*found)) == severity


def test_a_check_whose_part_is_unseen_is_not_run_and_not_fine() -> None:
    snapshot = Snapshot(NOW, "ballast", WHO, rules=UNASKED)

    assert severities(a_check(needs=("rules",)), snapshot=snapshot) == ["UNSEEN"]
    assert severities(a_check(needs=("rules",), matters=False), snapshot=snapshot) == ["WARNING"]


def test_what_follows_from_something_else_is_neither_told_nor_fine() -> None:
    assert FIRST.follows
    assert severities(a_check(needs=("rules",))) == []


def test_what_two_checks_lack_is_told_once_and_as_bad_as_the_worse_has_it() -> None:
    snapshot = Snapshot(NOW, "ballast", WHO, rules=UNASKED)
    mild, bad = a_check(needs=("rules",), matters=False), a_check(needs=("rules",), title="other")

    assert severities(mild, bad, snapshot=snapshot) == ["UNSEEN"]


def test_the_worst_comes_first() -> None:
    checks = [a_check(note("n")), a_check(warning("w")), a_check(broken("b"))]

    assert severities(*checks) == ["BROKEN", "WARNING", "NOTE"]


def test_nobody_takes_what_is_unseen_for_seen() -> None:
    with pytest.raises(TypeError, match="Nobody has seen it"):
        seen(UNASKED)


def test_every_part_that_a_check_needs_is_a_part_and_has_words() -> None:
    needs = {need for check in CHECKS for need in check.needs}

    assert needs <= {field.name for field in fields(Snapshot)} | {"asker", "skew_s"}
    assert needs == PARTS.keys()


@pytest.mark.parametrize("operation", sorted(ACTIONS))
def test_whatever_is_denied_costs_only_what_needs_it_and_is_named(doctor: Doctor, operation: str) -> None:
    """Each action by itself: no traceback, never fine, the rest is judged."""
    account = Account()
    if operation == "ReceiveMessage":
        account.letters = {"DrainEventsDeadLetters": [{"MessageId": "1", "Body": "{}"}]}
    if operation == "DescribeParameters":
        account.parameters["SlackSecretArn"] = "arn:aws:ssm:eu-central-1:123456789012:parameter/slack"
        account.ssm_parameters = [{"Name": "/slack", "Type": "SecureString"}]
    if operation == "DescribeStackResourceDrifts":
        account.stack = {"DriftInformation": {"StackDriftStatus": "DRIFTED"}}
    before = set(doctor(account).fine)
    account.deny(operation)

    told = doctor(account)

    assert told.document["lacking"] == [ACTIONS[operation]]
    assert set(told.fine) < before or (operation == "ReceiveMessage" and "dead letters" not in told.fine)
    assert "credentials" in told.fine


def test_every_severity_that_is_wrong_is_an_exit_code_of_one() -> None:
    assert {each for each in Severity if each.is_wrong} == {Severity.BROKEN, Severity.UNSEEN}
