"""What on-call reads about a group or cluster that AWS does not tell about."""

from __future__ import annotations

import pytest

from ballast.records.watch import Watch, WatchKind
from ballast.words import reach
from tests.builders import CLUSTER, NOW, a_cluster, after

GROUP = Watch(CLUSTER, WatchKind.GROUP_UNREACHABLE, "web", NOW)


@pytest.mark.parametrize(
    ("why", "code"),
    [
        ("AccessDenied: User is not authorized", "AccessDenied"),
        ("Auto Scaling answers ThrottlingException for DescribeAutoScalingGroups.", "Throttling"),
        ("The sweep had no time.", "see why"),
    ],
)
def test_the_title_has_the_error_code_of_aws_where_there_is_one(why: str, code: str) -> None:
    assert reach.said_by_aws(why) == code


def test_what_aws_said_at_length_is_cut_and_ends_as_a_sentence() -> None:
    told = reach.group_unreachable(a_cluster(), GROUP, "x" * 2_000, NOW)

    assert told.why == "x" * reach.WHY_MOST + "."
    assert reach.cluster_unreachable(a_cluster(), GROUP, "No answer.", NOW).why == "No answer."


def test_a_group_that_is_back_closes_the_incident_of_its_absence() -> None:
    lost, back = (
        reach.group_unreachable(a_cluster(), GROUP, "x", NOW),
        reach.group_reachable(a_cluster(), GROUP, after(9)),
    )

    assert (lost.incident, lost.about) == (back.incident, back.about)
    assert (lost.closes_incident, back.closes_incident) == (False, True)
