"""Whatever an item of the ledger holds, it is read as it was written, or skipped and named by its key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.aws.codec import from_item, to_item, value
from ballast.aws.ledger_changes import item_of, key
from ballast.aws.ledger_items import InFlight, read_all, read_books, why_unread
from ballast.errors import UnreadableItemError
from ballast.records.kept import Kept
from ballast.records.release import Release
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState, Stage
from tests.builders import NOW, a_disruption, a_watch

ROLLOUT = Rollout("prod", "aws-ecs-2", "x86_64", "1.64.0", None, RolloutState.RUNNING, "in-place", NOW)
UPDATE = InstanceUpdate("prod", "i-0123456789abcdef0", ROLLOUT.id, "1.64.0", Stage.STAGING, NOW, version_lock="v1.62.1")
RELEASE = Release("aws-ecs-2", "x86_64", "1.64.0", "ami-0123456789abcdef0", NOW)
RECORDS: tuple[Kept, ...] = (a_disruption(), a_watch(), ROLLOUT, UPDATE, RELEASE)
HOSTILE: tuple[Any, ...] = (
    None, True, -1, 10**12, "", "x" * 2000, "\x00\n", "2026-11-23T09:00:00", "9999-12-31T23:59:59Z", "pausing",
    "$(reboot); x", [], ["x", 1], {}, {"a": {"b": 1}},
)  # fmt: skip


def spoilt(record: Kept, **fields: Any) -> dict[str, Any]:
    return {**item_of(record), **{name: value(plain) for name, plain in fields.items()}}


@pytest.mark.parametrize(
    ("record", "fields", "named"),
    [
        (a_disruption(), {"phase": "pausing"}, "phase is 'pausing'"),
        (a_disruption(), {"started_at": "2026-11-23T09:00:00"}, "a time with its zone"),
        (a_disruption(), {"deadline": "9999-12-31T23:59:59Z"}, "deadline is '9999"),
        (a_disruption(), {"instance_id": "i-0fffffffffffffff0"}, "another key"),
        (a_watch(), {"since": None}, "since is None"),
        (a_watch(), {"revision": -1}, "revision is"),
        (ROLLOUT, {"target": "$(reboot)"}, "is not a Bottlerocket version"),
        (ROLLOUT, {"strategy": "blue-green"}, "strategy is"),
        (UPDATE, {"version_lock": "$(reboot); x"}, "version_lock is"),
        (UPDATE, {"stage": "resting"}, "stage is 'resting'"),
    ],
)
def test_an_item_that_nobody_can_read_is_skipped_and_its_key_and_field_are_named(
    record: Kept, fields: dict[str, Any], named: str
) -> None:
    good = a_disruption(instance_id="i-0aaaaaaaaaaaaaaa0")

    books = read_books("prod", [spoilt(record, **fields), item_of(good)])

    [unread] = books.unread
    assert (unread.cluster, unread.item, named in unread.why) == ("prod", record.item, True), unread.why
    assert (books.disruptions, books.watches, books.rollouts, books.updates) == ((good,), (), (), ())


@pytest.mark.parametrize("number", ["1", -1, 10**30])
def test_a_count_in_flight_that_is_no_count_is_named(number: object) -> None:
    item = {**key("prod", "#in-flight"), "in_flight": value(number)}

    assert why_unread(InFlight, item).startswith("in_flight is")
    assert [one.item for one in read_books("prod", [item]).unread] == ["#in-flight"]


@given(st.sampled_from(RECORDS), st.data())
def test_whatever_becomes_of_its_fields_an_item_is_read_or_named(record: Kept, data: st.DataObject) -> None:
    item = dict(item_of(record))
    for name in data.draw(st.lists(st.sampled_from(sorted(item.keys() - {"cluster", "item"})), min_size=1, max_size=3)):
        if data.draw(st.booleans()):
            item.pop(name, None)
        else:
            item[name] = value(data.draw(st.sampled_from(HOSTILE)))

    found, unread = read_all(type(record), [item])

    assert len(found) + len(unread) == 1
    for one in found:
        assert from_item(type(one), to_item(one)) == one
        times = [t for name in one.__dataclass_fields__ if isinstance(t := getattr(one, name), datetime)]
        assert all(t.tzinfo is UTC for t in times)
    for each in unread:
        assert each.item == record.item
        assert each.why.isprintable()
        assert len(each.why) <= 256


def test_only_one_error_is_raised_of_an_item() -> None:
    with pytest.raises(UnreadableItemError, match="lacks 'since'"):
        from_item(type(a_watch()), {"kind": {"S": "paused"}, "cluster": {"S": "x"}, "subject": {"S": "y"}})
