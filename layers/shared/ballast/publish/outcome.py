"""How did the drains of a conversation end? Read from the steps that were told of each: what nobody saw did not end well."""

from __future__ import annotations

from typing import Final

from ballast.publish.conversation import Conversation
from ballast.publish.incidents import Progress
from ballast.words.codes import Code

SEEN_EMPTY: Final = frozenset({Code.DRAIN_FINISHED, Code.DRAINED_OUTSIDE_GROUP})
NOT_DONE: Final = frozenset({Code.GIVE_BACK_UNDONE, Code.GIVE_BACK_DROPPED})
LATE: Final = frozenset({Code.DRAIN_STUCK, Code.DRAIN_FORCED, Code.DRAIN_ROLLED_BACK, Code.GAVE_UP_WAITING})
WENT: Final = frozenset({Code.INSTANCE_GONE, Code.INSTANCE_LEFT})


def ended_well(one: Progress) -> bool:
    """Not where its drain was forced, escalated or given up, nor where it went unseen or with tasks on it."""
    if one.codes & (LATE | NOT_DONE) or Code.TASKS_CUT_OFF in one.codes:
        return False
    return not one.codes & WENT or bool(one.codes & SEEN_EMPTY)


def all_ended_well(conversation: Conversation) -> bool:
    return all(ended_well(one) for one in conversation.incidents.values() if one.closed)


def how_they_ended(conversation: Conversation) -> list[tuple[int, str]]:
    """How many of those that went, and how: what went wrong first."""
    gone = [one for one in conversation.incidents.values() if one.closed and one.codes & WENT]
    cut = sum(Code.TASKS_CUT_OFF in one.codes for one in gone)
    late = sum(bool(one.codes & LATE) and Code.TASKS_CUT_OFF not in one.codes for one in gone)
    well = sum(ended_well(one) for one in gone)
    numbers = {
        "with tasks cut off": cut,
        "later than its drain deadline": late,
        "not known to be empty": len(gone) - cut - late - well,
        "empty in time": well,
    }
    return [(number, how) for how, number in numbers.items() if number]


def in_all(conversation: Conversation) -> str | None:
    """What became of all instances; None where fewer than two have gone, so that one sentence says it all."""
    ended = how_they_ended(conversation)
    if len(conversation.incidents) == 1 or not ended:
        return None
    well_first = sorted(ended, key=lambda one: not one[1].startswith("empty"))
    said = ", ".join(f"{number} {how}" for number, how in well_first)
    return f"Of {sum(number for number, _ in ended)} that went: {said}."
