"""Is a cluster still ours that a sweep was not told of?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.aws.ledger import Ledger
from ballast.shell.missed import still_ours
from tests.aws_stubs import Stubs
from tests.builders import CLUSTER, NOW, a_cluster, a_scale_in, after

MISSED = a_cluster(missed_since=NOW)


def ecs_says(aws: Stubs, *clusters: dict[str, Any]) -> None:
    asked = {"clusters": [CLUSTER], "include": ["TAGS"]}
    aws.answers("ecs", "describe_clusters", asked, {"clusters": list(clusters)})


def test_one_that_ecs_describes_without_having_listed_it_is_not_ours_any_more(ledger: Ledger, aws: Stubs) -> None:
    ecs_says(aws, {"clusterName": CLUSTER})

    assert still_ours(ledger, a_cluster(), NOW) is None


def test_one_that_ecs_misses_stays_until_a_second_look(ledger: Ledger, aws: Stubs) -> None:
    for _ in range(3):
        ecs_says(aws)

    assert still_ours(ledger, a_cluster(), NOW) == replace(a_cluster(), missed_since=NOW)
    assert still_ours(ledger, MISSED, after(0.5)) == MISSED
    assert still_ours(ledger, MISSED, after(10)) is None


@pytest.mark.usefixtures("ledger")
def test_one_with_work_open_stays_however_long_it_is_missed(ledger: Ledger, aws: Stubs) -> None:
    ledger.write(None, a_scale_in(revision=0))
    ecs_says(aws)

    assert still_ours(ledger, MISSED, after(60)) == MISSED
