"""What the doctor found, to be read at three in the morning: the worst first, the same trouble told once, commands to paste.

Nothing is told by colour alone, and there is none where nobody looks at a terminal.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from ballast.value import dataclass
from ballast_cli.doctor.facts import Nobody
from ballast_cli.doctor.finding import Finding, Severity
from ballast_cli.doctor.snapshot import Snapshot

PLACES_SHOWN = 4
NARROWEST, WIDEST = 40, 110
INDENT = " " * 10
WORDS = {
    Severity.BROKEN: "BROKEN",
    Severity.UNSEEN: "UNKNOWN",
    Severity.WARNING: "WARNING",
    Severity.NOTE: "note",
}
# Blue and orange of the palette of Okabe and Ito tell apart for everybody; bold does, too: https://jfly.uni-koeln.de/color/
STYLE = {Severity.BROKEN: "\x1b[1;38;5;208m", Severity.UNSEEN: "\x1b[1;38;5;39m", Severity.WARNING: "\x1b[1m"}
PLAIN = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Form:
    """`width` in columns; `runbook`: address of docs/operating.md; `beside` follows each command, `stack` those of ours."""

    width: int
    runbook: str
    beside: str = ""
    stack: str = ""
    coloured: bool = False


def report(snapshot: Snapshot, findings: Sequence[Finding], form: Form) -> str:
    told: dict[tuple[str, str], list[Finding]] = {}
    for each in findings:
        if each.severity is not Severity.FINE:
            told.setdefault((each.severity, each.says), []).append(each)
    parts = [head(snapshot), *(_together(same, form) for same in told.values())]
    fine = [each.check for each in findings if each.severity is Severity.FINE]
    if fine:
        parts.append(_wrapped("fine", f"{', '.join(fine)}.", form))
    return "\n\n".join([*parts, *_lacking(findings, form), summary(findings)])


def shown(text: str) -> str:
    """What others have written, an event or a name, moves no cursor and sets no colour here."""
    odd = "\N{REPLACEMENT CHARACTER}"
    return "".join(letter if letter.isprintable() else " " if letter in "\n\t" else odd for letter in text)


def head(s: Snapshot) -> str:
    who = s.identity
    where = f"stack {s.stack_name}" + (f", cluster {s.cluster}" if s.cluster else "")
    if isinstance(who, Nobody):
        return f"Ballast, {where}" + (f", {who.region}" if who.region else "")
    return f"Ballast, {where}, {who.region}, account {who.account}, asked as {who.arn.partition(':')[2].rpartition(':')[2]}"


def _together(same: Sequence[Finding], form: Form) -> str:
    """One trouble, its first places each with the command, and how many more there are."""
    first = same[0]
    lines = [_wrapped(WORDS[first.severity], first.says, form, STYLE.get(first.severity, ""))]
    for number, each in enumerate(same[:PLACES_SHOWN], start=1):
        lines += [_wrapped("", each.where, form)] if each.where else []
        again = number < len(same[:PLACES_SHOWN]) and same[number].mend == each.mend  # one command for several places
        lines += [f"{INDENT}  {shown(exact(each.mend, form.beside, form.stack))}"] if each.mend and not again else []
    if len(same) > PLACES_SHOWN:
        lines.append(f"{INDENT}and {len(same) - PLACES_SHOWN:,} more; --json names them all")
    if first.severity is not Severity.NOTE:
        lines.append(f"{INDENT}{form.runbook}#{first.see}")
    return "\n".join(lines)


def exact(mend: str, beside: str, stack: str = "") -> str:
    """The command with the Region, profile and stack that were asked for; others need none."""
    if mend.startswith("ballast "):
        flags = [stack if stack and " --stack " not in mend else "", beside]
        return " ".join(filter(None, [mend, *flags]))
    return re.sub(r"(^|\$\()aws ", rf"\1aws {beside} ", mend) if beside else mend


def _wrapped(word: str, text: str, form: Form, style: str = "") -> str:
    width = max(NARROWEST, min(form.width, WIDEST))
    lines = textwrap.wrap(shown(text), width - len(INDENT), break_long_words=False, break_on_hyphens=False) or [""]
    front = word.ljust(len(INDENT))
    if form.coloured and style:
        front = f"{style}{word}{PLAIN}{' ' * (len(INDENT) - len(word))}"
    return "\n".join([f"{front}{lines[0]}", *(f"{INDENT}{line}" for line in lines[1:])])


def _lacking(findings: Sequence[Finding], form: Form) -> Iterator[str]:
    lacks = sorted({each.lacks for each in findings if each.lacks})
    if lacks:
        yield _wrapped("lacking", f"{', '.join(lacks)}. What is not known is not called fine.", form)


def summary(findings: Sequence[Finding]) -> str:
    """In numbers of troubles, not of their places."""
    troubles = {(each.severity, each.says) for each in findings if each.severity is not Severity.FINE}
    count = {severity: sum(s is severity for s, _ in troubles) for severity in Severity}
    fine = len({each.check for each in findings if each.severity is Severity.FINE})
    said = [
        f"{count[Severity.BROKEN] or 'nothing'} broken",
        f"{count[Severity.UNSEEN] or 'nothing'} unknown",
        f"{count[Severity.WARNING] or 'no'} warning{'s' if count[Severity.WARNING] != 1 else ''}",
        f"{fine or 'nothing'} fine",
    ]
    return f"{', '.join(said)}.".capitalize()
