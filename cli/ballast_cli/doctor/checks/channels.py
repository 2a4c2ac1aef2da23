"""Does anybody hear what Ballast says, and what could it not say or do?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from shlex import quote

from ballast_cli.doctor.checks.check import unseen
from ballast_cli.doctor.facts import Letter, Letters
from ballast_cli.doctor.finding import Finding, broken, note, warning
from ballast_cli.doctor.seen import Unseen, seen
from ballast_cli.doctor.snapshot import Snapshot

REASONS = 3
LONGEST_REASON = 200
NO_REASON = "failed in every attempt, and only the log says why"
# The queue of a function, where its dead letters came from: docs/operating.md#dead-letters.
CAME_FROM = {
    "DrainEventsDeadLetters": "DrainInstance",
    "UpdateEventsDeadLetters": "UpdateBottlerocket",
    "RebalanceEventsDeadLetters": "RebalanceCapacity",
    "NoticesDeadLetters": "PublishNotification",
}


def topic(s: Snapshot) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html"""
    arn = s.physical("Notifications")
    subscriptions = seen(s.subscriptions)
    for each in subscriptions:
        if not each.confirmed:
            says = "A subscription waits for its confirmation, so nothing is sent there: follow the link that it got, or ask again."
            yield warning(
                says, f"{each.protocol} {each.endpoint}", _subscribe(arn, each.protocol, each.endpoint), "install"
            )
    if any(each.confirmed for each in subscriptions):
        return
    mend = "" if subscriptions else _subscribe(arn, "email", "on-call@example.com")
    if s.parameter("SlackChannel") and s.parameter("SlackSecretArn"):
        says = "Nobody is subscribed to the topic: messages reach Slack, but alarms about Ballast itself reach nobody."
        yield warning(says, f"topic {arn}", mend, "install")
    else:
        yield broken(
            "Nobody is subscribed to the topic: no message and no alarm reaches anybody.",
            f"topic {arn}",
            mend,
            "install",
        )


def _subscribe(arn: str, protocol: str, endpoint: str) -> str:
    return f"aws sns subscribe --topic-arn {arn} --protocol {protocol} --notification-endpoint {quote(endpoint)}"


def slack(s: Snapshot) -> Iterator[Finding]:
    channel, arn = s.parameter("SlackChannel"), s.parameter("SlackSecretArn")
    store = seen(s.slack)
    if not channel and not arn:
        yield note("Slack is not set up.", "", "", "install")
    elif not arn:
        yield broken(
            "A Slack channel is set, but no SlackSecretArn: nothing reaches Slack.",
            channel,
            "make deploy",
            "slacksecretmissing",
        )
    elif not channel:
        yield broken(
            "A Slack secret is set, but no SlackChannel: nothing reaches Slack.",
            arn,
            "make deploy",
            "slacksecretmissing",
        )
    named, needed = len(s.parameter("SlackDeciders").split(",")), int(s.parameter("SlackDecidersNeeded") or 1)
    if s.parameter("SlackDeciders") and named < needed:
        says = f"SlackDecidersNeeded asks for {needed} people, but SlackDeciders names {named}: nobody can approve, resume or roll back in Slack."
        yield warning(says, s.parameter("SlackDeciders"), "make deploy", "buttons-in-slack")
    if store and store.why_not:
        says = f"The way into Slack cannot be read: {store.why_not}."
        yield broken(says, store.arn, _put(store.arn), "slacksecretmissing")


def _put(arn: str) -> str:
    if ":ssm:" in arn:
        name = arn.partition(":parameter")[2]
        return f"aws ssm put-parameter --overwrite --name {name} --type SecureString --value file://slack.json"
    return f"aws secretsmanager put-secret-value --secret-id {arn} --secret-string file://slack.json"


def letters(s: Snapshot) -> Iterator[Finding]:
    """What the letters say of instances and people is not shown."""
    for each in seen(s.letters):
        if not each.count:
            continue
        where = f"queue {each.logical}"
        see = f"{each.logical.lower().removesuffix('letters')}lettered"
        if isinstance(each.some, Unseen):
            yield from unseen(each.some, "the letters themselves, which may say why", where, matters=False)
        yield broken(_letters(each, s.now), where, _look(each, s), see)


def _letters(each: Letters, now: datetime) -> str:
    some = () if isinstance(each.some, Unseen) else each.some
    count = f"{each.count} dead letter{'s' if each.count > 1 else ''}"
    oldest = min((letter.sent_at for letter in some if letter.sent_at), default=None)
    age = f", the oldest seen {_age(now - oldest)} old" if oldest else ""
    return f"Something was lost: {count}{age}{_why(some)}."


def _why(some: Sequence[Letter]) -> str:
    if not some:
        return ""
    counted = Counter(f"{one.kind}: {one.why[:LONGEST_REASON].rstrip('.') or NO_REASON}" for one in some)
    told = [f"{number} x {why}" for why, number in counted.most_common(REASONS)]
    more = len(counted) - len(told)
    return f"; of {len(some)} looked at, {'; '.join(told)}" + (f"; {more} other reasons" if more else "")


def _look(each: Letters, s: Snapshot) -> str:
    """Why it failed where the letter says so itself; else in the log."""
    some = () if isinstance(each.some, Unseen) else each.some
    if some and not any(one.why for one in some) and each.logical in CAME_FROM:
        logs = s.physical(f"{CAME_FROM[each.logical]}Logs")
        return f"aws logs tail {logs} --since 1d --filter-pattern '{{ $.level = \"ERROR\" }}'"
    return (
        f"aws sqs receive-message --queue-url {each.url} --max-number-of-messages 10 --visibility-timeout 5 "
        "--message-attribute-names All"
    )


def _age(since: timedelta) -> str:
    hours = since.total_seconds() / 3600
    if since >= timedelta(days=2):
        return f"{hours / 24:.0f} days"
    return f"{hours:.0f} h" if hours >= 1 else f"{hours * 60:.0f} min"
