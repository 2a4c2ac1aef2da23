"""A file that is no dump, half of one, or one that cannot be, is one sentence that says what and where."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast_cli.dump.reading import DumpError, dump_of, read_dump
from ballast_cli.dump.writing import text_of
from tests.cli.what_if.fleets import ON, all_blocked, dumped, small_mixed


def whole() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text_of(dumped(small_mixed, **ON)))
    return document


@pytest.mark.parametrize("build", [small_mixed, all_blocked])
def test_what_was_written_is_read_again_and_written_the_same(build: Any) -> None:
    dump = dumped(build)
    text = text_of(dump)

    assert dump_of(text) == dump
    assert text_of(dump_of(text)) == text


def test_a_record_has_a_line_of_its_own_and_what_is_usual_is_left_out() -> None:
    lines = text_of(dumped(small_mixed, **ON)).splitlines()

    assert sum(line.startswith('  {"id": "i-') for line in lines) == 10
    assert not any('"status": "ACTIVE"' in line or '"gpus": 0' in line for line in lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1 is no JSON (Expecting value), so this is no dump, or only a part of one"),
        ('{"ballast_dump": 1,\n"taken', "line 2 is no JSON (Unterminated string starting at), so this is no dump"),
        ("[1, 2]", "this is no dump of Ballast, as it has no ballast_dump; `ballast dump` writes one"),
        ('{"fleet": []}', "this is no dump of Ballast, as it has no ballast_dump"),
        ('{"ballast_dump": 2}', "this is a dump of version 2, and this Ballast reads version 1"),
        ('{"ballast_dump": "1"}', 'this is a dump of version "1", and this Ballast reads version 1'),
        ('{"ballast_dump": true}', "this is a dump of version true, and this Ballast reads version 1"),
        ('{"ballast_dump": 1}', "taken_at is missing"),
        ("[" * 100_000, "this is no JSON that can be read"),
    ],
)
def test_what_is_no_dump_is_told(text: str, said: str) -> None:
    with pytest.raises(DumpError) as told:
        dump_of(text)

    assert str(told.value).startswith(said)
    assert "\n" not in str(told.value)


def changed(path: str, value: Any) -> str:
    document = whole()
    *parents, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    place: Any = document
    for part in parents:
        place = place[part]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("services.0.desired", "two", 'services[0].desired is "two", but must be a whole number'),
        ("services.0.desired", True, "services[0].desired is true, but must be a whole number"),
        ("services.0.desired", 1.5, "services[0].desired is 1.5, but must be a whole number"),
        ("services.1.tags", [], "services[1].tags is [], but must be an object"),
        ("hosts.3", 7, "hosts[3] is 7, but must be an object"),
        ("hosts", {}, "hosts is {}, but must be a list"),
        ("hosts.0.attributes", {"rack": 5}, 'hosts[0].attributes["rack"] is 5, but must be a text'),
        ("taken_at", "yesterday", 'taken_at is "yesterday", but must be a time such as 2026-11-29T09:00:00Z'),
        ("taken_at", "1970-01-01T00:00:00Z", "taken_at is 1970-01-01, which no clock of today shows"),
        ("instances.0.environment", {"A": "b"}, "instances[0].environment is nothing that version 1 knows"),
        ("prices.on_demand", {"m7g.large": "cheap"}, 'prices.on_demand["m7g.large"] is "cheap", but must be a number'),
        ("prices.on_demand", {"m7g.large": -1}, "a price of m7g.large is -1.0"),
        ("instances.0.zone", ..., "instances[0].zone is missing"),
        ("instances.0.id", "i-1", "groups name the instance"),
        ("instances.0.state", "asleep", "is asleep, which is no state of EC2"),
        ("hosts.0.status", "TIRED", "is TIRED, which is no status of ECS"),
        ("hosts.0.cpu", -1, "has less than nothing"),
        ("groups.0.maximum", -1, "group batch has sizes that cannot be: 0 to -1, 4 desired"),
        ("groups.0.zones", [], "group batch has no zone"),
        ("services.0.definition", "gone:3", "services name the task definition gone:3, which is not in the dump"),
        ("tasks.0.host", "0" * 32, f"tasks name the container instance {'0' * 32}, which is not in the dump"),
        ("definitions.0.cpu", -5, "reserves less than nothing"),
        ("services.0.maximum_percent", -1, "has numbers that cannot be"),
        ("tasks.0.created_at", "2031-01-01T00:00:00Z", "was created after the dump was taken"),
        ("cluster.name", "", "cluster.name is no name of a cluster"),
    ],
)
def test_a_field_that_cannot_be_is_told_with_its_place(path: str, value: Any, said: str) -> None:
    with pytest.raises(DumpError) as told:
        dump_of(changed(path, value))

    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_what_is_there_twice_is_told() -> None:
    document = whole()
    document["services"].append(document["services"][0])

    with pytest.raises(DumpError, match="services has api twice"):
        dump_of(json.dumps(document))


@given(st.data())
def test_whatever_is_damaged_ends_in_a_sentence_or_in_a_dump(data: st.DataObject) -> None:
    document = whole()
    place: Any = document
    parent, last = place, "region"
    for _ in range(data.draw(st.integers(1, 5))):
        if not isinstance(place, dict | list) or not place:
            break
        key: Any = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        parent, last, place = place, key, place[key]
    parent[last] = data.draw(
        st.one_of(st.none(), st.integers(), st.floats(), st.text(), st.booleans(), st.just([]), st.just({"a": [1]}))
    )
    with suppress(DumpError):
        assert dump_of(json.dumps(document)).region


def test_a_file_is_named(tmp_path: Path) -> None:
    missing, binary, wrong = tmp_path / "nope.json", tmp_path / "b.json", tmp_path / "w.json"
    binary.write_bytes(b"\xff\xfe\x00")
    wrong.write_text("{}")

    for path, said in (
        (missing, "cannot be read: No such file or directory"),
        (tmp_path, "cannot be read: Is a directory"),
        (binary, "cannot be read: it is no text in UTF-8"),
        (wrong, "this is no dump of Ballast"),
    ):
        with pytest.raises(DumpError) as told:
            read_dump(path)
        assert str(told.value).startswith(str(path))
        assert said in str(told.value)
