"""What on-call reads about a brake that somebody has put on a cluster."""

from __future__ import annotations

from datetime import datetime

from ballast.facts.view import Cluster
from ballast.records.command import CommandKind
from ballast.records.fingerprint import of_pause
from ballast.records.pause import Pause
from ballast.records.watch import Watch
from ballast.words.asked import Asked
from ballast.words.codes import Code
from ballast.words.incident import count, say
from ballast.words.notice import Notice, Severity
from ballast.words.shortened import cut
from ballast.words.watching import of_watch

GOES_ON = (
    "Instances that go anyway (Spot, scale-in, a date that is near) are drained all the same, and heartbeats go on"
)


def paused(cluster: Cluster, watch: Watch, pause: Pause, now: datetime, *, goes_on: int, set_back: int) -> Notice:
    """`goes_on`: drains under way that something forces; `set_back`: those that nothing does."""
    forced = f": {count(goes_on, 'drain')} now" if goes_on else ""
    back = (
        f" {count(set_back, 'drain')} that nothing forces {'is' if set_back == 1 else 'are'} given up."
        if set_back
        else ""
    )
    end = "It ends by itself then" if pause.until else "It does not end by itself"
    return say(
        of_watch(cluster, watch), Code.PAUSED, Severity.INFO, now,
        title=f"nothing voluntary begins: {cut(pause.by, 20)} paused it",
        what=f"Ballast begins nothing voluntary in {cluster.name} for now.",
        why=f"{pause.words}.",
        impact=f"No voluntary drain, update step, replacement or lifecycle hook begins.{back} {GOES_ON}{forced}.",
        next=f"{end}, or with `ballast resume --cluster {cluster.name}`{', or once the tag is gone' if not pause.cluster else ''}.",
        asked=Asked((CommandKind.RESUME,), of_pause(pause)) if pause.cluster else None,
    )  # fmt: skip


def pause_over(cluster: Cluster, watch: Watch, another: Pause | None, now: datetime) -> Notice:
    return say(
        of_watch(cluster, watch), Code.PAUSE_OVER, Severity.INFO, now,
        title="still paused: by another brake" if another else "pause is over: what waited goes on",
        what=f"{f'Another pause of {cluster.name} takes its place' if another else f'The pause of {cluster.name} is over'}.",
        why=f"{another.words}." if another else "Its time has come, or somebody ended it.",
        impact="Nothing voluntary begins yet." if another else "None.",
        next="It is told by itself." if another else "Drains and updates that waited go on.", closes=True,
    )  # fmt: skip
