"""What is said about a release is read back the same, and nothing else is believed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ballast.errors import UnexpectedEventError
from ballast.records.release import Release, ReleaseChanged, parse_release, to_detail
from ballast.update.events import parse
from tests.builders import NOW, ROOT, load_event

RELEASE = Release("aws-ecs-2", "arm64", "1.64.0", "ami-0a1b2c3d4e5f60718", NOW)


@pytest.mark.parametrize(
    ("name", "version", "recalled"),
    [("bottlerocket_release_available", "1.64.0", None), ("bottlerocket_release_recalled", "1.62.1", "1.64.0")],
)
def test_the_documented_events_are_read(name: str, version: str, recalled: str | None) -> None:
    event = load_event(name)
    image_id = event["detail"]["imageId"]

    heard = parse(event)

    assert isinstance(heard, ReleaseChanged)
    assert heard == ReleaseChanged("aws-ecs-2", "x86_64", version, image_id, heard.at, recalled)


def test_the_event_in_the_documentation_is_the_sample() -> None:
    examples = [
        json.loads(text) for text in re.findall(r"```json\n(.*?)```", (ROOT / "docs/events.md").read_text(), re.DOTALL)
    ]

    assert load_event("bottlerocket_release_recalled") in examples


@pytest.mark.parametrize("recalled", [None, "1.65.0"])
def test_what_is_written_is_read_back(recalled: str | None) -> None:
    heard = parse_release(to_detail(RELEASE, recalled), NOW)

    assert heard == ReleaseChanged("aws-ecs-2", "arm64", "1.64.0", RELEASE.image_id, NOW, recalled)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"variant": "aws-ecs-2;reboot"}, "variant is 'aws-ecs-2;reboot' but must look like aws-ecs-2"),
        ({"variant": "a" * 41}, "but must look like aws-ecs-2"),
        ({"variant": "../aws-ecs-2"}, "but must look like aws-ecs-2"),
        ({"variant": ["aws-ecs-2"]}, "variant is ['aws-ecs-2'] but must be a text"),
        ({"variant": None}, "variant is None but must be a text"),
        ({"arch": "aarch64"}, "arch is 'aarch64' but must be x86_64 or arm64"),
        ({"version": "latest"}, "'latest' is not a Bottlerocket version such as 1.64.0"),
        ({"version": "1.64.0\n"}, "is not a Bottlerocket version"),
        ({"version": 1.64}, "version is 1.64 but must be a text"),
        ({"imageId": "ami-0123/../x"}, "imageId is 'ami-0123/../x' but must be the id of an AMI"),
        ({"imageId": "resolve:ssm:/mine"}, "must be the id of an AMI"),
        ({"previousVersion": "1.64.0"}, "version 1.64.0 is no newer than 1.64.0, which is said to be the previous one"),
        ({"previousVersion": "1.65.0"}, "version 1.64.0 is no newer than 1.65.0"),
        ({"recalledVersion": "1.63.0"}, "recalledVersion 1.63.0 is no newer than 1.64.0"),
        ({"recalledVersion": ""}, "'' is not a Bottlerocket version"),
        ({"schemaVersion": "2"}, "schemaVersion is '2' but only '1' is known"),
    ],
)
def test_what_watch_bottlerocket_would_not_say_is_refused_in_a_sentence(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        parse_release({**to_detail(RELEASE, None), **changes}, NOW)


@pytest.mark.parametrize("field", ["variant", "arch", "version", "imageId", "schemaVersion"])
def test_an_event_without_a_field_is_refused_with_its_name(field: str) -> None:
    event = load_event("bottlerocket_release_available")
    del event["detail"][field]

    with pytest.raises(UnexpectedEventError, match=rf"'Bottlerocket Release Available' event .* {field} is None"):
        parse(event)


def test_fields_that_a_later_version_adds_are_ignored() -> None:
    assert parse_release({**to_detail(RELEASE, None), "mood": "calm"}, NOW).version == "1.64.0"
