"""What may be said of an instance that is gone? Only what somebody saw of its tasks while it was still there."""

from __future__ import annotations

from datetime import datetime

from ballast.records.disruption import Disruption, Phase
from ballast.words.incident import clock, count, few


def how_it_ended(d: Disruption, now: datetime, *, looked: bool) -> str:
    """The impact; `looked`: its tasks were listed once more after its end, and none was found cut off."""
    if d.cut_off:
        return f"{cut_off_in_words(d)}: {tasks_in_words(d.cut_off)}."
    if d.cut_short:
        return (
            f"{count(len(d.cut_short), 'task')} had not finished stopping when it went: {tasks_in_words(d.cut_short)}."
        )
    if d.emptied_at:
        match d.overran:
            case None:
                return "It was empty in time."
            case Phase.FORCED:
                return "It was empty when it went, as its tasks had been stopped at the drain deadline."
            case _:
                return "It was empty when it went, but not by its drain deadline."
    unseen = "It was not known to be empty when it went."
    if looked:
        return f"{unseen} No task is known to have been cut off."
    if d.tasks_seen:
        return f"{unseen} Last seen there at {clock(d.seen_at, now)}: {tasks_in_words(d.tasks_seen)}."
    return f"{unseen} What ran there is not known."


def ended_in_short(d: Disruption) -> str:
    """For a title."""
    if d.cut_off:
        return cut_off_in_words(d)
    if d.cut_short:
        return f"{count(len(d.cut_short), 'task')} ended with it"
    if d.emptied_at:
        return "empty in time" if d.overran is None else "empty too late"
    return "not known to be empty"


def cut_off_in_words(d: Disruption) -> str:
    cut = len(d.cut_off or ())
    return f"{count(cut, 'task')} cut off"


def tasks_in_words(names: tuple[str, ...]) -> str:
    return "; ".join(few(names))
