"""Is everything of the stack switched on: functions, what hands them their queues, rules, alarms?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ballast_cli.doctor.checks.stack import revert
from ballast_cli.doctor.facts import Alarm, Function, Source
from ballast_cli.doctor.finding import Finding, broken, note, warning
from ballast_cli.doctor.seen import Unseen, seen
from ballast_cli.doctor.snapshot import Snapshot

FEW = 10  # executions at once that no function has for itself; a new account may have no more
ON = frozenset({"Enabled", "Enabling", "Creating", "Updating"})
LETTERS = "DeadLettered"
YOUNG = timedelta(hours=3)  # until then an alarm that waits for data may wait
LONGEST_REASON = 300


def functions(s: Snapshot) -> Iterator[Finding]:
    """Reserved concurrency of 0 stops a function, and after about an hour what its queue holds ends as dead letters.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
    """
    for each in seen(s.functions):
        where = f"function {each.logical} ({each.physical})"
        if each.reserved == 0:
            says = "Somebody has reserved no concurrency for a function, so Lambda never runs it and its queue turns into dead letters."
            mend = f"aws lambda delete-function-concurrency --function-name {each.physical}"
            yield broken(says, where, mend, "dead-mans-switch")
        yield from _state(each, where)


def _state(each: Function, where: str) -> Iterator[Finding]:
    why = f": {each.reason.rstrip('.')}" if each.reason else ""
    look = f"aws lambda get-function-configuration --function-name {each.physical}"
    if each.state in ("Failed", "Inactive"):
        yield broken(f"Lambda cannot run a function ({each.state}{why}).", where, look, "function-errors")
    elif each.last_update == "Failed":
        yield broken(
            f"The last change of a function failed, so it runs what it was{why}.",
            where,
            "make deploy",
            "function-errors",
        )


def concurrency(s: Snapshot) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    left = seen(s.concurrency)
    if left < FEW:
        says = (
            f"The account has {left} concurrent executions in this Region that no function has reserved; Ballast's five "
            "functions share them with all others, and a Spot warning does not wait."
        )
        yield warning(says, "", "aws lambda get-account-settings --query AccountLimit", "draininstancefailing")


def sources(s: Snapshot) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    found = seen(s.sources)
    for each in found:
        if each.state in ON:
            continue
        mend = f"aws lambda update-event-source-mapping --enabled --uuid {each.uuid}"
        yield broken(_source(each), f"{each.function}, from queue {each.queue}", mend, "stop-at-once")
    for function in () if isinstance(s.functions, Unseen) else s.functions:
        if function.logical not in {each.function for each in found}:
            says = "Nothing hands a function its queue: its event source mapping is gone, so it does nothing."
            yield broken(says, function.logical, revert(s), "doctor-stack")


def _source(each: Source) -> str:
    why = f" ({each.reason.rstrip('.')})" if each.reason else ""
    return f"A function is stopped: its event source mapping is {each.state}{why}, so what comes in waits, for a day at most."


def rules(s: Snapshot) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Rule.html"""
    for each in seen(s.rules):
        where = f"rule {each.logical}"
        if each.state is None:
            yield broken(
                "A rule of the stack was deleted, so its events reach nobody.", where, revert(s), "doctor-stack"
            )
        elif not each.state.startswith("ENABLED"):
            mend = f"aws events enable-rule --name {each.physical}"
            yield broken("A rule is switched off, so its events reach nobody.", where, mend, "dead-mans-switch")


def alarms(s: Snapshot) -> Iterator[Finding]:
    """Of dead letters the queue itself tells more.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """
    told = set() if isinstance(s.letters, Unseen) else {each.logical for each in s.letters if each.count}
    for each in seen(s.alarms):
        where, see = f"alarm {each.logical}", each.logical.lower()
        if each.state is None:
            yield warning("An alarm of the stack was deleted.", where, revert(s), "doctor-stack")
        elif each.state == "ALARM" and f"{each.logical.removesuffix(LETTERS)}DeadLetters" not in told:
            yield broken(
                _rings(each), where, f"aws cloudwatch describe-alarm-history --alarm-name {each.physical}", see
            )
        elif each.state == "INSUFFICIENT_DATA" and _is_old(s):
            says = "An alarm has never had data, so nobody knows whether what it watches works."
            yield note(says, where, "", see)
        if each.state is not None and not each.tells:
            mend = f"aws cloudwatch enable-alarm-actions --alarm-names {each.physical}"
            yield warning("The actions of an alarm are off: it rings and nobody is told.", where, mend, see)


def _rings(each: Alarm) -> str:
    since = f" since {each.since:%Y-%m-%d %H:%M} UTC" if each.since else ""
    return f"An alarm rings{since}: {each.reason[:LONGEST_REASON].rstrip('.') or 'CloudWatch does not say why'}."


def _is_old(s: Snapshot) -> bool:
    stack = None if isinstance(s.stack, Unseen) else s.stack
    return stack is not None and s.now - stack.created_at > YOUNG
