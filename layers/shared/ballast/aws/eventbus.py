"""How do notices and other events of ours leave? On the default bus, ten a call."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from ballast.aws.session import client
from ballast.errors import TransientError
from ballast.words.notice import DETAIL_TYPE, SOURCE, Notice

ENTRIES_MOST = 10  # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html


type Sign = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]  # detail-type and detail to the detail that is sent


def unsigned(_: str, detail: Mapping[str, Any]) -> Mapping[str, Any]:
    """What people send: whoever may put events may."""
    return detail


def put(notices: Sequence[Notice], sign: Sign = unsigned) -> None:
    """Raise TransientError when the bus took only some; those told twice have the same id."""
    _put([{**_entry(DETAIL_TYPE, sign(DETAIL_TYPE, notice.to_detail())), "Time": notice.at} for notice in notices])


def command(detail_type: str, detail: Mapping[str, Any], at: datetime) -> None:
    """What somebody said at that time; raise TransientError as `put` does."""
    _put([{**_entry(detail_type, detail), "Time": at}])


def announce(events: Sequence[tuple[str, Mapping[str, Any]]], sign: Sign = unsigned) -> None:
    """Put events, each a detail-type and its detail; raise TransientError as `put` does."""
    _put([_entry(detail_type, sign(detail_type, detail)) for detail_type, detail in events])


def _put(entries: Sequence[Any]) -> None:
    for some in batched(entries, ENTRIES_MOST, strict=False):
        answer = client("events").put_events(Entries=list(some))
        if answer["FailedEntryCount"]:
            raise TransientError(f"EventBridge did not take {answer['FailedEntryCount']} of {len(some)} events.")


def _entry(detail_type: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    return {"Source": SOURCE, "DetailType": detail_type, "Detail": json.dumps(detail)}
