"""What is said of several incidents together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.publish.wording import word
from ballast.words.notice import Severity
from tests.ballast.publish.conversations import told
from tests.notification_builders import NOW, PAGES, a_notice, instance, seconds, storm


def test_a_group_counts_first_and_names_five_instances() -> None:
    conversation = told(*storm(12, code="SpotInterruption"), *storm(7, code="DrainFinished", at=NOW + seconds(9)))

    words = word(conversation, PAGES)

    assert words.headline == "prod: Spot interruption, 12 instances: 7 empty, 5 draining"
    assert words.what == "12 instances (Spot interruption): 7 empty, 5 draining."
    assert words.instances.endswith(", +7 more")
    assert words.instances.count("i-") == 5


def test_a_group_in_trouble_says_the_trouble_first() -> None:
    stuck = a_notice("DrainStuck", Severity.PAGE, title="i-1 stuck: a standalone task runs", at=NOW + seconds(9))

    words = word(told(*storm(12, code="ScaleIn"), stuck), PAGES)

    assert words.headline == "prod: 1 of 13 instances stuck: a standalone task runs"
    assert words.what == "13 instances (Spot interruption): 1 stuck, 12 draining."
    assert words.instances == stuck.instance
    assert words.links[0] == stuck.links[0]


def test_a_group_never_names_those_that_are_over_while_others_are_not() -> None:
    """0.1.0 listed five that were gone in the page about two that were stuck (alertmanager 1986)."""
    gone = [
        step for n in range(6) for step in (storm(8, code="ScaleIn")[n], storm(8, code="InstanceGone", closes=True)[n])
    ]
    stuck = [a_notice("DrainStuck", Severity.PAGE, instance=instance(n), at=NOW + seconds(n)) for n in (6, 7)]

    assert word(told(*gone, *stuck), PAGES).instances == f"{instance(6)}, {instance(7)}"
    assert word(told(*gone, *storm(8, code="ScaleIn")[6:]), PAGES).instances == f"{instance(6)}, {instance(7)}"
    assert word(told(*gone), PAGES).instances.endswith(", +1 more")


def test_those_that_need_somebody_have_a_reason_for_each_kind() -> None:
    causes = ["a standalone task runs", "a task is protected", "a standalone task runs"]
    stuck = [
        replace(
            a_notice("DrainStuck", Severity.PAGE, instance=f"i-{n}", title=f"i-{n} stuck: {cause}"), why=f"{cause}."
        )
        for n, cause in enumerate(causes)
    ]

    words = word(told(*stuck), PAGES)

    assert words.title == "3 of 3 instances stuck: a standalone task runs and others"
    assert words.why == "i-0 and 1 more like it: a standalone task runs.\ni-1: a task is protected."


@pytest.mark.parametrize(
    ("reason", "instance", "title"),
    [
        ("lifecycle_hook", "i-1", "prod: Scale-in, 2 instances: 2 drain started"),
        ("spot_interruption", "i-1", "prod: Spot interruption, 2 instances: 2 drain started"),
        ("placement_failure", None, "prod: Placement failure, 2 services: 2 drain started"),
        ("task_start_impaired", None, "prod: Tasks fail to start, 2 services: 2 drain started"),
        ("deployment_failed", None, "prod: Deployment failed, 2 services: 2 drain started"),
        ("agents_lost", None, "prod: Agents lost, 2 incidents: 2 drain started"),
    ],
)
def test_a_title_speaks_of_incidents_of_one_reason_in_its_words(reason: str, instance: str | None, title: str) -> None:
    notices = (a_notice(reason=reason, instance=instance, incident=key) for key in "ab")

    assert word(told(*notices), PAGES).headline == title
