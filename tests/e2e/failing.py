"""What went wrong last in the functions, in a sentence: for the message of an assertion that only knows that it waited."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from simulator.serve.gateway import Recorded

FAILED = re.compile(r"ESM: Lambda \w+-(\w+)-\w+ failed processing .*errorType=(.*?) errorMessage=(.*)\)$")
# How many times longer a story may take than where nothing else runs; only a red run takes longer for it.
BUSY = float(os.environ.get("BALLAST_E2E_BUSY", "4"))
NOTHING = (
    "No function failed, and none was refused a call: what was waited for may never have reached one (rule, queue)."
)
STORY = "Unreadable event dead-lettered"  # what other tests send
MOST_CHARACTERS = 300
USUAL = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException", "400"})  # another was faster


def last_errors(log: Path, calls: Iterable[Recorded]) -> str:
    """Of each function its last error and the last call that it was refused."""
    said = {**dict(_logged(log)), **dict(_refused(calls))}
    return " ".join(said.values()) or NOTHING


def _logged(log: Path) -> Iterator[tuple[str, str]]:
    """As Lambda says it (the function could not run), or as the function logs it."""
    for line in log.read_text(errors="replace").splitlines() if log.exists() else ():
        if found := FAILED.search(line):
            yield (
                f"run of {found[1]}",
                f"{found[1]} failed last with {found[2]}: {found[3][:MOST_CHARACTERS].rstrip('.')}.",
            )
        elif '"level":"ERROR"' in line and (record := _record(line)):
            why = record.get("exception", "").strip().rpartition("\n")[2][:MOST_CHARACTERS]
            what = f"{record.get('message')} ({why})" if why else f"{record.get('message')}"
            if what != STORY:
                yield f"log of {record['service']}", f"{record['service']} logged last as an error: {what}."


def _record(line: str) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(line[line.index("{") :])
    except ValueError:
        return {}
    return found


def _refused(calls: Iterable[Recorded]) -> Iterator[tuple[str, str]]:
    for call in calls:
        if call.caller and call.outcome != "ok" and call.outcome not in USUAL:
            yield f"call of {call.caller}", f"{call.caller} got {call.outcome} for {call.service}:{call.operation}."
