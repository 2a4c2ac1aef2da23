"""What on-call reads about things that Ballast only watches."""

from __future__ import annotations

import pytest

from ballast.records.watch import Watch, WatchKind
from ballast.words import watching
from ballast.words.notice import Severity
from tests.ballast.words.sentences import Row, is_whole, of
from tests.builders import CLUSTER, INSTANCE_ID, NOW, a_cluster, a_draining_view, a_watch, after

VIEW = a_draining_view()
ZONE = Watch(CLUSTER, WatchKind.AGENTS_LOST, "ecs.availability-zone=eu-central-1a", NOW)
ALL = Watch(CLUSTER, WatchKind.AGENTS_LOST, "*", NOW)

NOTICES: list[Row] = [
    (watching.rebalance_recommended(VIEW, NOW), "RebalanceRecommended", Severity.INFO, True),
    (watching.instance_impaired(a_cluster(), INSTANCE_ID, (), NOW, NOW), "InstanceImpaired", Severity.TICKET, True),
    (watching.drain_by_others_stuck(VIEW, a_watch(), (), after(60)), "ForeignDrainStuck", Severity.TICKET, False),
    (watching.agent_gone(a_cluster(), a_watch(), NOW), "InstanceLeft", Severity.INFO, True),
    (watching.agents_lost(a_cluster(), ALL, ["i-1"], (), NOW), "AgentsLost", Severity.PAGE, False),
    (watching.agents_lost_alike(a_cluster(), ZONE, ["i-1"], NOW), "AgentsLost", Severity.TICKET, False),
    (watching.alike_back(a_cluster(), ZONE, 0, NOW), "AgentsBack", Severity.INFO, True),
]


@pytest.mark.parametrize("row", NOTICES, ids=lambda row: row[1])
def test_each_notice_is_whole_sentences_has_its_severity_and_says_whether_its_incident_is_over(row: Row) -> None:
    notice, *expected = row

    assert of(notice) == tuple(expected)
    assert is_whole(notice)


def test_an_impaired_instance_is_told_with_the_first_five_checks() -> None:
    notice = watching.instance_impaired(a_cluster(), INSTANCE_ID, [f"C{n}: bad" for n in range(7)], NOW, after(1))

    assert notice.what == "ECS finds i-0123456789abcdef0 impaired: C0: bad; C1: bad; C2: bad; C3: bad; C4: bad."
    assert notice.incident == "prod/i-0123456789abcdef0/impaired/20261123T0900"


@pytest.mark.parametrize(
    ("left", "what", "impact"),
    [
        (0, "None of the ECS agents of zone eu-central-1a that were lost is disconnected now", "None any more."),
        (1, "1 ECS agent of zone eu-central-1a is disconnected still", "Tasks there are out of ECS's sight."),
        (2, "2 ECS agents of zone eu-central-1a are disconnected still", "Tasks there are out of ECS's sight."),
    ],
)
def test_agents_that_are_back_are_told_with_those_that_are_not(left: int, what: str, impact: str) -> None:
    notice = watching.alike_back(a_cluster(), ZONE, left, after(20))

    assert (notice.what, notice.impact) == (f"{what}, after 20 min.", impact)


def test_agents_that_share_a_zone_or_an_image_are_told_with_it() -> None:
    common = [ZONE.subject, "ecs.ami-id=ami-1"]

    alike = watching.agents_lost(a_cluster(instances=None), ALL, ["i-1", "i-2"], common, NOW)

    assert alike.why.endswith("They have in common: zone eu-central-1a, AMI ami-1.")
    assert alike.what == "2 of an unknown number of ECS agents are disconnected: i-1, i-2."


def test_a_time_is_never_told_as_no_minute() -> None:
    assert "after 1 min" in watching.agent_back(a_cluster(), a_watch(), NOW).what
