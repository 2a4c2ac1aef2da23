"""A value that is stored comes back the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.aws.codec import from_item, from_plain, to_item, to_plain
from ballast.aws.conversation_records import Joined, Kept, Listed, Paced, Part, Window
from ballast.aws.ledger_items import InFlight
from ballast.aws.rounds import Noted
from ballast.errors import UnreadableItemError
from ballast.facts.view import Cluster, Provider
from ballast.policy.policy import Policy
from ballast.publish.slack_pace import Pace
from ballast.records.answer import Answer, Heard
from ballast.records.disruption import Disruption
from ballast.records.watch import Watch, WatchKind
from tests.ballast.aws.test_ledger_items import RELEASE, ROLLOUT, UPDATE
from tests.ballast.aws.test_rebalance_items import LEARNED, MEMORY, MOVE, SHORTAGE, TALLY, TOLD
from tests.builders import NOW, a_cluster, a_disruption, a_policy, a_scale_in, a_watch
from tests.fuzz.test_items import PAUSE, REPAIRS, STORED
from tests.strategies import disruptions


@given(disruptions())
def test_a_disruption_comes_back_the_same(disruption: Disruption) -> None:
    assert from_item(Disruption, to_item(disruption)) == disruption


@given(st.sampled_from(WatchKind), st.booleans(), st.integers(0, 10**6))
def test_a_watch_comes_back_the_same(kind: WatchKind, told: bool, revision: int) -> None:  # noqa: FBT001
    watch = a_watch(kind=kind, told=told, revision=revision)

    assert from_item(Watch, to_item(watch)) == watch


def test_a_cluster_comes_back_without_its_policy_which_is_in_its_tags() -> None:
    cluster = a_cluster(
        a_policy(budget="3"),
        tags={"ballast:budget": "3"},
        providers=(Provider("p", "web", managed_draining=True), Provider("by-ecs", None, managed_draining=True)),
        daemon_services=("logs", "metrics"),
    )

    item = to_item(cluster)

    assert "policy" not in item
    assert from_item(Cluster, item) == replace(cluster, policy=Policy())


def test_what_is_none_is_left_out_and_times_are_text() -> None:
    item = to_item(a_disruption(deadline=None), item="drain#x")

    assert "deadline" not in item
    assert item["started_at"] == {"S": NOW.isoformat()}
    assert item["item"] == {"S": "drain#x"}


def test_attributes_of_a_later_version_are_ignored() -> None:
    item: dict[str, Any] = {**to_item(a_scale_in()), "mood": {"S": "calm"}}

    assert from_item(Disruption, item) == a_scale_in()


def test_sets_come_back_frozen_and_json_keeps_what_is_none() -> None:
    assert isinstance(from_plain(frozenset[str], {"a", "b"}), frozenset)
    assert to_plain(a_disruption(deadline=None))["deadline"] is None
    assert from_plain(Disruption, to_plain(a_disruption(deadline=None))) == a_disruption(deadline=None)


# Of every kind of item that a table holds, one that a newer version, a hand or a fault has left, and the words for it.
SPOILT: tuple[tuple[Any, str, Any, str], ...] = (
    (a_disruption(), "phase", {"S": "resting"}, "phase is 'resting' but must be one of waiting,"),
    (a_disruption(), "forced", {"S": "true"}, "forced is 'true' but must be true or false"),
    (a_scale_in(), "hook", {"L": []}, "hook is [] but must be an object"),
    (a_watch(), "told", {"N": "1"}, "told is Decimal('1') but must be true or false"),
    (a_watch(), "since", {"S": "2026-11-23T09:00:00"}, "but must be a time with its zone"),
    (a_watch(), "kind", {"S": "of a newer version"}, "kind is 'of a newer version' but must be one of foreign_drain,"),
    (ROLLOUT, "image_id", {"S": "ami-$(reboot)"}, "'ami-$(reboot)' is not the id of an AMI"),
    (ROLLOUT, "wave", {"BOOL": True}, "wave is True but must be a whole number"),
    (UPDATE, "version_lock", {"S": "$(reboot); x"}, "version_lock is '$(reboot); x', which no command can put back"),
    (RELEASE, "version", {"S": "1.64"}, "'1.64' is not a Bottlerocket version"),
    (PAUSE, "until", {"S": "9999-12-31T23:59:59Z"}, "must be a time of the years 2000 to 2099"),
    (Answer("c-1", True, ("done",), NOW, 7), "lines", {"S": "done"}, "lines is 'done' but must be a list"),  # noqa: FBT003
    (Heard("c-1", NOW, 7), "at", {"NULL": True}, "at is None but must be text"),
    (a_cluster(), "instances", {"N": "1E+37"}, "instances is Decimal('1E+37') but must be a whole number below"),
    (a_cluster(), "tags", {"M": {"a": {"N": "1"}}}, "tags is Decimal('1') but must be text"),
    (InFlight(1), "in_flight", {"N": "-1"}, "in_flight is Decimal('-1') but must be a whole number"),
    (Noted(NOW), "at", {"S": "soon"}, "at is 'soon' but must be a time"),
    (Joined("prod/x"), "joined", {"S": "x" * 3000}, "3000 bytes, but must have at most 1000"),
    (Window("prod/x", NOW), "joined", {"S": "a\nb"}, "joined is 'a\\nb' but must be text that can be printed"),
    (Kept(2, "{}"), "revision", {"N": "0.5"}, "revision is Decimal('0.5') but must be a whole number"),
    (Part("{}"), "body", {"B": b"\xff"}, "but must be text"),
    (Listed(frozenset({"prod/x"})), "conversations", {"S": "prod/x"}, "conversations is 'prod/x' but must be a list"),
    (MOVE, "saving_usd_per_hour", {"N": "1E+37"}, "saving_usd_per_hour is Decimal('1E+37') but must be a number below"),
    (SHORTAGE, "failures", {"N": "1.5"}, "failures is Decimal('1.5') but must be a whole number"),
    (MEMORY, "launched", {"S": "i-1"}, "launched is 'i-1' but must be a list"),
    (TALLY, "since", {"S": "soon"}, "since is 'soon' but must be a time"),
    (TOLD, "told", {"L": []}, "told is [] but must be an object"),
    (LEARNED, "sizes", {"S": "m7i.large"}, "sizes is 'm7i.large' but must be a list"),
    (REPAIRS, "begun", {"L": [{"S": "soon"}]}, "is 'soon' but must be a time"),
    (Pace(post_at=NOW), "post_at", {"N": "7"}, "post_at is Decimal('7') but must be text"),
)


@pytest.mark.parametrize(("sound", "field", "stored", "why"), SPOILT)
def test_of_each_kind_of_item_one_that_nobody_can_read_is_one_error_that_names_its_field(
    sound: Any, field: str, stored: Any, why: str
) -> None:
    assert from_item(type(sound), to_item(sound))

    with pytest.raises(UnreadableItemError) as caught:
        from_item(type(sound), {**to_item(sound), field: stored})

    assert why in str(caught.value)
    assert str(caught.value).isprintable()


def test_no_kind_of_item_is_left_out() -> None:
    """A table that something new is written to wants an example above."""
    assert {type(sound) for sound, *_ in SPOILT} == {type(sound) for sound in STORED} - {Paced}
