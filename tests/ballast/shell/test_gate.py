"""What Ballast has not signed is told as such; what nobody knows is told too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from ballast import clock
from ballast.errors import TransientError
from ballast.publish.flood import Flood
from ballast.shell.gate import Gate
from ballast.words.notice import Notice, Severity
from tests.notification_builders import NOW, SWEEP, a_notice, notice_event, storm


@dataclass
class Says:
    verdict: bool | None = False

    def verifies(self, kind: str, detail: object) -> bool | None:  # noqa: ARG002 - of the protocol
        return self.verdict


@dataclass
class Floods:
    hours: dict[str, Flood] = field(default_factory=dict)
    busy: bool = False

    def change(self, hour: str, change: Callable[[Flood], Flood]) -> Flood:
        if self.busy:
            raise TransientError("Too fast.")
        self.hours[hour] = change(self.hours.get(hour, Flood(hour)))
        return self.hours[hour]


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)


def read(*, verdict: bool | None, **notice: object) -> Notice:
    item = Gate(Says(verdict), Floods()).parse(notice_event(a_notice("DrainStuck", **notice)))  # type: ignore[arg-type]
    assert isinstance(item, Notice)
    return item


def test_what_is_signed_is_told_as_it_is_for_as_long_as_a_queue_may_keep_it() -> None:
    fresh, old = (read(verdict=True, started_at=NOW - timedelta(days=days)) for days in (13, 15))

    assert (fresh.reason, old.reason) == ("spot_interruption", "unverified")


def test_what_is_not_signed_and_what_nobody_knows_are_told_apart_and_neither_is_believed() -> None:
    forged, unknown = read(verdict=False), read(verdict=None)

    assert (forged.reason, unknown.reason) == ("unverified", "unverifiable")
    assert all(notice.incident.startswith("unverified/") and not notice.links for notice in (forged, unknown))


def test_only_what_is_doubted_is_held_back() -> None:
    floods = Floods()
    pages = {
        verdict: [Gate(Says(verdict), floods).parse(notice_event(n)) for n in storm(30, severity=Severity.PAGE)]
        for verdict in (True, False, None)
    }

    told = {verdict: Gate(Says(verdict), floods).admit(some)[0] for verdict, some in pages.items()}

    codes = {verdict: [notice.code for _, notice in some] for verdict, some in told.items()}
    assert codes[True] == codes[None] == ["DrainStarted"] * 30
    assert codes[False] == ["DrainStarted"] * 5 + ["NoticesHeldBack"] * 25
    assert [item for item, _ in told[False]] == pages[False]  # each waits for the message that it is counted in
    assert len({notice.id for _, notice in told[False]}) == 6


def test_a_flood_that_cannot_be_counted_comes_again_and_holds_up_no_other() -> None:
    floods = Floods(busy=True)
    ours, forged = (Gate(Says(verdict), floods).parse(notice_event(a_notice())) for verdict in (True, False))

    told, again = Gate(Says(None), floods).admit([forged, ours])

    assert [item for item, _ in told] == [ours]
    assert again == [forged]


def test_what_is_no_notice_needs_no_signature() -> None:
    assert not isinstance(Gate(Says(), Floods()).parse(SWEEP), Notice)
