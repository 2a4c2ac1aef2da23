"""What wakes somebody, and what calls it off."""

from __future__ import annotations

import pytest

from ballast.words.codes import Code
from ballast.words.notice import Severity
from ballast.words.rebalance_pages import KINDS, Ended, is_told, over, page
from tests.ballast.words.sentences import is_whole
from tests.builders import NOW, a_cluster, after

CLUSTER = a_cluster()
ASKS = "a task of service:checkout asks for 307,200 MiB of memory; the largest instance of web-provider has 262,144."


@pytest.mark.parametrize(
    ("key", "code", "severity"),
    [
        ("impossible service:checkout", Code.TASK_IMPOSSIBLE, Severity.PAGE),
        ("no capacity web-provider", Code.NO_CAPACITY, Severity.PAGE),
        ("no headroom web-provider", Code.HEADROOM_MISSING, Severity.TICKET),
        ("not launched service:checkout", Code.NO_LAUNCH_FITS, Severity.TICKET),
        ("probe web-provider", Code.PROBE_FAILED, Severity.TICKET),
        ("agents", Code.REBALANCE_STANDS, Severity.INFO),
    ],
)
def test_each_is_whole_and_called_off_by_its_own_incident(key: str, code: Code, severity: Severity) -> None:
    told = page(CLUSTER, key, "it is so.", NOW)
    ends = [over(CLUSTER, key, NOW, after(30), how) for how in Ended]

    assert all(is_whole(notice) for notice in (told, *ends))
    assert (told.code, told.severity, told.closes_incident) == (code, severity, False)
    assert {(end.incident, end.reason, end.closes_incident) for end in ends} == {(told.incident, told.reason, True)}
    assert ends[1].what == "It lasts, and is told anew."


def test_every_kind_is_tested_above() -> None:
    assert set(KINDS) == {"impossible", "no capacity", "no headroom", "not launched", "probe", "agents"}
    assert not is_told("undone web-provider")


def test_an_impossible_task_says_what_it_asks_for_the_largest_on_offer_and_where() -> None:
    told = page(CLUSTER, "impossible service:checkout", ASKS, NOW)

    assert told.why == f"A{ASKS[1:]}"
    assert [link.text for link in told.links] == ["Service", "Cluster prod"]
    assert "/services/checkout/events" in told.links[0].url
    assert told.title.startswith("checkout fits nowhere: asks for 307,200 MiB of memory; the largest")


def test_a_long_name_is_shortened_in_the_title_only() -> None:
    name = f"service:{'x' * 100}-checkout"
    told = page(CLUSTER, f"impossible {name}", "no instance type of p has all of it at once.", NOW)

    assert told.title.startswith("xxxxxxxxxxxxxx..checkout fits nowhere")
    assert name in told.what


def test_told_again_it_is_an_incident_of_its_own() -> None:
    first, again = (page(CLUSTER, "agents", "x.", at) for at in (NOW, after(240)))

    assert first.incident != again.incident


def test_what_people_named_is_no_format() -> None:
    assert "{0}" in page(CLUSTER, "probe {0}", "{0}: ECS added.", NOW).what
