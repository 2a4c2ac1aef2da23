"""Take conversations out to SNS and to Slack: one that a channel does not take holds up none behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from ballast import clock
from ballast.errors import SecretUnreadableError, SlackRefusedError, TransientError
from ballast.publish.ports import SlackChannel, WakeUps
from ballast.publish.slack_pace import DOWN_FOR
from ballast.publish.slack_refusals import ABOUT_CONTENTS, ABOUT_US
from ballast.shell.deliver import Delivery
from ballast.shell.show import Show
from ballast.telemetry import logger
from ballast.value import dataclass
from ballast.words.notice import Notice
from ballast.words.slack_down import slack_message_refused, slack_refused, slack_secret_missing

BUSY_FOR_ALL = 2  # no answer to one message may be for what it says; to a second one, it is the channel
MOST_DELAY = timedelta(seconds=90)  # shorter than a message may wait in this queue before an alarm rings


@dataclass(frozen=True, slots=True)
class Channels:
    """`slack` is None where the operator has not set it up; `slack_secret` names the secret with the way in."""

    delivery: Delivery
    slack: SlackChannel | None
    slack_secret: str
    wake_ups: WakeUps | None = None

    def to_topic(self, names: Sequence[str]) -> set[str]:
        """Answer the conversations that SNS did not take; where it is busy twice, it is for all."""
        failed: set[str] = set()
        busy = 0
        for position, name in enumerate(names):
            try:
                self.delivery.to_topic(name)
            except TransientError as error:
                logger.warning("SNS did not take the message", conversation=name, why=str(error))
                failed.add(name)
                busy += 1
                if busy == BUSY_FOR_ALL:
                    return failed | set(names[position:])
            except Exception:  # noqa: BLE001 - one message in trouble must not hold up a page behind it
                logger.exception("cannot publish the message", conversation=name)
                failed.add(name)
        return failed

    def to_slack(self, names: Sequence[str]) -> tuple[set[str], Sequence[Notice]]:
        """Answer the conversations that could not be shown, and what to tell on SNS of a Slack that refuses.

        What Slack does not take now waits for no queue: a wake-up comes when it may be tried again, and the sweep anyway.
        """
        failed: set[str] = set()
        news: list[Notice] = []
        waits: list[datetime] = []
        silent = 0
        if self.slack is None:
            return failed, news
        slack = Show(self.delivery.store, self.delivery.pages, self.slack)
        for name in _most_urgent_first(slack, names, failed):
            try:
                waits += filter(None, [slack.show(name)])
            except SecretUnreadableError as error:
                logger.error("Slack secret cannot be read", why=str(error))
                news.append(slack_secret_missing(self.slack_secret, str(error), *self._now_and_region()))
                break
            except SlackRefusedError as error:
                logger.error("Slack refused", conversation=name, why=error.code)
                news.append(self._refused(error.code, name))
                if error.code in ABOUT_US:
                    break
            except TransientError as error:
                logger.warning("Slack did not take the message", conversation=name, why=str(error))
                silent += 1
                if silent == BUSY_FOR_ALL:
                    break
            except Exception:  # noqa: BLE001 - one message in trouble must not hold up a page behind it
                logger.exception("cannot show the conversation in Slack", conversation=name)
                failed.add(name)
        if silent:
            until = clock.utc_now() + DOWN_FOR
            waits.append(until)
            if silent == BUSY_FOR_ALL or len(names) == 1:
                self.delivery.store.change_pace(lambda pace: pace.shut_all(until))
        if waits:
            self._wake(min(waits))
        return failed, news

    def _wake(self, at: datetime) -> None:
        """One wake-up at a time is on its way, unless this one is needed sooner."""
        now = clock.utc_now()
        at = min(max(at, now + timedelta(seconds=1)), now + MOST_DELAY)
        if self.wake_ups and self.delivery.store.change_pace(lambda pace: pace.woken(at, now)):
            self.wake_ups.send(ceil((at - now).total_seconds()), at)

    def is_unfinished(self, name: str) -> bool:
        """Whether a later sweep must look at the conversation again; one that cannot be read is of no use to it."""
        try:
            return self.delivery.is_unfinished(name, in_slack=self.slack is not None)
        except (LookupError, TypeError, ValueError):
            logger.exception("cannot read the conversation", conversation=name)
            return False

    def _refused(self, code: str, name: str) -> Notice:
        if code in ABOUT_CONTENTS:
            return slack_message_refused(self.slack_secret, code, name, *self._now_and_region())
        return slack_refused(self.slack_secret, code, *self._now_and_region())

    def _now_and_region(self) -> tuple[datetime, str]:
        return clock.utc_now(), self.delivery.pages.region


def _most_urgent_first(slack: Show, names: Sequence[str], failed: set[str]) -> Sequence[str]:
    """Those that cannot be read are added to `failed`."""
    if len(names) == 1:
        return names
    urgency: dict[str, tuple[bool, bool, str]] = {}
    for name in names:
        try:
            urgency[name] = slack.urgency(name)
        except (TransientError, SecretUnreadableError):  # told when it is to be shown
            urgency[name] = (True, True, "")
        except Exception:  # noqa: BLE001 - as above
            logger.exception("cannot read the conversation", conversation=name)
            failed.add(name)
    return sorted(urgency, key=lambda name: urgency[name])
