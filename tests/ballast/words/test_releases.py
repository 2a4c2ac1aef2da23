"""What on-call reads about Bottlerocket releases."""

from __future__ import annotations

import pytest

from ballast.facts.running import Running
from ballast.words.notice import EVERY_CLUSTER, Severity
from ballast.words.releases import available, recalled
from tests.ballast.update.rollouts import AFTER, ARCH, BEFORE, VARIANT, a_release
from tests.builders import NOW, a_cluster

GOOD = a_release(version=BEFORE, previous_version=AFTER)


def host(number: int, version: str | None = BEFORE, staged: str | None = None, cluster: str = "prod") -> Running:
    return Running(a_cluster(name=cluster), f"i-{number}", (VARIANT, ARCH), version, staged)


def test_a_release_is_told_with_what_runs_where() -> None:
    told = available(a_release(), [host(1), host(2), host(3, None)], NOW)

    assert told.impact == f"Running in prod: 2 on {BEFORE}, 1 on an unknown version."
    assert told.why == f"AWS publishes it. It was {BEFORE} before."
    assert told.cluster == "prod"


def test_the_first_release_of_a_variant_that_nobody_runs_is_told_so() -> None:
    told = available(a_release(previous_version=None), (), NOW)

    assert (told.why, told.impact, told.cluster) == (
        "AWS publishes it. It is the first that Ballast sees.",
        "No instance was seen that runs the variant.",
        EVERY_CLUSTER,
    )


@pytest.mark.parametrize(
    ("hosts", "unseen", "severity", "says", "next_"),
    [
        ([host(1, AFTER)], (), Severity.PAGE, "This one runs it: i-1 (prod).", "`ballast rollback --cluster prod"),
        ([host(1)], (), Severity.TICKET, "None of the instances that were seen runs it.", "Nothing to do."),
        ([host(1)], ("edge",), Severity.PAGE, "Not looked into: edge.", "Find out whether they run it"),
        ([host(1, staged=AFTER)], (), Severity.TICKET, "These have it staged and may boot it next", "Nothing to do."),
        ([host(1, AFTER, staged=AFTER)], (), Severity.PAGE, "This one runs it: i-1 (prod).", "rollback"),
        ([host(1, None)], (), Severity.TICKET, "Of these SSM knows no version: i-1 (prod).", "Find out whether"),
    ],
)
def test_a_recall_wakes_somebody_where_it_runs_or_may_run(
    hosts: list[Running], unseen: tuple[str, ...], severity: Severity, says: str, next_: str
) -> None:
    told = recalled(GOOD, AFTER, hosts, unseen, NOW)

    assert told.severity is severity
    assert says in told.impact
    assert next_ in told.next
    assert ("staged" in told.impact) is any(one.staged and one.version != AFTER for one in hosts)


def test_twenty_instances_are_named_by_cluster_and_the_others_counted() -> None:
    hosts = [host(n, AFTER, cluster="a" if n < 18 else "b") for n in range(25)]

    told = recalled(GOOD, AFTER, hosts, (), NOW)

    assert told.impact.startswith("These 25 run it: i-0, ")
    assert "(a); i-18, i-19 (b); and 5 more." in told.impact
    assert told.title.endswith("25 instances run it")
