"""Does Ballast itself say that there is something to look at?"""

from __future__ import annotations

from typing import Any

from ballast.aws.ledger import Ledger
from ballast.aws.seal import Seal
from ballast.shell.hints import Hints
from tests.aws_stubs import Stubs
from tests.builders import load_event

RELEASE = load_event("bottlerocket_release_available")


def signed(ledger: Ledger) -> dict[str, Any]:
    return RELEASE | {"detail": dict(Seal(ledger.table).signed(RELEASE["detail-type"], RELEASE["detail"]))}


def test_what_ballast_signed_is_read_and_what_only_looks_so_is_left_to_the_sweep(ledger: Ledger) -> None:
    event, hints = signed(ledger), Hints(ledger.table)

    assert hints.parse(event) is not None
    assert hints.parse(RELEASE) is None
    assert hints.parse(event | {"detail": event["detail"] | {"version": "9.9.9"}}) is None


def test_what_people_and_aws_say_needs_no_signature() -> None:
    assert Hints("no such table").parse(load_event("ballast_update_command")) is not None


def test_while_nobody_knows_whether_it_is_signed_it_is_heard(ledger: Ledger, aws: Stubs) -> None:
    event = signed(ledger)
    aws.refuses("dynamodb", "query", "ThrottlingException")

    assert Hints(ledger.table).parse(event) is not None
