"""The ledger under overlapping functions: conditions, and a budget that is never overspent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ballast.aws import command_items, session
from ballast.aws.ledger import Ledger
from ballast.errors import LostRaceError, UnavailableError
from ballast.plans.plan import next_revision
from ballast.policy.policy import Policy
from ballast.records.disruption import Disruption, Phase
from ballast.records.watch import WatchKind
from tests.aws_stubs import REGION, a_table, stubbed
from tests.builders import (
    CLUSTER,
    INSTANCE_ID,
    NOW,
    a_brake,
    a_cluster,
    a_disruption,
    a_scale_in,
    a_voluntary,
    a_waiting,
    a_watch,
    minutes,
)

OTHER = "i-0fedcba9876543210"
THIRD = "i-00000000000000003"


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    session.client.cache_clear()
    with mock_aws():
        a_table("ledger", "cluster", "item")
        yield Ledger("ledger", Policy(budget="7"))
    session.client.cache_clear()


def in_flight() -> int:
    key = {"cluster": {"S": CLUSTER}, "item": {"S": "#in-flight"}}
    item = boto3.client("dynamodb").get_item(TableName="ledger", Key=key).get("Item", {})
    return int(item.get("in_flight", {"N": "0"})["N"])


def claimed(instance_id: str = INSTANCE_ID, **changes: Any) -> Disruption:
    return a_voluntary(instance_id=instance_id, phase=Phase.CLAIMED, revision=1, **changes)


def test_a_disruption_is_found_by_its_instance_and_listed_with_its_cluster(ledger: Ledger) -> None:
    ledger.write(None, a_scale_in())
    ledger.write(None, a_scale_in(cluster="stage", instance_id=OTHER))

    assert ledger.find([(CLUSTER, INSTANCE_ID), (CLUSTER, OTHER)]) == {INSTANCE_ID: a_scale_in()}
    assert ledger.open(CLUSTER) == ((a_scale_in(),), ())


def test_of_two_claims_of_one_instance_the_second_loses(ledger: Ledger) -> None:
    ledger.write(None, a_disruption())

    with pytest.raises(LostRaceError):
        ledger.write(None, a_scale_in())
    assert ledger.find([(CLUSTER, INSTANCE_ID)]) == {INSTANCE_ID: a_disruption()}


def test_a_step_from_a_stale_revision_loses(ledger: Ledger) -> None:
    first = a_disruption()
    second = next_revision(replace(first, phase=Phase.DRAINED))
    ledger.write(None, first)
    ledger.write(first, second)

    for after in (next_revision(replace(first, phase=Phase.ESCALATED)), None):
        with pytest.raises(LostRaceError):
            ledger.write(first, after)
    assert ledger.find([(CLUSTER, INSTANCE_ID)]) == {INSTANCE_ID: second}


def test_a_disruption_that_is_closed_is_gone_and_cannot_be_closed_again(ledger: Ledger) -> None:
    ledger.write(None, a_disruption())
    ledger.write(a_disruption(), None)

    assert ledger.open(CLUSTER) == ((), ())
    with pytest.raises(LostRaceError):
        ledger.write(a_disruption(), None)


def test_a_voluntary_claim_takes_budget_until_it_is_used_up(ledger: Ledger) -> None:
    ledger.write(None, claimed(), budget=2)
    ledger.write(None, claimed(OTHER), budget=2)

    with pytest.raises(LostRaceError):
        ledger.write(None, claimed(THIRD), budget=2)
    assert in_flight() == 2
    assert ledger.find([(CLUSTER, THIRD)]) == {}


def test_two_functions_that_saw_the_same_free_budget_do_not_both_get_it(ledger: Ledger) -> None:
    """Each has looked before the other has written; the count decides, not what they saw."""
    seen_by_both = ledger.open(CLUSTER)
    ledger.write(None, claimed(), budget=1)

    with pytest.raises(LostRaceError):
        ledger.write(None, claimed(OTHER), budget=1)
    assert seen_by_both == ((), ())
    assert in_flight() == 1


def test_instances_that_are_out_for_other_reasons_use_the_budget_up(ledger: Ledger) -> None:
    with pytest.raises(LostRaceError, match="used up by 2 other instances"):
        ledger.write(None, claimed(), budget=2, others_out=2)
    ledger.write(None, claimed(), budget=3, others_out=2)
    with pytest.raises(LostRaceError):
        ledger.write(None, claimed(OTHER), budget=3, others_out=2)


def test_forced_and_waiting_disruptions_take_no_budget(ledger: Ledger) -> None:
    ledger.write(None, a_scale_in())
    ledger.write(None, a_waiting(instance_id=OTHER))

    assert in_flight() == 0


@pytest.mark.parametrize(
    "after",
    [
        None,
        next_revision(replace(claimed(), phase=Phase.ROLLED_BACK)),
        next_revision(replace(claimed(), phase=Phase.WAITING)),
        next_revision(replace(claimed(), forced=True)),
    ],
)
def test_the_end_of_a_voluntary_drain_releases_its_budget_at_once(ledger: Ledger, after: Disruption | None) -> None:
    ledger.write(None, claimed(), budget=1)

    ledger.write(claimed(), after)

    assert in_flight() == 0
    ledger.write(None, claimed(OTHER), budget=1)


def test_a_release_that_is_repeated_releases_nothing(ledger: Ledger) -> None:
    ledger.write(None, claimed(), budget=2)
    ledger.write(None, claimed(OTHER), budget=2)
    ledger.write(claimed(), None)

    with pytest.raises(LostRaceError):
        ledger.write(claimed(), None)
    assert in_flight() == 1


def test_a_claim_that_loses_its_race_takes_no_budget(ledger: Ledger) -> None:
    ledger.write(None, a_scale_in())

    with pytest.raises(LostRaceError):
        ledger.write(None, claimed(), budget=5)
    assert in_flight() == 0


def test_a_waiting_drain_that_begins_takes_budget(ledger: Ledger) -> None:
    waiting = a_waiting()
    ledger.write(None, waiting)

    ledger.write(waiting, claimed(), budget=1)

    assert in_flight() == 1


def test_steps_within_a_voluntary_drain_keep_its_budget(ledger: Ledger) -> None:
    draining = next_revision(replace(claimed(), phase=Phase.DRAINING))
    ledger.write(None, claimed(), budget=1)

    ledger.write(claimed(), draining)
    ledger.write(draining, next_revision(replace(draining, phase=Phase.DRAINED)))

    assert in_flight() == 1


def test_a_watch_is_begun_told_and_closed_once_each(ledger: Ledger) -> None:
    watch = a_watch()
    told = a_watch(told=True, revision=1)
    ledger.write_watch(None, watch)
    ledger.write_watch(None, a_watch(kind=WatchKind.AGENT_LOST))
    ledger.write_watch(watch, told)

    for before, after in ((None, watch), (watch, told), (watch, None)):
        with pytest.raises(LostRaceError):
            ledger.write_watch(before, after)
    assert set(ledger.open(CLUSTER)[1]) == {told, a_watch(kind=WatchKind.AGENT_LOST)}
    ledger.write_watch(told, None)
    assert len(ledger.open(CLUSTER)[1]) == 1


def test_a_cluster_has_the_policy_of_the_deployment_and_its_tags(ledger: Ledger) -> None:
    ledger.put_cluster(a_cluster(tags={"ballast:standalone-tasks": "stop"}))

    policy = ledger.clusters()[CLUSTER].policy

    assert (policy.budget, policy.standalone_tasks) == ("7", "stop")
    ledger.remove_cluster(CLUSTER)
    assert ledger.clusters() == {}


def test_functions_that_write_different_fields_of_a_cluster_lose_nothing_of_each_other(ledger: Ledger) -> None:
    before = a_cluster(instances=3, groups=("web",))
    ledger.put_cluster(before)

    ledger.set_cluster(replace(before, instances=4), "instances")
    ledger.set_cluster(replace(before, groups=("web", "batch"), hooks_at=NOW), "groups", "hooks_at")

    found = ledger.cluster(CLUSTER)
    assert found is not None
    assert (found.instances, found.groups, found.hooks_at) == (4, ("web", "batch"), NOW)
    assert found == ledger.clusters()[CLUSTER]


def test_a_cluster_that_is_not_looked_after_any_more_does_not_come_back(ledger: Ledger) -> None:
    ledger.set_cluster(a_cluster(), "instances")

    assert ledger.cluster(CLUSTER) is None
    assert ledger.clusters() == {}


def test_more_instances_than_one_read_takes_are_found(ledger: Ledger) -> None:
    ids = [f"i-{number:017x}" for number in range(101)]
    for instance_id in ids:
        ledger.write(None, a_disruption(instance_id=instance_id))

    assert ledger.find([(CLUSTER, i) for i in ids]).keys() == set(ids)


def test_keys_that_dynamodb_did_not_process_are_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    key = {"cluster": {"S": CLUSTER}, "item": {"S": f"drain#{INSTANCE_ID}"}}
    asked = {"RequestItems": {"ledger": {"Keys": [key], "ConsistentRead": True}}}
    with stubbed(monkeypatch) as aws:
        unprocessed = {"ledger": {"Keys": [key], "ConsistentRead": True}}
        aws.answers("dynamodb", "batch_get_item", asked, {"Responses": {}, "UnprocessedKeys": unprocessed})
        aws.answers("dynamodb", "batch_get_item", asked, {"Responses": {"ledger": []}})

        assert Ledger("ledger").find([(CLUSTER, INSTANCE_ID)]) == {}


@pytest.mark.parametrize("write", ["write", "write_watch"])
def test_an_error_that_is_no_lost_race_is_raised(monkeypatch: pytest.MonkeyPatch, write: str) -> None:
    with stubbed(monkeypatch) as aws:
        aws.refuses("dynamodb", "put_item", "ProvisionedThroughputExceededException")

        thing = a_disruption() if write == "write" else a_watch()
        with pytest.raises(UnavailableError, match="ProvisionedThroughputExceeded"):
            getattr(Ledger("ledger"), write)(None, thing)


@pytest.mark.parametrize("subject", ["ballast:budget=" + "𠀀" * 256, "UpdateWindows=" + "🚢" * 256])
def test_a_watch_of_a_long_text_in_any_script_is_kept_and_closed(ledger: Ledger, subject: str) -> None:
    watch = a_watch(kind=WatchKind.UNREADABLE_POLICY, subject=subject)
    ledger.write_watch(None, watch)

    assert ledger.open(CLUSTER)[1] == (watch,)

    ledger.write_watch(watch, None)
    assert ledger.open(CLUSTER)[1] == ()


def stored(**item: str) -> None:
    item = {"cluster": CLUSTER, "item": "pause", **item}
    boto3.client("dynamodb").put_item(TableName="ledger", Item={name: {"S": text} for name, text in item.items()})


def test_a_pause_is_read_with_what_is_read_anyway(ledger: Ledger) -> None:
    command_items.put_pause(ledger.table, None, a_brake())
    ledger.write(None, a_disruption())

    cluster, found = ledger.known(a_cluster(), [INSTANCE_ID, OTHER])

    assert cluster.policy.pause(NOW) == a_brake()
    assert found == {INSTANCE_ID: a_disruption()}
    assert ledger.books(CLUSTER).pause == a_brake()
    assert ledger.books("stage").pause is None
    assert ledger.known(a_cluster(name="stage"), [])[0].policy.pause(NOW) is None


def test_a_pause_that_somebody_spoke_of_since_it_was_read_is_not_overwritten(ledger: Ledger) -> None:
    """Two functions hear two commands at once: the slower one must look again."""
    first, later = a_brake(said_at=NOW), a_brake(said_at=NOW + timedelta(minutes=1))
    command_items.put_pause(ledger.table, None, first)
    command_items.put_pause(ledger.table, first, later)

    for read in (None, first):
        with pytest.raises(LostRaceError):
            command_items.put_pause(ledger.table, read, first)

    assert ledger.books(CLUSTER).pause == later


@pytest.mark.parametrize(
    "item",
    [{}, {"by": "jo"}, {"by": "jo", "until": "tomorrow"}, {"by": "jo", "until": "2020-01-01T00:00:00"}, {"until": "1"}],
)
def test_a_pause_that_nobody_can_read_holds_and_hides_nothing_else(ledger: Ledger, item: dict[str, str]) -> None:
    stored(**item)
    ledger.write(None, a_disruption())

    cluster, found = ledger.known(a_cluster(), [INSTANCE_ID])
    pause = cluster.policy.pause(NOW)

    assert pause is not None
    assert pause.words.endswith("by an entry of the ledger that cannot be read")
    assert found == {INSTANCE_ID: a_disruption()}
    assert ledger.books(CLUSTER).pause == pause


def test_a_pause_by_tag_ends_by_when_the_tag_was_first_seen(ledger: Ledger) -> None:
    ledger.put_cluster(a_cluster(tags={"ballast:paused": "incident"}, pause_tag_since=NOW))

    for cluster in (ledger.clusters()[CLUSTER], ledger.cluster(CLUSTER)):
        assert cluster is not None
        assert cluster.policy.pause(NOW + minutes(239)) is not None
        assert cluster.policy.pause(NOW + minutes(240)) is None


def test_a_forced_drain_takes_the_place_of_an_item_that_nobody_can_read(ledger: Ledger) -> None:
    """A Spot warning was retried until it was too late, as the place in the ledger was taken."""
    ledger.write(None, a_disruption(forced=False), budget=1)
    spoil(a_disruption().item, "phase", {"S": "of a newer version"})
    forced = a_scale_in()

    assert ledger.books(CLUSTER).unread_drains == {INSTANCE_ID}
    cluster, known = ledger.known(a_cluster(), [INSTANCE_ID, OTHER])
    assert cluster.unread == {INSTANCE_ID}
    assert known == {}
    with pytest.raises(LostRaceError):
        ledger.write(None, a_disruption(forced=False), budget=9)
    ledger.write(None, forced)

    assert ledger.books(CLUSTER).disruptions == (forced,)
    assert ledger.books(CLUSTER).unread == ()


def test_a_count_that_nobody_can_read_holds_up_no_forced_drain_and_is_counted_anew(ledger: Ledger) -> None:
    voluntary = a_disruption(forced=False)
    ledger.write(None, voluntary, budget=1)
    spoil("#in-flight", "in_flight", {"S": "one"})

    books = ledger.books(CLUSTER)
    assert [unread.item for unread in books.unread] == ["#in-flight"]
    ledger.write(voluntary, replace(voluntary, forced=True, revision=1))
    ledger.count_anew(ledger.books(CLUSTER), CLUSTER)

    assert ledger.books(CLUSTER).unread == ()
    assert ledger.books(CLUSTER).disruptions[0].forced


def test_a_cluster_whose_entry_nobody_can_read_is_not_lost_and_begins_nothing_voluntary(ledger: Ledger) -> None:
    ledger.put_cluster(a_cluster())
    spoil(CLUSTER, "arn", {"N": "7"}, partition="#registry")

    clusters, unread = ledger.registry()

    assert [(one.cluster, one.item) for one in unread] == [("#registry", CLUSTER)]
    assert clusters[CLUSTER].policy.pause(NOW) is not None


def spoil(item: str, field: str, stored: dict[str, str], partition: str = CLUSTER) -> None:
    boto3.client("dynamodb").update_item(
        TableName="ledger",
        Key={"cluster": {"S": partition}, "item": {"S": item}},
        UpdateExpression="SET #f = :v",
        ExpressionAttributeNames={"#f": field},
        ExpressionAttributeValues={":v": stored},
    )
