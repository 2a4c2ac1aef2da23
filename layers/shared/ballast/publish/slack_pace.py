"""May this be sent to Slack now? Information leaves room for pages; what Slack forbids for a while is forbidden to all. Pure.

Slack takes about one message a second and channel, and tier 3 of edits (50 a minute), and says in Retry-After how long it
refuses more (https://docs.slack.dev/apis/web-api/rate-limits).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from ballast.publish.slack_steps import Edit, Post, Reply, Settle, Step
from ballast.value import dataclass

EDITS_EVERY = timedelta(seconds=5.5)  # five, however long the call takes
POSTS_EVERY = timedelta(seconds=2)
LONGEST = timedelta(hours=2)
DOWN_FOR = timedelta(seconds=15)  # after no answer, or one of Slack's own failures


@dataclass(frozen=True, slots=True)
class Pace:
    """Of one channel, for all functions. Edits and posts have limits of their own; a reply is a post.

    `edit_at`, `post_at`: when the time that passed has paid for all that was sent. `edits_shut_until`, `posts_shut_until`:
    nothing before, as Slack said.
    `wake_at`: when a function is to look again.
    """

    edit_at: datetime | None = None
    post_at: datetime | None = None
    edits_shut_until: datetime | None = None
    posts_shut_until: datetime | None = None
    wake_at: datetime | None = None

    def not_before(self, step: Step, now: datetime, *, urgent: bool) -> datetime:
        """When the step may be taken; `now` or earlier is at once."""
        match step:
            case Edit():
                own, shut = self.edit_at, self.edits_shut_until
            case Post() | Reply():
                own = self.post_at - POSTS_EVERY if self.post_at else None  # two at once, then one every two seconds
                shut = self.posts_shut_until
            case Settle():
                return now
            case _:
                assert_never(step)
        return max(_near(shut, now), now if urgent else _near(own, now))

    def taken(self, step: Step, now: datetime) -> Pace:
        """After, or rather before, it is sent: two functions must not send at once."""
        match step:
            case Edit():
                return replace(self, edit_at=now + EDITS_EVERY)
            case Post() | Reply():
                return replace(self, post_at=max(self.post_at or now, now) + POSTS_EVERY)
            case Settle():
                return self
            case _:
                assert_never(step)

    def shut(self, step: Step, until: datetime) -> Pace:
        """Slack wants no more of the kind until then."""
        if isinstance(step, Edit):
            return replace(self, edits_shut_until=until)
        return replace(self, posts_shut_until=until)

    def shut_all(self, until: datetime) -> Pace:
        return replace(self, edits_shut_until=until, posts_shut_until=until)

    def woken(self, at: datetime, now: datetime) -> Pace | None:
        """With a wake-up at the time; None where one is on its way that comes as early."""
        if self.wake_at and now < self.wake_at <= at:
            return None
        return replace(self, wake_at=at)


def _near(at: datetime | None, now: datetime) -> datetime:
    """What is further ahead than Slack and we may mean is a mistake, and forbids nothing."""
    return at if at and at <= now + LONGEST else now
