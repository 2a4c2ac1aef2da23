"""What a check says: how bad it is, a sentence, where, the command that mends it, and the section of the runbook."""

from __future__ import annotations

from enum import StrEnum

from ballast.value import dataclass


class Severity(StrEnum):
    """The worst first."""

    BROKEN = "broken"  # Ballast, or what it is there for, does not work
    UNSEEN = "could not look"  # and it matters
    WARNING = "warning"
    NOTE = "note"  # as it is meant to be, perhaps; whoever wonders should know
    FINE = "fine"

    @property
    def is_wrong(self) -> bool:
        return self in (Severity.BROKEN, Severity.UNSEEN)


@dataclass(frozen=True, slots=True)
class Finding:
    """`says` is the same for each place that has the same trouble, so that they are told together; `where` is the place.

    `mend` is a command to paste, or "" where there is none; `see` the anchor of docs/operating.md.
    """

    severity: Severity
    says: str
    where: str = ""
    mend: str = ""
    see: str = "doctor"
    lacks: str = ""  # the IAM action that was refused, where one was
    check: str = ""  # its title, which whoever runs the check fills in


def broken(says: str, where: str = "", mend: str = "", see: str = "doctor") -> Finding:
    return Finding(Severity.BROKEN, says, where, mend, see)


def warning(says: str, where: str = "", mend: str = "", see: str = "doctor") -> Finding:
    return Finding(Severity.WARNING, says, where, mend, see)


def note(says: str, where: str = "", mend: str = "", see: str = "doctor") -> Finding:
    return Finding(Severity.NOTE, says, where, mend, see)
