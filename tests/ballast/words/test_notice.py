"""A notice travels as an event and comes back the same."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast.errors import UnexpectedEventError
from ballast.words.asked import Asked
from ballast.words.codes import Code
from ballast.words.notice import Notice, Severity
from tests.builders import ROOT, load_event
from tests.notification_builders import NOW, a_notice


def test_the_documented_event_is_read_and_written_alike() -> None:
    event = load_event("ballast_notice")

    notice = Notice.parse(event)

    assert notice.to_detail() == event["detail"]
    assert notice.id == event["detail"]["id"]


@pytest.mark.parametrize(
    "changes",
    [
        {"severity": "loud"},
        {"at": "now"},
        {"links": [{"text": "no url"}]},
        {"plan": None},
        {"repeat": "often"},
        {"repeat": None},
    ],
)
def test_a_notice_with_a_wrong_field_is_refused_with_a_hint(changes: dict[str, Any]) -> None:
    event = load_event("ballast_notice")
    event["detail"] |= changes

    with pytest.raises(UnexpectedEventError, match=r"see docs/events\.md"):
        Notice.parse(event)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"what": None}, "what is None but must be text"),
        ({"why": ["a"]}, "why is ['a'] but must be text"),
        ({"cluster": 7}, "cluster is 7 but must be text"),
        ({"incident": ""}, "incident is '' but must be text that can be printed"),
        ({"incident": "x" * 100_000}, "100000 bytes, but must have at most 1000"),
        ({"incident": "日" * 400}, "1200 bytes, but must have at most 1000"),  # keys of a table are counted in bytes
        ({"cluster": "🚢" * 100, "reason": "🚢" * 100}, "400 bytes, but must have at most 255"),
        ({"at": "9999-12-31T23:59:59+00:00"}, "at is '9999-12-31T23:59:59+00:00' but must be a time of the years"),
        ({"severity": ["page"]}, "severity is ['page'] but must be text"),
        ({"plan": "abc"}, "plan is 'abc' but must be a list"),
        ({"plan": [7]}, "plan is 7 but must be text"),
        ({"links": ["x"]}, "links is 'x' but must be an object"),
        ({"dryRun": "false"}, "dryRun is 'false' but must be true or false"),
        ({"asked": None}, "asked is None but must be an object"),
        ({"asked": {"do": "halt", "plan": "x"}}, "do is 'halt' but must be a list"),
        ({"asked": {"do": [7], "plan": "x"}}, "do is 7 but must be text"),
        ({"asked": {"do": []}}, "it lacks 'plan'"),
        ({"figures": {"tasks": "4"}}, "tasks is '4' but must be a whole number"),
        ({"figures": [4]}, "figures is [4] but must be an object"),
        ({"figures": {str(n): n for n in range(21)}}, "but must be at most 20 numbers"),
        ({"repeat": float("inf")}, "repeat is inf but must be a whole number"),
    ],
)
def test_the_field_that_is_wrong_is_named_with_its_value(changes: dict[str, Any], sentence: str) -> None:
    event = load_event("ballast_notice")
    event["detail"] |= changes

    with pytest.raises(UnexpectedEventError) as refused:
        Notice.parse(event)

    assert sentence in str(refused.value)
    assert len(str(refused.value)) <= 256


def test_a_time_without_an_offset_is_utc_and_never_naive() -> None:
    event = load_event("ballast_notice")
    event["detail"]["at"] = "2026-11-23T09:00:00"

    assert Notice.parse(event).at.tzinfo is not None


def test_a_notice_without_a_field_is_refused() -> None:
    event = load_event("ballast_notice")
    del event["detail"]["what"]

    with pytest.raises(UnexpectedEventError, match="'what'"):
        Notice.parse(event)


def test_fields_that_a_later_version_adds_are_ignored() -> None:
    event = load_event("ballast_notice")
    event["detail"]["mood"] = "calm"

    assert Notice.parse(event).severity in Severity


def test_a_code_that_this_version_does_not_know_is_read_as_it_is() -> None:
    event = load_event("ballast_notice")
    event["detail"]["code"] = "OfAnotherVersion"

    notice = Notice.parse(event)

    assert notice.code == "OfAnotherVersion"
    assert notice.code not in set(Code)


def test_the_documentation_shows_every_field_and_no_other() -> None:
    text = (ROOT / "docs" / "events.md").read_text()
    examples = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    [shown] = [one for one in examples if one.get("detail-type") == "Ballast Notice"]

    assert Notice.parse(shown).to_detail() == shown["detail"]


def test_a_notice_of_before_repeats_is_told_once() -> None:
    event = load_event("ballast_notice")
    del event["detail"]["repeat"]

    assert Notice.parse(event).repeat == 0


def test_each_instance_of_a_whole_has_a_notice_of_its_own() -> None:
    """Of the instances that a rollout replaces the second and all after it were taken for the first one told again."""
    ids = {a_notice(incident="prod/rollout/1", instance=name).id for name in ("i-1", "i-2", None)}

    assert len(ids) == 3
    assert a_notice(incident="prod/i-1/9", instance="i-1").id == f"prod/i-1/9/{a_notice().code}"


def test_each_repeat_has_an_id_of_its_own_that_survives_the_journey() -> None:
    event = load_event("ballast_notice")
    event["detail"]["repeat"] = 7

    notice = Notice.parse(event)

    assert notice.id == f"{notice.incident}/{notice.code}/7"
    assert Notice.parse({"detail": notice.to_detail()}) == notice


def test_a_notice_of_a_time_to_come_is_one_of_now() -> None:
    """One of the year 2099 stayed the latest word of its incident, so that no page after it was told."""
    ahead = timedelta(days=9)
    sound = a_notice(at=NOW + timedelta(minutes=4))
    forged = replace(sound, at=NOW + ahead, incident_started_at=NOW + ahead)

    assert sound.not_after(NOW) is sound
    assert (forged.not_after(NOW).at, forged.not_after(NOW).incident_started_at) == (NOW, NOW)


@pytest.mark.parametrize(
    "asked", [Asked(("resume",), "f" * 16), Asked(("approve", "halt"), "f" * 16, "aws-ecs-2", "arm64", "1.64.0")]
)
def test_what_is_asked_travels_with_it(asked: Asked) -> None:
    notice = replace(a_notice(), asked=asked)

    assert Notice.parse({"detail": json.loads(json.dumps(notice.to_detail()))}) == notice
