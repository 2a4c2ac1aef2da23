"""How do notices leave? As events on the default bus, ten a call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import batched

from ballast.aws.session import client
from ballast.errors import TransientError
from ballast.notice import DETAIL_TYPE, SOURCE, Notice

ENTRIES_MOST = 10  # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html


def put(notices: Sequence[Notice]) -> None:
    """Raise TransientError when the bus took only some; those told twice have the same id."""
    for some in batched(notices, ENTRIES_MOST, strict=False):
        answer = client("events").put_events(Entries=[_entry(notice) for notice in some])
        if answer["FailedEntryCount"]:
            raise TransientError(f"EventBridge did not take {answer['FailedEntryCount']} of {len(some)} notices.")


def _entry(notice: Notice) -> dict[str, object]:
    return {
        "Source": SOURCE,
        "DetailType": DETAIL_TYPE,
        "Time": notice.at,
        "Detail": json.dumps(notice.to_detail()),
    }
