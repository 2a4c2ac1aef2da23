"""What happens to each record of a queue's batch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from ballast import clock
from ballast.errors import UnexpectedEventError
from ballast.shell.batch import Response, run
from tests.builders import PLENTY, TimeLeft

type Letters = list[tuple[str, str]]


def parse(event: Mapping[str, Any]) -> list[str]:
    if "name" not in event:
        raise UnexpectedEventError("It has no name.")
    return [event["name"]]


def receive(
    *bodies: str, again: Sequence[str] = (), letters: Letters | None = None, acted: list[str] | None = None
) -> Response:
    def act(items: Sequence[list[str]]) -> Sequence[list[str]]:
        if acted is not None:
            acted.extend(name for [name] in items)
        return [item for item in items if item[0] in again]

    def dead_letter(body: str, why: str) -> None:
        (letters if letters is not None else []).append((body, why))

    records = [
        {"messageId": f"m{number}", "body": body, "attributes": {}, "eventSource": "aws:sqs"}
        for number, body in enumerate(bodies)
    ]
    return run({"Records": records}, PLENTY, parse=parse, act=act, dead_letter=dead_letter)


def named(name: str) -> str:
    return json.dumps({"name": name})


def test_everything_readable_is_acted_on_at_once() -> None:
    acted: list[str] = []

    assert receive(named("a"), named("b"), acted=acted) == {"batchItemFailures": []}
    assert acted == ["a", "b"]


def test_only_what_has_to_come_again_is_reported() -> None:
    assert receive(named("a"), named("b"), named("b"), again=["b"]) == {
        "batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m2"}]
    }


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("not json", "The message is not JSON"),
        ("[1]", "The message is a JSON list; expected an EventBridge event object."),
        ("{}", "It has no name."),
    ],
)
def test_what_nobody_can_read_is_dead_lettered_and_counts_as_handled(body: str, why: str) -> None:
    letters: Letters = []
    acted: list[str] = []

    assert receive(body, named("a"), letters=letters, acted=acted) == {"batchItemFailures": []}
    assert [(kept, reason.startswith(why)) for kept, reason in letters] == [(body, True)]
    assert acted == ["a"]


def test_a_batch_without_anything_readable_asks_for_no_act() -> None:
    acted: list[str] = []

    assert receive("{}", acted=acted, again=["a"]) == {"batchItemFailures": []}
    assert acted == []


def test_a_record_whose_dead_letter_cannot_be_sent_comes_again() -> None:
    def refuse(_body: str, _why: str) -> None:
        raise ConnectionError

    records = [{"messageId": "m0", "body": "{}", "attributes": {}, "eventSource": "aws:sqs"}]
    answer = run({"Records": records}, PLENTY, parse=parse, act=lambda _: [], dead_letter=refuse)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_a_record_that_breaks_its_parser_comes_again_and_the_others_are_acted_on() -> None:
    def broken(event: Mapping[str, Any]) -> list[str]:
        if event["name"] == "a":
            raise KeyError("a bug of ours")
        return parse(event)

    acted: list[list[str]] = []

    def act(items: Sequence[list[str]]) -> Sequence[list[str]]:
        acted.extend(items)
        return items

    records = [{"messageId": f"m{name}", "body": named(name)} for name in ("b", "a", "c")]
    answer = run({"Records": records}, PLENTY, parse=broken, act=act, dead_letter=lambda _body, _why: None)

    assert acted == [["b"], ["c"]]
    assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == ["ma", "mb", "mc"]


@pytest.mark.parametrize(("seconds", "late"), [(25, False), (7, True), (0, False)])
def test_a_run_knows_when_a_call_might_not_end_before_it_is_stopped(seconds: int, *, late: bool) -> None:
    seen: list[bool] = []

    def act(_: object) -> Sequence[list[str]]:
        seen.append(clock.is_late())
        return []

    records = [{"messageId": "m0", "body": named("a")}]
    run({"Records": records}, TimeLeft(seconds), parse=parse, act=act, dead_letter=lambda _body, _why: None)

    assert seen == [late]
    assert not clock.is_late()  # nor is the next run, before it begins


def sweep(minutes_ago: float, name: str = "a") -> dict[str, Any]:
    sent_at = clock.utc_now() - timedelta(minutes=minutes_ago)
    body = json.dumps({"name": name, "detail-type": "Scheduled Event"})
    attributes = {"SentTimestamp": str(round(sent_at.timestamp() * 1000))}
    return {"messageId": name, "body": body, "attributes": attributes}


def handled(*records: Mapping[str, Any], letters: Letters, fails: bool = False) -> list[str]:
    acted: list[str] = []

    def dead_letter(body: str, why: str) -> None:
        if fails:
            raise ConnectionError
        letters.append((body, why))

    def act(items: Sequence[list[str]]) -> Sequence[list[str]]:
        acted.extend(name for [name] in items)
        return []

    assert run({"Records": records}, PLENTY, parse=parse, act=act, dead_letter=dead_letter) == {"batchItemFailures": []}
    return acted


def test_a_sweep_that_comes_ten_minutes_late_is_acted_on_and_the_oldest_is_told_as_a_dead_letter() -> None:
    letters: Letters = []
    records = [sweep(11, "a"), sweep(25.5, "b"), sweep(0, "c")]

    assert handled(*records, letters=letters) == ["a", "b", "c"]
    [(body, why)] = letters
    assert body == records[1]["body"]
    assert why == "Handled 25 minutes after its time: this function is behind with its queue."


def test_what_is_in_time_or_of_no_schedule_is_told_to_nobody() -> None:
    letters: Letters = []
    event = {**sweep(60), "body": named("d")}

    assert handled(sweep(9), event, {**sweep(60, "e"), "attributes": {}}, letters=letters) == ["a", "d", "e"]
    assert letters == []


def test_a_late_sweep_that_cannot_be_set_aside_holds_up_nothing() -> None:
    assert handled(sweep(60), letters=[], fails=True) == ["a"]
