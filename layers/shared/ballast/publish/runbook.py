"""Which pages does a message link to? Where the console is, and where the runbook."""

from __future__ import annotations

from dataclasses import dataclass

from ballast.words.notice import Link, Notice


@dataclass(frozen=True, slots=True)
class Pages:
    """`runbook_url` is that of docs/operating.md as its readers reach it: in a fork or a mirror it is another."""

    region: str
    runbook_url: str

    def runbook(self, notice: Notice) -> Link:
        return Link("Runbook", f"{self.runbook_url}#{notice.code.lower()}")
