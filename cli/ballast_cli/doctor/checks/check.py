"""One check: what it is about, which parts of the snapshot it needs, and what it finds in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from ballast.value import dataclass
from ballast_cli.doctor.finding import Finding, Severity
from ballast_cli.doctor.seen import Unseen
from ballast_cli.doctor.snapshot import Snapshot

ORDER = list(Severity)
PARTS = {
    "asker": "who asks",
    "skew_s": "this machine's clock beside AWS's",
    "stack": "the stack",
    "resources": "the resources of the stack",
    "drifted": "what has drifted",
    "neighbours": "other stacks",
    "functions": "functions",
    "concurrency": "the account's concurrency",
    "sources": "event source mappings",
    "rules": "rules",
    "alarms": "alarms",
    "letters": "dead letters",
    "subscriptions": "subscriptions of the topic",
    "slack": "where the way into Slack is kept",
    "clusters": "clusters",
    "managed": "what belongs to clusters",
    "books": "the ledger",
}


@dataclass(frozen=True, slots=True)
class Check:
    """`find` is asked only once all of `needs`, fields of the snapshot, are seen. `matters`: whether not to know is wrong."""

    title: str
    find: Callable[[Snapshot], Iterable[Finding]]
    needs: tuple[str, ...] = ()
    matters: bool = True


def unseen(part: Unseen, what: str, where: str = "", *, matters: bool = True) -> Iterator[Finding]:
    """That nobody could look; nothing of what only follows from something that is told anyway."""
    if part.follows:
        return
    severity = Severity.UNSEEN if matters else Severity.WARNING
    lacks = f" You lack {part.action}." if part.action else ""
    says = f"Could not look at {what}: {part.why}.{lacks}"
    yield Finding(severity, says, where, "", "what-the-doctor-may-see", part.action)


def run(checks: Sequence[Check], snapshot: Snapshot) -> tuple[Finding, ...]:
    """The worst first, and in the order of the checks; a check is fine only if it saw everything and found nothing to tell."""
    found = [each for check in checks for each in _run(check, snapshot)]
    return tuple(_without_doubles(found))


def _run(check: Check, snapshot: Snapshot) -> list[Finding]:
    parts = {need: getattr(snapshot, need) for need in check.needs}
    missing = {need: part for need, part in parts.items() if isinstance(part, Unseen)}
    if missing:
        found = [each for need, part in missing.items() for each in unseen(part, PARTS[need], matters=check.matters)]
    else:
        found = list(check.find(snapshot))
        found = found or [Finding(Severity.FINE, check.title)]
    return [replace(each, check=check.title) for each in found]


def _without_doubles(found: Sequence[Finding]) -> list[Finding]:
    """Several checks need the same part; why it was not seen is told once, as bad as the worst of them has it."""
    kept: dict[tuple[str, str, str], Finding] = {}
    for each in sorted(found, key=lambda each: ORDER.index(each.severity)):
        kept.setdefault((each.says, each.where, each.mend), each)
    return list(kept.values())
