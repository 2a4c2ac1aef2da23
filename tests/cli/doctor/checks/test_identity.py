"""Who asks, and what time it is: where AWS does not take that, nothing else is looked at, and nothing is called fine."""

from __future__ import annotations

import pytest

from tests.cli.doctor.account import Account, Refusal
from tests.cli.doctor.conftest import Doctor


def test_without_credentials_it_says_so_alone(doctor: Doctor) -> None:
    told = doctor(Account(), credentials=False)

    severity, says, _, mend = told.one("credentials")
    assert (severity, mend, told.code, told.fine) == ("broken", "aws sso login", 1, [])
    assert says.startswith("There are no AWS credentials here (")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("ExpiredToken", "Your AWS credentials have expired"),
        ("InvalidClientTokenId", "AWS does not know your credentials"),
        ("SignatureDoesNotMatch", "AWS does not know your credentials"),
        ("Nonsense", "AWS could not be asked who you are"),
    ],
)
def test_credentials_that_aws_does_not_take_are_named_for_what_they_are(
    doctor: Doctor, code: str, sentence: str
) -> None:
    account = Account(refused={"GetCallerIdentity": Refusal(code, status=403)})

    told = doctor(account)

    assert told.one("credentials")[1].startswith(sentence)
    assert ("credentials" in told.fine, told.code, account.count("DescribeStacks")) == (False, 1, 0)


@pytest.mark.parametrize(("skew_s", "by"), [(400, "7 min ahead"), (-3600, "60 min behind")])
def test_a_clock_that_is_so_far_off_that_aws_refuses_is_no_fault_of_the_credentials(
    doctor: Doctor, skew_s: float, by: str
) -> None:
    refusal = Refusal("SignatureDoesNotMatch", "Signature expired", 403)

    told = doctor(Account(skew_s=skew_s, refused={"GetCallerIdentity": refusal}))

    assert (told.of("credentials"), told.fine, told.code) == ([], [], 1)
    assert told.one("clock") == (
        "broken",
        f"The clock of this machine is {by}, and AWS refuses what it signs. Nothing else was looked at.",
        None,
        "sudo timedatectl set-ntp true",
    )


@pytest.mark.parametrize(
    ("date", "severity"),
    [
        ("Mon, 23 Nov 2026 09:00:00 -0000", []),
        ("Mon, 23 Nov 2026 09:00:00 GMT", []),
        ("soon", ["warning"]),
        ("", ["warning"]),
    ],
)
def test_what_time_it_is_for_aws_may_be_unknown_and_is_then_not_fine(
    doctor: Doctor, date: str, severity: list[str]
) -> None:
    told = doctor(Account(date=date))

    assert ([each[0] for each in told.of("clock")], told.code) == (severity, 0)
    assert ("clock" in told.fine) is (severity == [])


@pytest.mark.parametrize(("skew_s", "warned"), [(59, False), (61, True), (-61, True)])
def test_a_clock_that_runs_away_is_warned_of(doctor: Doctor, skew_s: float, warned: bool) -> None:  # noqa: FBT001
    told = doctor(Account(skew_s=skew_s))

    assert ([each[0] for each in told.of("clock")], told.code) == (["warning"] if warned else [], 0)
    assert ("clock" in told.fine) is not warned
