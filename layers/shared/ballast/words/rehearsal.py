"""What does a notice say in dry run? What would be done, and that nothing is."""

from __future__ import annotations

from dataclasses import replace

from ballast.words.notice import Notice, Severity, Would

NOTHING_IS_DONE = "Nothing is done, as Ballast runs dry; deploy with DryRun=false to have it act."


def rehearsed(notice: Notice, plan: tuple[str, ...]) -> Notice:
    """`plan`: what would be done. A notice without words of its own for it is quoted as what would be told."""
    first = notice.what[:1].lower() + notice.what[1:] if notice.what.startswith("The ") else notice.what
    would = notice.would or Would(f"Ballast would tell: {first}", "None: nothing is done in dry run.", "")
    return replace(
        notice,
        severity=Severity.INFO,
        dry_run=True,
        plan=plan,
        what=would.what,
        impact=would.impact,
        next=f"{would.next} {NOTHING_IS_DONE}".lstrip(),
    )
