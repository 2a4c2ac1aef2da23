"""Whatever becomes of a field, a parser answers a value or says in one short sentence why not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any, TypeGuard

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.answer.click import parse as parse_clicks
from ballast.aws.codec import from_plain, to_plain
from ballast.drain.asks import triggers_of
from ballast.drain.events import Event
from ballast.drain.parse import parse as parse_drain
from ballast.drain.sort_out import by_instance
from ballast.drain.triggers import strongest
from ballast.errors import UnexpectedEventError
from ballast.publish.events import parse as parse_notices
from ballast.releases.events import parse as parse_releases
from ballast.shell.batch import run
from ballast.update.events import parse as parse_updates
from tests.builders import NOW, PLENTY, ROOT, a_policy, load_event

type Parser = Callable[[Mapping[str, Any]], object]

PARSERS: tuple[Parser, ...] = (parse_drain, parse_updates, parse_releases, parse_notices, parse_clicks)
NAMES = sorted(path.stem for path in (ROOT / "events").glob("*.json"))
type Path = tuple[str | int, ...]


def deep(levels: int) -> list[Any]:
    nested: list[Any] = []
    for _ in range(levels):
        nested = [nested]
    return nested


DROPPED = object()
VALUES: tuple[object, ...] = (
    DROPPED,
    None,
    True,
    0,
    -7,
    10**300,
    float("inf"),
    float("nan"),
    "",
    " ",
    "x" * 100_000,
    "a\x00b\nc\x1b[31m",
    "\ud800",
    "2026-11-23T09:00:00",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    [],
    ["x"],
    {},
    {"a": {"b": 1}},
    deep(5_000),
)


def paths(value: object, so_far: Path = ()) -> Iterator[Path]:
    """Every field of the payload, at every depth."""
    fields = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in fields:
        yield (*so_far, key)
        yield from paths(inner, (*so_far, key))


def changed(event: Mapping[str, Any], path: Path, value: object) -> dict[str, Any]:
    copy = deepcopy(dict(event))
    inner: Any = copy
    for key in path[:-1]:
        inner = inner[key]
    if value is DROPPED:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return copy


def read(parser: Parser, event: Mapping[str, Any]) -> None:
    sentence = "a value"
    try:
        value: Any = parser(event)
    except UnexpectedEventError as error:
        sentence = str(error)
    else:
        is_sound(value)
    assert 0 < len(sentence) <= 256
    assert sentence.isprintable()


def is_sound(value: Any) -> None:
    """It can be decided on, stored and sent, so it takes no other event of its batch down."""
    assert from_plain(type(value), to_plain(value)) == value
    assert json.dumps(to_plain(value), ensure_ascii=False, allow_nan=False).encode()
    assert all(moment.tzinfo and 2000 <= moment.year < 2100 for moment in moments_in(value))
    if is_for_draining(value):
        by_instance([value])
        triggers = triggers_of(value, a_policy(), NOW)
        assert not triggers or strongest(triggers).instance_id


def moments_in(value: Any) -> Iterator[datetime]:
    fields = (getattr(value, name) for name in value.__match_args__)
    return (field for field in fields if isinstance(field, datetime))


def is_for_draining(value: object) -> TypeGuard[Event]:
    return type(value).__module__ in ("ballast.drain.events", "ballast.records.event")


@pytest.mark.parametrize("name", NAMES)
def test_each_field_of_each_payload_may_be_anything(name: str) -> None:
    event = load_event(name)

    for path in paths(event):
        for value in VALUES:
            damaged = changed(event, path, value)
            for parser in PARSERS:
                read(parser, damaged)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(NAMES), st.data())
def test_several_fields_may_be_anything_at_once(name: str, data: st.DataObject) -> None:
    event = load_event(name)
    for _ in range(data.draw(st.integers(1, 4))):
        event = changed(event, data.draw(st.sampled_from([*paths(event)])), data.draw(JSON))
        if not any(True for _ in paths(event)):
            break

    for parser in PARSERS:
        read(parser, event)


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"a": ' * 100_000,
        f'{{"a": {"9" * 5_000}}}',
        '{"source": "aws.ec2", "detail-type": 1e400}',
        "\x00",
        "",
    ],
)
def test_a_body_that_is_no_event_is_a_dead_letter_and_its_mates_go_on(body: str) -> None:
    letters: list[str] = []
    acted: list[object] = []
    good = json.dumps(load_event("ec2_spot_interruption_warning"))
    records = [{"messageId": str(n), "body": each} for n, each in enumerate([body, good])]

    def act(items: Any) -> list[Any]:
        acted.extend(items)
        return []

    answer = run(
        {"Records": records}, PLENTY, parse=parse_drain, act=act, dead_letter=lambda _, why: letters.append(why)
    )

    assert answer == {"batchItemFailures": []}
    assert len(acted) == 1
    [why] = letters
    assert len(why) <= 256
    assert why.isprintable()
