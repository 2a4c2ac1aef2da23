"""Where is the runbook of a notice?"""

from __future__ import annotations

from ballast.words.notice import Link, Notice

RUNBOOK = "https://github.com/ballast-ecs/ballast/blob/main/docs/operating.md"


def runbook(notice: Notice) -> Link:
    return Link("Runbook", f"{RUNBOOK}#{notice.code.lower()}")
