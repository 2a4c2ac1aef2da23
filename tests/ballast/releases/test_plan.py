"""Every change of `latest` is announced once, however odd what AWS or the instances say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.facts.running import Kind, Running
from ballast.facts.view import Cluster
from ballast.plans.action import Action
from ballast.plans.actions import Announce, Record, RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.records.release import AVAILABLE, RECALLED, Release, newer, parse_release
from ballast.records.watch import Watch, WatchKind
from ballast.releases.plan import names_to_read, parameter_names, plan_releases
from ballast.words.notice import Notice, Severity
from ballast.words.shortened import SENTENCE
from tests.builders import NOW, a_cluster

KIND = ("aws-ecs-2", "x86_64")
ARM = ("aws-ecs-2", "arm64")
PROD = a_cluster()
STAGING = a_cluster(name="staging")
KNOWN = Release(*KIND, "1.62.1", "ami-0000000000000621", NOW - timedelta(days=20), "1.61.0", "ami-0000000000000610")


def image_of(version: str) -> str:
    return "ami-" + version.replace(".", "").zfill(16)


def published(version: str, kind: Kind = KIND, *, image_id: str | None = None) -> dict[str, str]:
    name_of_version, name_of_image = parameter_names(kind)
    return {name_of_version: f"{version}-ea1afdd6", name_of_image: image_id or image_of(version)}


def host(number: int = 1, version: str | None = "1.62.1", kind: Kind = KIND, cluster: Cluster = PROD) -> Running:
    return Running(cluster, f"i-{number:017x}", kind, version)


def planned(
    parameters: Mapping[str, str],
    *running: Running,
    known: Release | None = KNOWN,
    watches: Sequence[Watch] = (),
    unseen: Sequence[str] = (),
) -> tuple[Plan, ...]:
    releases = {(known.variant, known.arch): known} if known else {}
    return plan_releases(parameters, releases, running or (host(),), watches, NOW, unseen=unseen)


def actions(plans: Sequence[Plan]) -> list[Action]:
    return [action for plan in plans for action in plan.actions]


def notices(plans: Sequence[Plan]) -> list[Notice]:
    return [action.notice for action in actions(plans) if isinstance(action, Tell)]


def events(plans: Sequence[Plan]) -> list[Announce]:
    return [action for action in actions(plans) if isinstance(action, Announce)]


def recorded(plans: Sequence[Plan]) -> list[Release]:
    return [action.after for action in actions(plans) if isinstance(action, Record) and action.after]


def test_a_higher_version_is_announced_told_and_then_recorded() -> None:
    plans = planned(published("1.64.0"), host(1), host(2), host(3, "1.61.0", cluster=STAGING))

    [event], [notice], [release] = events(plans), notices(plans), recorded(plans)
    assert [type(action) for action in actions(plans)] == [Announce, Tell, Record]
    assert event.detail_type == AVAILABLE
    assert event.detail == {
        "schemaVersion": "1",
        "variant": "aws-ecs-2",
        "arch": "x86_64",
        "version": "1.64.0",
        "imageId": image_of("1.64.0"),
        "previousVersion": "1.62.1",
        "previousImageId": KNOWN.image_id,
        "seenAt": NOW.isoformat(),
    }
    assert (release.version, release.image_id, release.seen_at) == ("1.64.0", image_of("1.64.0"), NOW)
    assert release.revision == KNOWN.revision + 1
    assert (notice.code, notice.severity) == ("BottlerocketReleaseAvailable", Severity.INFO)
    assert notice.impact == "Running in prod, staging: 2 on 1.62.1, 1 on 1.61.0."


def test_the_first_sight_of_a_variant_is_announced_without_a_version_before() -> None:
    plans = planned(published("1.64.0"), known=None)

    [event], [release] = events(plans), recorded(plans)
    assert event.detail["previousVersion"] is event.detail["previousImageId"] is None
    assert [action.before for action in actions(plans) if isinstance(action, Record)] == [None]
    assert release.seen_at == NOW
    assert "first" in notices(plans)[0].why


@pytest.mark.parametrize("image_id", [KNOWN.image_id, "ami-0000000000000999"])
def test_what_is_known_already_is_no_news(image_id: str) -> None:
    assert actions(planned(published("1.62.1", image_id=image_id))) == []


def test_versions_are_compared_as_numbers() -> None:
    known = replace(KNOWN, version="1.9.0")

    assert events(planned(published("1.10.0"), known=known))[0].detail_type == AVAILABLE


def test_a_recall_pages_with_the_instances_that_run_it() -> None:
    latest = replace(KNOWN, version="1.64.0", image_id=image_of("1.64.0"))
    plans = planned(
        published("1.62.1"),
        host(1, "1.64.0"), host(2, "1.62.1"), host(3, "1.64.0", cluster=STAGING), host(4, "1.64.0", ARM),
        known=latest,
    )  # fmt: skip

    [event] = events(plans)
    [page] = [notice for notice in notices(plans) if notice.code == "BottlerocketReleaseRecalled"]
    assert (event.detail_type, event.detail["recalledVersion"], event.detail["version"]) == (
        RECALLED,
        "1.64.0",
        "1.62.1",
    )
    assert page.severity is Severity.PAGE
    assert page.cluster == "all clusters"
    assert f"{host(1).instance_id} (prod); {host(3).instance_id} (staging)." in page.impact
    assert host(2).instance_id not in page.impact
    assert host(4).instance_id not in page.impact
    assert recorded(plans)[0].recalled == ("1.64.0",)


def test_a_recall_names_the_instances_that_would_boot_it_next() -> None:
    waits = replace(host(1, "1.61.0"), staged=KNOWN.version)

    [notice] = notices(planned(published("1.61.0"), waits, host(2, "1.61.0")))

    assert f"may boot it next, until they hear that it is cancelled: {waits.instance_id} (prod)." in notice.impact


def test_a_recall_that_concerns_nobody_is_a_ticket_of_the_one_cluster() -> None:
    plans = planned(published("1.61.0"), host(1, "1.61.0"))

    [notice] = notices(plans)
    assert (notice.severity, notice.cluster) == (Severity.TICKET, "prod")
    assert notice.impact.startswith("None of the instances that were seen runs it.")


def test_a_recall_pages_when_a_cluster_could_not_be_looked_into() -> None:
    [notice] = notices(planned(published("1.61.0"), host(1, "1.61.0"), unseen=["staging"]))

    assert notice.severity is Severity.PAGE
    assert "Not looked into: staging." in notice.impact


def test_a_recall_names_the_instances_whose_version_nobody_knows() -> None:
    [notice] = notices(planned(published("1.61.0"), host(7, None)))

    assert notice.severity is Severity.TICKET
    assert f"SSM knows no version: {host(7).instance_id} (prod)." in notice.impact
    assert "apiclient get os" in notice.next


def test_a_recall_of_a_large_fleet_is_still_readable() -> None:
    [notice] = notices(planned(published("1.61.0"), *(host(number) for number in range(500))))

    assert "and 480 more" in notice.impact
    assert len(notice.impact) <= SENTENCE


def test_a_version_that_was_recalled_may_come_again() -> None:
    known = replace(KNOWN, version="1.61.0", recalled=("1.60.0", "1.62.1"))
    plans = planned(published("1.62.1"), known=known)

    assert events(plans)[0].detail_type == AVAILABLE
    assert recorded(plans)[0].recalled == ("1.60.0",)


def test_a_version_whose_image_has_not_followed_yet_waits_for_it() -> None:
    plans = planned(published("1.64.0", image_id=KNOWN.image_id))

    assert actions(plans) == []
    assert "half published" in plans[0].reason


def test_a_first_sight_that_met_a_half_published_release_does_not_wait_for_ever() -> None:
    seen_first = replace(KNOWN, previous_version=None, previous_image_id=None)

    assert events(planned(published("1.64.0", image_id=KNOWN.image_id), known=seen_first))


def test_a_function_that_died_before_the_record_tells_the_same_notice_again() -> None:
    once = notices(planned(published("1.64.0")))
    later = plan_releases(published("1.64.0"), {KIND: KNOWN}, [host(), host(2)], (), NOW + timedelta(minutes=5))

    assert [n.id for n in notices(later)] == [n.id for n in once]


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({}, "AWS publishes no parameter /aws/service/bottlerocket/aws-ecs-2/x86_64/latest/image_version."),
        (published("1.64.0") | {parameter_names(KIND)[0]: "soon"}, "'soon' is not a Bottlerocket version"),
        (published("1.64.0", image_id="none"), "is 'none', which is no AMI"),
    ],
)
def test_a_release_that_cannot_be_read_is_one_ticket_and_the_others_go_on(parameters: dict[str, str], why: str) -> None:
    plans = planned({**parameters, **published("1.64.0", ARM)}, host(1), host(2), host(3, kind=ARM))

    unknown, available = sorted(notices(plans), key=lambda notice: notice.severity, reverse=True)
    assert (unknown.code, unknown.severity) == ("BottlerocketReleaseUnknown", Severity.TICKET)
    assert why in unknown.why
    assert available.what == "Bottlerocket 1.64.0 is the newest of aws-ecs-2 arm64."


@pytest.mark.parametrize("kind", [("no variant!", "x86_64"), ("aws-ecs-2", "riscv"), ("../..", "arm64"), ("", "")])
def test_attributes_that_name_no_variant_are_a_ticket_and_never_asked_for(kind: Kind) -> None:
    running = [host(1, kind=kind), host(2)]

    assert names_to_read(running) == list(parameter_names(KIND))
    [notice] = notices(planned(published("1.62.1"), *running))
    assert notice.code == "BottlerocketReleaseUnknown"
    assert "whatever the attributes of the instances say" in notice.why


def test_a_variant_at_its_end_of_life_is_one_ticket_a_cluster_with_advice() -> None:
    old = [host(n, kind=("aws-ecs-1", arch), cluster=c) for n, (arch, c) in enumerate(
        [("x86_64", PROD), ("arm64", PROD), ("x86_64", STAGING)]
    )]  # fmt: skip
    parameters = published("1.43.0", ("aws-ecs-1", "x86_64")) | published("1.43.0", ("aws-ecs-1", "arm64"))
    plans = planned(parameters, *old, known=None)

    told = [notice for notice in notices(plans) if notice.code == "BottlerocketEndOfLife"]
    assert [(n.cluster, n.severity) for n in told] == [("prod", Severity.TICKET), ("staging", Severity.TICKET)]
    assert all("aws-ecs-2" in n.next for n in told)


def ends(since_days: int, revision: int = 0) -> Watch:
    since = NOW - timedelta(days=since_days)
    return Watch(PROD.name, WatchKind.END_OF_LIFE, "aws-ecs-1", since, told=True, revision=revision)


@pytest.mark.parametrize(("watches", "told"), [([], 1), ([ends(0)], 0), ([ends(29)], 0), ([ends(31)], 1)])
def test_the_end_of_life_is_told_again_after_a_month_and_not_before(watches: list[Watch], told: int) -> None:
    kind = ("aws-ecs-1", "x86_64")
    plans = planned(
        published("1.43.0", kind), host(kind=kind), watches=watches, known=Release(*kind, "1.43.0", "ami-1", NOW)
    )

    assert len(notices(plans)) == told
    changes = [(a.before, a.after) for a in actions(plans) if isinstance(a, RecordWatch)]
    assert len(changes) == told
    assert all(before == (watches[0] if watches else None) for before, _ in changes)
    assert all(after and after.revision == (before.revision + 1 if before else 0) for before, after in changes)


def test_a_ticket_told_again_within_the_day_is_the_same_one() -> None:
    parameters: dict[str, str] = {}
    one, other = (
        notices(plan_releases(parameters, {}, [host()], (), now))[0].id for now in (NOW, NOW + timedelta(minutes=40))
    )

    assert one == other


versions = st.sampled_from(["1.61.0", "1.62.1", "1.64.0", "1.64.1"])


@given(latest=st.lists(versions, min_size=1, max_size=12))
def test_every_change_is_announced_once_in_words_that_a_consumer_accepts(latest: list[str]) -> None:
    known: Release | None = None
    for version in latest:
        plans = planned(published(version), known=known)
        changed = known is None or known.version != version
        assert [len(events(plans)), len(notices(plans)), len(recorded(plans))] == [changed] * 3
        if changed:
            [event], [release] = events(plans), recorded(plans)
            heard = parse_release(event.detail, NOW)
            assert heard.version == release.version == version
            assert heard.recalled == (known.version if known and newer(known.version, version) else None)
            assert version not in release.recalled
            known = release
