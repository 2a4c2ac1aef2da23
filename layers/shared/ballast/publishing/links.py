"""Where is the runbook, and what is a notice about when it is about no cluster?"""

from __future__ import annotations

from ballast.notice import Link, Notice

RUNBOOK = "https://github.com/ballast-ecs/ballast/blob/main/docs/operating.md"
EVERY_CLUSTER = "all clusters"  # the `cluster` of a notice about Ballast itself


def runbook(notice: Notice) -> Link:
    return Link("Runbook", f"{RUNBOOK}#{notice.code.lower()}")
