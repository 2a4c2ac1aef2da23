"""Is there a stack, is it whole, and may it act?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ballast.policy.policy import MANAGED_TAG
from ballast_cli.doctor.facts import Stack
from ballast_cli.doctor.finding import Finding, broken, note, warning
from ballast_cli.doctor.seen import Unseen, seen
from ballast_cli.doctor.snapshot import Snapshot, defaults_of

SHOWN = 3
CF = "aws cloudformation"
# What was changed by hand is not put back by a deployment of the same template.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html
REVERT = (
    f"{CF} create-change-set --stack-name NAME --change-set-name undo-drift --use-previous-template "
    "--deployment-mode REVERT_DRIFT --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND "
    f"--parameters $({CF} describe-stacks --stack-name NAME --output text "
    "--query \"Stacks[0].Parameters[].join('', ['ParameterKey=', ParameterKey, ',UsePreviousValue=true'])\")"
)
FAILED = (
    f"{CF} describe-stack-events --stack-name NAME --output table "
    "--query \"StackEvents[?ends_with(ResourceStatus, 'FAILED')].[Timestamp, LogicalResourceId, ResourceStatusReason]\""
)
# What a state means for Ballast, whether it works all the same, and the next step.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
STATES = {
    "REVIEW_IN_PROGRESS": ("has only a change set that nobody has executed", False, "make deploy"),
    "CREATE_FAILED": ("could not be created", False, f"{CF} delete-stack --stack-name NAME"),
    "ROLLBACK_COMPLETE": ("could not be created, and nothing of it is there", False, f"{CF} delete-stack --stack-name NAME"),
    "ROLLBACK_FAILED": ("could not be created, nor taken back", False, f"{CF} delete-stack --stack-name NAME"),
    "DELETE_FAILED": ("is half deleted", False, f"{CF} delete-stack --stack-name NAME"),
    "DELETE_IN_PROGRESS": ("is being deleted", False, f"{CF} wait stack-delete-complete --stack-name NAME"),
    "UPDATE_FAILED": ("failed to update, and stands half-way", False, f"{CF} rollback-stack --stack-name NAME"),
    "UPDATE_ROLLBACK_FAILED": (
        "failed to update and failed to roll back: its parts may be of two versions", False,
        f"{CF} continue-update-rollback --stack-name NAME"),
    "UPDATE_ROLLBACK_COMPLETE": (
        "failed to update and is at the version before; what you deployed last is not in it", True,
        FAILED),
}  # fmt: skip


def the_stack(s: Snapshot) -> Iterator[Finding]:
    stack = seen(s.stack)
    where = f"stack {s.stack_name}"
    if stack is None:
        others = () if isinstance(s.neighbours, Unseen) else s.neighbours
        says = "There is no stack of this name in this Region, so there is no Ballast here that could work."
        if others:
            named = ", ".join(each.name for each in others[:SHOWN])
            yield broken(
                f"{says} Here are: {named}.", where, f"ballast doctor --stack {others[0].name}", "doctor-stack"
            )
        else:
            yield broken(says, where, "make deploy", "doctor-stack")
        return
    if not stack.is_ours:
        yield broken("This stack is none of Ballast's.", where, "ballast doctor --stack NAME", "doctor-stack")
        return
    yield from _state(stack, where)


def _state(stack: Stack, where: str) -> Iterator[Finding]:
    means, works, mend = STATES.get(stack.status, (None, True, ""))
    why = f": {stack.reason.rstrip('.')}" if stack.reason else ""
    if means:
        say = warning if works else broken
        yield say(f"The stack {means} ({stack.status}{why}).", where, mend.replace("NAME", stack.name), "doctor-stack")
    elif "ROLLBACK" in stack.status and stack.status.endswith("IN_PROGRESS"):
        wait = f"{CF} wait stack-rollback-complete --stack-name {stack.name}"
        yield broken(f"The stack is rolling back ({stack.status}{why}).", where, wait, "doctor-stack")
    elif stack.status.endswith("_IN_PROGRESS") and "CLEANUP" not in stack.status:
        again = "Look again when it is done; what follows may be half of it."
        yield warning(f"The stack is being changed ({stack.status}). {again}", where, "", "doctor-stack")


def dry_run(s: Snapshot) -> Iterator[Finding]:
    stack = seen(s.stack)
    if stack and stack.parameters.get("DryRun") == "true":
        says = 'Dry run is on: Ballast tells what it would do and does nothing. Set DryRun = "false" in samconfig.toml.'
        yield warning(says, f"stack {stack.name}", "make deploy", "install")


def drift(s: Snapshot) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackDriftInformation.html"""
    stack = seen(s.stack)
    if stack is None:
        return
    if stack.drift != "DRIFTED":
        if stack.drift == "NOT_CHECKED":
            yield note("Nobody has compared the stack with its template.", "", "ballast doctor --drift", "doctor-stack")
        return
    at = f" as of {stack.drift_at:%Y-%m-%d %H:%M} UTC" if stack.drift_at else ""
    for each in seen(s.drifted):
        what = "somebody has deleted it" if each.how == "DELETED" else f"{', '.join(each.paths) or 'it'} differs"
        says = f"The stack has drifted from its template{at}: {what}."
        yield warning(says, f"{each.logical} of stack {stack.name}", revert(s), "doctor-stack")


def revert(s: Snapshot) -> str:
    """A change set that puts back what was changed or deleted by hand; it waits for somebody to execute it."""
    return REVERT.replace("NAME", s.stack_name)


def parameters(s: Snapshot) -> Iterator[Finding]:
    """Those that CloudFormation took and Ballast cannot read."""
    for name, value, expected in defaults_of(seen(s.stack)).unreadable:
        says = f"A parameter cannot be read, so no voluntary drain begins: it must be {expected}."
        yield broken(says, f"{name}={value} of stack {s.stack_name}", "make deploy", "policyunreadable")


def neighbours(s: Snapshot) -> Iterator[Finding]:
    """Two stacks on one cluster undo each other's work."""
    if seen(s.stack) is None:
        return
    tagged = [c.name for c in seen(s.clusters) if c.tags.get(MANAGED_TAG) == "true"]
    for each in seen(s.neighbours):
        shared = shared_clusters(s.named, each.clusters, tagged)
        if shared:
            says = "Another stack of Ballast manages the same clusters, and the two undo each other's work."
            mend = f"{CF} describe-stacks --stack-name {each.name} --query 'Stacks[0].Parameters'"
            yield broken(says, f"{shared}, also of stack {each.name}", mend, "doctor-stack")


def shared_clusters(ours: frozenset[str], theirs: frozenset[str], tagged: Iterable[str]) -> str | None:
    """In words, or None; `tagged` are those of the named clusters that carry the tag."""
    if not ours and not theirs:
        return f"every cluster tagged {MANAGED_TAG}=true"
    both = ours & theirs if ours and theirs else (ours | theirs) & frozenset(tagged)
    return ", ".join(sorted(both)) or None
