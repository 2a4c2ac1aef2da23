"""What Ballast puts on the bus is signed with a key that only its functions read."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest

from ballast import clock
from ballast.aws.ledger import Ledger
from ballast.aws.seal import FIELD, Seal
from ballast.errors import DeniedError, UnavailableError
from ballast.words.notice import DETAIL_TYPE
from tests.builders import NOW
from tests.notification_builders import a_notice

DETAIL = a_notice("DrainStuck").to_detail()
KEY = {"cluster": {"S": "#seal"}, "item": {"S": "key"}}


@pytest.fixture
def at(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> list[float]:  # noqa: ARG001 - its table is where the key is
    """Seconds after NOW; the ledger is moto's."""
    seconds = [0.0]
    monkeypatch.setattr(clock, "utc_now", lambda: NOW + timedelta(seconds=seconds[0]))
    return seconds


def signed(kind: str = DETAIL_TYPE, **changes: Any) -> dict[str, Any]:
    return dict(Seal("ledger").signed(kind, {**DETAIL, **changes}))


def verified(detail: dict[str, Any], kind: str = DETAIL_TYPE) -> bool | None:
    return Seal("ledger").verifies(kind, detail)


def stored(attributes: dict[str, Any]) -> None:
    boto3.client("dynamodb").put_item(TableName="ledger", Item={**KEY, **attributes})


@pytest.mark.usefixtures("at")
def test_what_one_function_signs_another_knows_as_ours_however_the_bus_writes_it() -> None:
    first, second = signed(), signed(code="DrainFinished")

    assert verified(json.loads(json.dumps(first, sort_keys=True, indent=2)))
    assert verified(dict(reversed(second.items())))
    assert len(first[FIELD]) == 64


@pytest.mark.usefixtures("at")
@pytest.mark.parametrize(
    "forged",
    [
        {"severity": "page"},
        {"closesIncident": True},
        {"incident": "prod/other"},
        {"more": 1},
        {FIELD: "0" * 64},
        {FIELD: "ä" * 64},
        {FIELD: 7},
        {FIELD: None},
        {"plan": [[[]] * 3]},
    ],
)
def test_whatever_is_changed_of_what_ballast_said_is_not_its_word_any_more(forged: dict[str, Any]) -> None:
    assert verified({**signed(), **forged}) is False


@pytest.mark.usefixtures("at")
def test_what_has_no_signature_or_another_kind_is_not_its_word() -> None:
    assert verified(DETAIL) is False
    assert verified(signed(), kind="Bottlerocket Release Available") is False
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert verified({**signed(), "plan": deep}) is False


def test_one_key_that_is_made_a_moment_later_is_found_at_once(at: list[float]) -> None:
    seal = Seal("ledger")
    assert seal.verifies(DETAIL_TYPE, {**DETAIL, FIELD: "0" * 64}) is False
    at[0] += 0.1

    assert seal.verifies(DETAIL_TYPE, signed())


def test_who_still_signs_with_the_key_before_is_known_and_the_next_key_at_once(at: list[float]) -> None:
    """Each function reads it for itself, up to five minutes apart."""
    early, late, publisher = Seal("ledger"), Seal("ledger"), Seal("ledger")
    assert publisher.verifies(DETAIL_TYPE, dict(early.signed(DETAIL_TYPE, DETAIL)))
    at[0] += 250
    late.signed(DETAIL_TYPE, DETAIL)
    boto3.client("dynamodb").delete_item(TableName="ledger", Key=KEY)
    at[0] += 60
    after, before = (dict(seal.signed(DETAIL_TYPE, DETAIL)) for seal in (early, late))

    assert after[FIELD] != before[FIELD]
    for _ in range(2):
        assert [publisher.verifies(DETAIL_TYPE, detail) for detail in (after, before)] == [True, True]
        at[0] += 200


def test_a_key_that_is_deleted_opens_nothing_after_ten_minutes(at: list[float]) -> None:
    publisher = Seal("ledger")
    before = signed()
    assert publisher.verifies(DETAIL_TYPE, before)
    boto3.client("dynamodb").delete_item(TableName="ledger", Key=KEY)

    at[0] += 601
    assert publisher.verifies(DETAIL_TYPE, before) is False


@pytest.mark.usefixtures("at")
@pytest.mark.parametrize("broken", [{}, {"seal": {"NULL": True}}, {"seal": {"N": "7"}}, {"seal": {"S": "x" * 3000}}])
def test_a_key_that_nobody_can_read_is_replaced(broken: dict[str, Any]) -> None:
    stored(broken)

    assert verified(DETAIL | {FIELD: "0" * 64}) is False
    assert verified(signed())


@pytest.mark.usefixtures("at")
def test_without_the_right_to_read_the_key_things_are_said_unsigned_and_nobody_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def denied(*_: object) -> None:
        raise DeniedError("AWS refused Query: no", "Query", "AccessDeniedException")

    monkeypatch.setattr("ballast.aws.table.Table.query", denied)

    assert signed() == DETAIL
    assert verified(DETAIL) is None


@pytest.mark.usefixtures("at")
def test_where_aws_does_not_answer_nothing_is_called_forged(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise UnavailableError("AWS refused Query: slow down", "Query", "ThrottlingException")

    monkeypatch.setattr("ballast.aws.table.Table.query", busy)

    for ask in (signed, lambda: verified(DETAIL)):
        with pytest.raises(UnavailableError):
            ask()
