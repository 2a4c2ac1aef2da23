"""What every notice keeps to: whole sentences, links into the console, and an event that it comes back from the same."""

from __future__ import annotations

import re
from dataclasses import replace

from ballast.words.notice import Notice, Severity

type Row = tuple[Notice, str, Severity, bool]  # its code, how grave it is, and whether its incident is over

SAID_OF_NOTHING = re.compile(r"^None(?=[.:]| so far| yet| any more| of )")  # any other is a value that lacks
CONSOLE = "https://eu-central-1.console.aws.amazon.com/"


def of(notice: Notice) -> tuple[str, Severity, bool]:
    return notice.code, notice.severity, notice.closes_incident


def is_whole(notice: Notice) -> bool:
    would = (notice.would.what, notice.would.impact, notice.would.next) if notice.would else ()
    for text in (notice.what, notice.why, notice.impact, notice.next, *would):
        assert text.endswith(".")
        assert "None" not in SAID_OF_NOTHING.sub("", text)
        assert "{" not in text
        assert ".." not in text
    assert notice.links
    assert all(link.url.startswith(CONSOLE) for link in notice.links)
    return Notice.parse({"detail": notice.to_detail()}) == replace(notice, would=None)  # which only dry run says
