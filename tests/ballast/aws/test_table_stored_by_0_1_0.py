"""What 0.1.0 has stored is read, and written back as 0.1.0 would: stacks are updated in place, and rolled back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ballast import clock
from ballast.aws import session
from ballast.aws.conversation_items import ItemTable
from ballast.aws.conversations import Conversations
from ballast.aws.ledger import Ledger
from ballast.facts.view import Provider
from ballast.publish.conversation import SlackState, TopicState
from ballast.publish.due import JoinWindow
from ballast.publish.incidents import incident_key
from ballast.records.disruption import Disruption, Hook, Phase, Reason
from ballast.records.document import Document
from ballast.records.kept import Kept
from ballast.records.release import Release
from ballast.records.rollout import InstanceUpdate, Rollout, RolloutState, Stage
from ballast.records.service_failure import FailureKind, ServiceFailure
from ballast.records.watch import Watch, WatchKind
from ballast.words.notice import Severity
from tests.aws_stubs import REGION, a_table
from tests.builders import ROOT

STORED = ROOT / "tests" / "samples" / "stored"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEYS = {"ledger": ("cluster", "item"), "conversations": ("conversation",)}
TOLD = "prod/spot_interruption/20261123T090000Z"
EMPTY = "stage/foreign_drain/20261123T090000Z"
INSTANCE, IMAGE = "i-0123456789abcdef0", "ami-0123456789abcdef0"


def minutes(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


def stored(kind: str) -> list[dict[str, Any]]:
    items = json.loads((STORED / f"{kind}.json").read_text(encoding="utf-8"))
    assert isinstance(items, list)
    return items


@pytest.fixture(autouse=True)
def _tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each kind twice: `old-…` with what 0.1.0 had stored, `new-…` for what is written now."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)
    session.client.cache_clear()
    with mock_aws():
        for kind, keys in KEYS.items():
            for age in ("old", "new"):
                a_table(f"{age}-{kind}", *keys)
            for item in stored(kind):
                boto3.client("dynamodb").put_item(TableName=f"old-{kind}", Item=item)
        yield
    session.client.cache_clear()


def written(kind: str) -> list[dict[str, Any]]:
    """In the order and form of the samples."""
    items: list[dict[str, Any]] = [*boto3.client("dynamodb").scan(TableName=f"new-{kind}")["Items"]]
    sets = [value["SS"] for item in items for value in item.values() if "SS" in value]
    for members in sets:
        members.sort()
    return sorted(items, key=lambda item: [item[key]["S"] for key in KEYS[kind]])


def test_clusters_are_read_with_their_tags_providers_and_groups() -> None:
    clusters = Ledger("old-ledger").clusters()

    prod, stage = clusters["prod"], clusters["stage"]
    assert (prod.tags["team"], prod.policy.budget, prod.instances, prod.refreshed_at) == ("web", "2", 12, NOW)
    assert prod.providers == (
        Provider("web", "web-asg", managed_draining=False),
        Provider("by-ecs", None, managed_draining=True),
    )
    assert (prod.groups, prod.daemon_services) == (("batch-asg", "web-asg"), ("logs", "metrics"))
    assert (stage.providers, stage.refreshed_at) == ((), None)


def test_drains_are_read_with_the_hook_that_holds_them() -> None:
    drains = {drain.instance_id: drain for drain in Ledger("old-ledger").books("prod").disruptions}

    token = "71514b9d-6a40-4b26-8523-05e7eacd7b2a"  # noqa: S105 - of a lifecycle action
    assert len(drains) == 4
    assert drains[INSTANCE] == Disruption(
        "prod", INSTANCE, Reason.LIFECYCLE_HOOK, Phase.DRAINING, forced=True,
        started_at=minutes(-3), deadline=minutes(57), group="web-asg", unprotected=True, tasks_at_start=7, revision=4,
        hook=Hook("web-asg", "ballast-drain", token, 900, minutes(-3), minutes(-1), completed=True),
    )  # fmt: skip
    assert drains["i-00000000000000004"].hook == Hook("web-asg", "h", None, 120, minutes(-1), minutes(-1))
    assert Ledger("old-ledger").find([("prod", INSTANCE)]) == {INSTANCE: drains[INSTANCE]}


def test_watches_rollouts_updates_and_releases_are_read() -> None:
    books = Ledger("old-ledger").books("prod")

    assert Watch("prod", WatchKind.AGENTS_LOST, "*", minutes(-10), told=True, revision=2) in books.watches
    assert Rollout(
        "prod", "aws-ecs-2", "x86_64", "1.64.0", IMAGE, RolloutState.HALTED, "in-place", minutes(-600),
        approved_at=minutes(-500), approved_by="arn:aws:iam::123456789012:user/jo", started_at=minutes(-490),
        resumed_at=minutes(-100), wave=2, wave_done_at=minutes(-20), halted_reason="2 of 12 instances failed",
        total=12, on_target=5, failed=2, excluded=1, told=3, revision=31,
    ) in books.rollouts  # fmt: skip
    assert InstanceUpdate(
        "prod", "i-0fedcba9876543210", "1.64.0/20261122T230000Z", "1.64.0", Stage.STAGING, minutes(-1), wave=1,
        asked=Document.STAGE, command_id="8865c81a-83ae-4c2e-958d-05dc107ef47e", command_at=minutes(-1), attempts=1,
        began_from="1.62.1", version_lock="latest", ignore_waves=False, revision=6,
    ) in books.updates  # fmt: skip
    assert (len(books.watches), len(books.rollouts), len(books.updates)) == (3, 2, 2)
    assert Ledger("old-ledger").releases() == {
        ("aws-ecs-2", "x86_64"): Release(
            "aws-ecs-2", "x86_64", "1.64.0", IMAGE, minutes(-700), "1.63.0", "ami-0fedcba9876543210", ("1.63.1",), 2
        )
    }


def test_the_count_in_flight_goes_on_where_it_was() -> None:
    ledger = Ledger("old-ledger")
    [voluntary] = [drain for drain in ledger.books("prod").disruptions if drain.takes_budget]

    ledger.write(voluntary, None)

    key = {"cluster": {"S": "prod"}, "item": {"S": "#in-flight"}}
    count = boto3.client("dynamodb").get_item(TableName="old-ledger", Key=key)["Item"]
    assert count["in_flight"] == {"N": "0"}


def test_the_ledger_is_written_as_it_was() -> None:
    old, new = Ledger("old-ledger"), Ledger("new-ledger")
    for cluster in old.clusters().values():
        new.put_cluster(cluster)
    books = old.books("prod")
    records: list[Kept] = [*books.disruptions, *books.rollouts, *books.updates, *old.releases().values()]
    for record in records:
        new.write(None, record, budget=2)
    for watch in books.watches:
        new.write_watch(None, watch)

    assert written("ledger") == stored("ledger")


def test_conversations_are_read_with_their_incidents_and_channels() -> None:
    store = Conversations(ItemTable("old-conversations"))

    told, empty = store.load(TOLD), store.load(EMPTY)

    assert told
    assert empty
    paged = told.incidents[incident_key("prod/i-00000000000000002/20261123T090000Z")]
    assert (paged.severity, paged.told, paged.closed, paged.has_instance) == (
        Severity.PAGE, Severity.INFO, False, True,
    )  # fmt: skip
    assert paged.codes == {"DrainStarted", "TasksLeft"}
    repeated = told.incidents[incident_key("prod/i-00000000000000006/20261123T090000Z")]
    assert repeated.repeats == {"DrainProgress": 11}
    assert told.counts_by_code == {
        "DrainStarted": 7, "DrainFinished": 4, "DrainProgress": 2, "TasksLeft": 1, "FleetNews": 1,
    }  # fmt: skip
    assert told.headline.code == "TasksLeft"
    assert told.topic == TopicState(minutes(1), minutes(2), owes_closing=True, leased_until=minutes(3))
    unsaid = ("one", "two \u2013 three")
    assert told.slack == SlackState(
        "C0123456789", "1700000000.000100", "a1b2c3d4", unsaid=unsaid, unsaid_count=5, unsaid_pages=1,
        leased_until=minutes(4),
    )  # fmt: skip
    assert (empty.incidents, empty.worst, empty.topic, empty.slack) == ({}, None, TopicState(), SlackState())


def test_incidents_windows_failing_services_and_the_agenda_are_read() -> None:
    store = Conversations(ItemTable("old-conversations"))

    names = [f"prod/i-{number:017x}/20261123T090000Z" for number in (1, 2, 3)]
    assert store.joined(names) == {names[0]: TOLD, names[1]: TOLD}
    assert store.window("prod", "spot_interruption") == JoinWindow(TOLD, NOW)
    assert store.watched(FailureKind.PLACEMENT, "prod", "api") == ServiceFailure(
        FailureKind.PLACEMENT, "prod", "api", minutes(-5), "RESOURCE:MEMORY \u2013 no room"
    )
    agenda = store.agenda()
    assert agenda.conversations == {TOLD, EMPTY}
    assert agenda.placements == {("prod", "api"), ("stage", "web/x")}
    assert agenda.revision == 2


def test_conversations_are_written_as_they_were() -> None:
    old, new = Conversations(ItemTable("old-conversations")), Conversations(ItemTable("new-conversations"))
    told, empty = old.load(TOLD), old.load(EMPTY)
    new.update(TOLD, lambda _: empty)
    new.update(TOLD, lambda _: told)
    new.update(EMPTY, lambda _: empty)
    for number in (1, 2):
        new.join(f"prod/i-{number:017x}/20261123T090000Z", TOLD)
    window = old.window("prod", "spot_interruption")
    placement = old.watched(FailureKind.PLACEMENT, "prod", "api")
    deployment = old.watched(FailureKind.DEPLOYMENT, "prod", "web")
    assert window
    assert placement
    assert deployment
    new.open_window("prod", "spot_interruption", window, replacing=None)
    new.watch(placement)
    new.rewatch(deployment)
    new.add_to_agenda({TOLD, EMPTY}, {("prod", "api")})
    new.add_to_agenda({TOLD}, {("stage", "web/x")})

    assert written("conversations") == stored("conversations")


def test_a_race_with_a_function_of_0_1_0_is_lost_and_won_by_the_same_rules() -> None:
    store = Conversations(ItemTable("old-conversations"))
    before = store.agenda()
    newer = JoinWindow("newer", minutes(5))

    assert store.open_window("prod", "spot_interruption", newer, replacing=JoinWindow(TOLD, NOW)) == newer
    store.add_to_agenda({"newer"}, set())
    store.strike_from_agenda(before, {TOLD}, set())

    assert store.agenda().conversations == {TOLD, EMPTY, "newer"}
