"""Notices of a conversation in any order."""

from __future__ import annotations

from functools import reduce

from hypothesis import strategies as st

from ballast.publish.conversation import Conversation
from ballast.words.notice import Notice, Severity
from tests.notification_builders import NOW, a_notice, instance, seconds

CODES = ["SpotInterruption", "DrainFinished", "DrainStuck", "InstanceGone"]


def empty() -> Conversation:
    return Conversation("prod/spot_interruption/x", "prod", "spot_interruption", NOW)


def told(*notices: Notice) -> Conversation:
    return reduce(Conversation.tell, notices, empty())


@st.composite
def some_notices(draw: st.DrawFn) -> list[Notice]:
    def one() -> Notice:
        code = draw(st.sampled_from(CODES))
        severity = Severity.PAGE if code == "DrainStuck" else Severity.INFO
        at = NOW + seconds(draw(st.integers(0, 5)))
        number = draw(st.integers(0, 6))
        closes = code == "InstanceGone"
        return a_notice(code, severity, instance=instance(number), at=at, closes=closes)

    return [one() for _ in range(draw(st.integers(1, 20)))]
