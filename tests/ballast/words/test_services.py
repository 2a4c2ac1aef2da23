"""What on-call reads about AWS's own failures: whole sentences, one incident from the failure to its end."""

from __future__ import annotations

import pytest

from ballast.facts.task import ServiceCounts
from ballast.records.service_failure import FailureKind, ServiceFailure
from ballast.words import services as say
from ballast.words.notice import Notice, Severity
from tests.builders import NOW, after

REGION = "eu-central-1"


def a_failure(kind: FailureKind, reason: str = "") -> ServiceFailure:
    return ServiceFailure(kind, "prod", "web", NOW, reason)


PLACEMENT = a_failure(FailureKind.PLACEMENT, "RESOURCE:CPU")
TASK_START = a_failure(FailureKind.TASK_START)

LASTS = say.placement_failure_lasts(PLACEMENT, ServiceCounts(1, 3), after(9), REGION)
ENDED = say.placement_failure_ended(PLACEMENT, after(9), REGION)
IMPAIRED = say.task_start_impaired(TASK_START, REGION)
RECOVERED = say.task_start_recovered(TASK_START, after(9), REGION)
FAILED = say.deployment_failed(a_failure(FailureKind.DEPLOYMENT), REGION)

NOTICES: list[tuple[Notice, str, str, Severity, bool]] = [
    (LASTS, "PlacementFailureLasts", "placement_failure", Severity.PAGE, False),
    (ENDED, "PlacementFailureEnded", "placement_failure", Severity.INFO, True),
    (IMPAIRED, "TaskStartImpaired", "task_start_impaired", Severity.TICKET, False),
    (RECOVERED, "TaskStartRecovered", "task_start_impaired", Severity.INFO, True),
    (FAILED, "DeploymentFailed", "deployment_failed", Severity.TICKET, False),
]


@pytest.mark.parametrize(("notice", "code", "reason", "severity", "closes"), NOTICES)
def test_each_notice_has_its_severity_and_says_whether_the_incident_is_over(
    notice: Notice,
    code: str,
    reason: str,
    severity: Severity,
    closes: bool,  # noqa: FBT001
) -> None:
    said = (notice.code, notice.reason, notice.severity, notice.closes_incident)

    assert said == (code, reason, severity, closes)


@pytest.mark.parametrize("notice", [notice for notice, *_ in NOTICES], ids=lambda notice: notice.code)
def test_each_notice_is_whole_sentences_with_a_link_to_the_service(notice: Notice) -> None:
    assert all(text.endswith(".") for text in (notice.what, notice.why, notice.impact, notice.next))
    assert [link.text for link in notice.links] == ["Service"]
    assert notice.links[0].url.startswith("https://eu-central-1.console.aws.amazon.com/")


def test_the_end_of_a_failure_is_news_of_the_same_incident() -> None:
    assert LASTS.incident == ENDED.incident
    assert IMPAIRED.incident == RECOVERED.incident
    assert LASTS.incident != IMPAIRED.incident


def test_a_page_says_how_many_tasks_are_missing_since_when_and_why() -> None:
    assert LASTS.what == "2 of 3 tasks of service web cannot be placed since 09:00 UTC."
    assert LASTS.why == "No container instance has enough free CPU (RESOURCE:CPU)."
    assert LASTS.impact == "web runs 1 of 3 tasks."
