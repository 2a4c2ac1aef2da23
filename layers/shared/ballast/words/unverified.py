"""What people read of a notice that Ballast has not signed, and of those that were too many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from ballast.words.codes import HELD_BACK, UNVERIFIED, Code
from ballast.words.incident import Incident, count, hour, say
from ballast.words.notice import EVERY_CLUSTER, INCIDENT_MOST, Notice, Severity
from ballast.words.shortened import cut

DOUBT: Final = "It is not signed by this stack: whoever may put events of source ballast may have sent it."
LOOK_FIRST: Final = "See for yourself whether it is so before you act on it."


def unverified(notice: Notice, reason: str = UNVERIFIED) -> Notice:
    """As it is told: in an incident of its own, so that it joins, closes and hides none of Ballast's, and leads nowhere."""
    incident = f"{UNVERIFIED}/{notice.code}/{notice.incident}".encode()[:INCIDENT_MOST].decode(errors="ignore")
    return replace(
        notice,
        incident=incident,
        reason=reason,
        title=f"not verified, {notice.title}" if notice.title else "",
        what=f"Not verified: {notice.what}",
        why=f"{DOUBT} It says: {notice.why}",
        next=f"{LOOK_FIRST} It says: {notice.next}",
        plan=(),
        links=(),
        asked=None,
    )


def held_back(number: int, codes: Sequence[str], since: datetime, now: datetime) -> Notice:
    """Of one hour, which began at `since`; told again with a higher number it is the same message."""
    incident = Incident(EVERY_CLUSTER, None, HELD_BACK, f"held-back/{since:%Y%m%dT%H}", since, ())
    were = "was" if number == 1 else "were"
    return say(
        incident, Code.NOTICES_HELD_BACK, Severity.TICKET, now, closes=True, repeat=number,
        title=f"{number}+ notices held back: not verified",
        what=f"At least {count(number, 'notice')} that nobody vouches for {were} held back since {hour(since, now)}: "
        f"{', '.join(cut(code, 60) for code in codes)}.",
        why="More came in this hour than Ballast tells of what it has not signed itself. Somebody puts events of source "
        "ballast on the bus, or a function may not read the key.",
        impact="What Ballast has signed is told as always. What was held back stands in the log of publish_notification.",
        next="See in CloudTrail who may and does put events, and take that right away; read the log for what they said.",
    )  # fmt: skip
