"""What somebody is told, alone, whose button did nothing, or did not do all yet."""

from __future__ import annotations

from datetime import datetime

from ballast.words.incident import date

NOT_LISTED = "Nothing was done: you are not among the people whom the stack's parameter SlackDeciders names."
UNKNOWN = "Nothing was done: Ballast knows no message of that kind any more."
ELSEWHERE = "Nothing was done: this button is not in the message in which Ballast put it."
MOVED_ON = "Nothing was done: things have moved on since this message was shown; look at how it stands now."
AGAIN = "You have pressed this already; somebody else has to press it too."
LATE = "Nothing was done: this took more than 15 minutes to arrive. Press again if it is still meant."
NOT_YET = "Nothing was done: by its time this click is yet to come."


def taken(by: str, at: datetime) -> str:
    return f"Nothing was done: <@{by}> pressed this at {date(at)} already."


def expired(at: datetime) -> str:
    return f"Nothing was done: this button held until {date(at)}. The command `ballast` can still do it."


def more_needed(left: int) -> str:
    others = "one other person" if left == 1 else f"{left} other people"
    return f"Noted: nothing is done before {others} of SlackDeciders pressed this too."
