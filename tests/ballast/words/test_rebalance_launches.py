"""What on-call reads of capacity that is launched or refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.records.rebalancing import Shortage
from ballast.words import rebalance_launches as say
from ballast.words.codes import Code
from ballast.words.notice import Notice, Severity
from tests.ballast.words.sentences import is_whole, of
from tests.builders import NOW, a_cluster, after

CLUSTER = a_cluster()
SHORT = Shortage("prod", None, "m6i.large", "eu-central-1a", "spot", "InsufficientInstanceCapacity", NOW, after(3))


def added(provider: str = "web-provider", minutes: float = 0, usd: float | None = 0.384, *others: str) -> Notice:
    return say.added(
        CLUSTER, provider, "web", after(minutes), add=2, desired=18, why="14 tasks have no room", usd_per_hour=usd, others=others
    )  # fmt: skip


def test_all_are_whole_and_only_inform() -> None:
    told = (added(), added(usd=None), say.aside(CLUSTER, SHORT, NOW), say.set_back(CLUSTER, "web", 18, NOW))

    assert all(is_whole(notice) for notice in told)
    assert [of(notice) for notice in told] == [
        (code, Severity.INFO, True)
        for code in (Code.CAPACITY_ADDED, Code.CAPACITY_ADDED, Code.POOL_ASIDE, Code.GROUP_SET_BACK)
    ]


def test_launches_of_a_provider_are_one_incident_a_day_and_the_later_is_newer() -> None:
    first, later, other = added(), added(minutes=5), added("batch-provider")

    assert first.incident == later.incident != other.incident
    assert later.repeat > first.repeat > 0
    assert added(minutes=24 * 60).incident != first.incident


def test_it_says_the_price_and_who_is_next() -> None:
    assert "from 18 to 20, for 0.384 USD/h." in added().what
    assert "at a price that is unknown" in added(usd=None).what
    assert added("p", 0, None, "batch").next.startswith("If it is refused, batch follows.")
    assert added("p", 0, None, "batch", "spare").next.startswith("If it is refused, batch, spare follow.")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "m6i.large (spot) in eu-central-1a"),
        ({"instance_type": None, "group": "web", "market": None}, "web in eu-central-1a"),
        ({"instance_type": None, "zone": None}, "all spot"),
        ({"instance_type": None, "zone": None, "market": None}, "all capacity"),
    ],
)
def test_a_pool_is_named_as_far_as_it_is_known(changes: dict[str, str | None], name: str) -> None:
    assert say.name_of(replace(SHORT, **changes)) == name  # type: ignore[arg-type]  # each row names what matters


def test_what_nobody_knows_is_said() -> None:
    assert "does not tell what was short" in say.aside(CLUSTER, replace(SHORT, code="unknown"), NOW).why
