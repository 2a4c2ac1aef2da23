"""Which instances AWS Health announces a change of, and for when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ballast.drain.events import (
    ChangeScheduled,
    Irrelevant,
)
from ballast.drain.parse import parse
from ballast.errors import UnexpectedEventError
from tests.builders import load_event

OURS = "i-0abcdef1234567890"
SAMPLE = "i-1234567890abcdef0"


def test_a_scheduled_change_has_its_instances_and_its_date() -> None:
    event = parse(load_event("health_ec2_scheduled_change_retirement"))

    assert isinstance(event, ChangeScheduled)
    assert event.instance_ids == (SAMPLE,)  # from an ARN
    assert event.starts_at == datetime(2026, 8, 27, 13, 19, 3, tzinfo=UTC)
    assert event.over == ()


@pytest.mark.parametrize(
    ("changes", "attribute", "value"),
    [
        ({"statusCode": "closed"}, "over", (SAMPLE,)),
        ({"statusCode": "upcoming"}, "over", ()),
        ({"startTime": "Thu, 27 Aug 2026 13:19:03"}, "starts_at", datetime(2026, 8, 27, 13, 19, 3, tzinfo=UTC)),
        ({"startTime": "Mon, 3 Jun 2026 5:01:10 GMT"}, "starts_at", datetime(2026, 6, 3, 5, 1, 10, tzinfo=UTC)),
        ({"affectedEntities": [{"entityValue": OURS}]}, "instance_ids", (OURS,)),
        ({"affectedEntities": [{"entityValue": OURS}, {"entityValue": SAMPLE}]}, "instance_ids", (OURS, SAMPLE)),
        ({"affectedEntities": [{"entityValue": OURS}] * 2}, "instance_ids", (OURS,)),
        (
            {"affectedEntities": [{"entityValue": "h-0d123456bbf78910d"}, {"entityValue": OURS}]},
            "instance_ids",
            (OURS,),
        ),
        ({"affectedEntities": [{}, None, {"entityValue": 7}, {"entityValue": OURS}]}, "instance_ids", (OURS,)),
        (
            {"affectedEntities": [{"entityValue": OURS, "status": "RESOLVED"}, {"entityValue": SAMPLE}]},
            "instance_ids",
            (SAMPLE,),
        ),
        (
            {"affectedEntities": [{"entityValue": OURS, "status": "RESOLVED"}, {"entityValue": SAMPLE}]},
            "over",
            (OURS,),
        ),
        (
            {"affectedEntities": [{"entityValue": OURS, "status": "UNIMPAIRED"}, {"entityValue": OURS}]},
            "instance_ids",
            (OURS,),
        ),
        (
            {"statusCode": "closed", "affectedEntities": [{"entityValue": OURS, "status": "PENDING"}]},
            "over",
            (OURS,),
        ),
        ({"statusCode": "closed", "affectedEntities": [{"entityValue": OURS}]}, "instance_ids", ()),
        ({"startTime": "Thu, 27 Aug 2026 1:19:03 PM GMT"}, "starts_at", datetime(2026, 8, 27, 13, 19, 3, tzinfo=UTC)),
        ({"startTime": "Thu, 27 Aug 2026 12:19:03 AM"}, "starts_at", datetime(2026, 8, 27, 0, 19, 3, tzinfo=UTC)),
        ({"startTime": "Thu, 27 Aug 2026 13:19:03 PST"}, "starts_at", datetime(2026, 8, 27, 21, 19, 3, tzinfo=UTC)),
        ({"startTime": "2026-08-27T13:19:03Z"}, "starts_at", datetime(2026, 8, 27, 13, 19, 3, tzinfo=UTC)),
        ({"startTime": None}, "starts_at", None),
    ],
)
def test_health_writes_the_same_thing_in_several_ways(changes: dict[str, Any], attribute: str, value: object) -> None:
    raw = load_event("health_ec2_scheduled_change_retirement")
    raw["detail"] |= changes

    assert getattr(parse(raw), attribute) == value


@pytest.mark.parametrize(
    "entities",
    [
        [],
        None,
        [{}],
        [{"entityValue": None}],
        [{"entityValue": "UNKNOWN"}],
        [
            {"entityValue": "vol-0123456789abcdef0"},
            {"entityValue": "arn:aws:ec2:us-east-1:1:dedicated-host/h-0d123456"},
        ],
    ],
)
def test_a_change_of_no_instance_is_irrelevant(entities: object) -> None:
    raw = load_event("health_ec2_scheduled_change_retirement")
    raw["detail"]["affectedEntities"] = entities

    assert isinstance(parse(raw), Irrelevant)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"startTime": "Thu, 27 Aug 2026 13:19:03 CEST"}, "startTime is 'Thu, 27 Aug 2026 13:19:03 CEST' but must be"),
        ({"startTime": "Thu, 27 Aug 9999 13:19:03 GMT"}, "startTime is 'Thu, 27 Aug 9999 13:19:03 GMT' but must be"),
        ({"startTime": 7}, "startTime is 7 but must be text"),
        ({"startTime": ""}, "startTime is '' but must be a date"),
        ({"startTime": "x" * 100_000}, "startTime is 'xxx"),
        ({"affectedEntities": "i-0abcdef1234567890"}, "affectedEntities is 'i-0abcdef1234567890' but must be a list"),
        ({"affectedEntities": [{"entityValue": 7}]}, "entityValue is 7 but must be text"),
        ({"eventArn": ["arn"]}, "eventArn is ['arn'] but must be text"),
    ],
)
def test_a_change_that_cannot_be_read_is_refused_by_field_and_value(changes: dict[str, Any], sentence: str) -> None:
    raw = load_event("health_ec2_scheduled_change_retirement")
    raw["detail"] |= changes

    with pytest.raises(UnexpectedEventError) as refused:
        parse(raw)

    assert sentence in str(refused.value)
    assert len(str(refused.value)) <= 256


def test_a_scheduled_change_of_another_service_is_irrelevant() -> None:
    raw = load_event("health_ec2_scheduled_change_retirement")
    raw["detail"]["service"] = "RDS"

    assert isinstance(parse(raw), Irrelevant)
