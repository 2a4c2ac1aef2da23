"""Each code as one, as a group of eight and as a storm of 200, in plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ballast.policy.rebalancing import Rebalance
from ballast.words.codes import Code
from ballast.words.notice import Notice
from ballast.words.unverified import unverified
from tests.gallery.capacity import AT_ONCE, CAPACITY, OF_CLUSTER, reported
from tests.gallery.channels import Heard, body, plain, tell
from tests.gallery.drains import DRAINS, ENDED, Path
from tests.gallery.ill import HELD, ILL
from tests.gallery.rollouts import ROLLOUTS, TEMPLATES
from tests.gallery.watched import ALONE, WATCHED

GROUP, STORM = 8, 200
LINES, GROUP_LINES = 99, 6
HERE = 4  # one member of a group in so many has come to the code; the others have ended, or have come as far
MANY: Mapping[Code, Path] = {**DRAINS, **WATCHED, **ILL, **TEMPLATES, **{code: CAPACITY[code] for code in AT_ONCE}}
ONE: Mapping[Code, Path] = {**MANY, **ALONE, **HELD, **ROLLOUTS, **CAPACITY, **OF_CLUSTER}


def gallery() -> Iterator[str]:
    """One message whole; of eight without links, as they are those of one; of a storm the first lines and numbers."""
    for code in Code:
        if code not in ONE:
            continue
        yield from _shown(f"{code}", code, tell(steps(ONE[code], 1, code)), LINES)
        if code in MANY:
            yield from _shown(f"{code} x {GROUP}", code, tell(steps(ONE[code], GROUP, code)), GROUP_LINES)
            yield from _shown(f"{code} x {STORM}", code, tell(steps(ONE[code], STORM, code)), 1)
    for title, step in (("on", reported(Rebalance.ON)), ("dry run", reported(Rebalance.ON, dry_run=True))):
        yield from _shown(f"{Code.REBALANCE_REPORT}, {title}", Code.REBALANCE_REPORT, tell([step(0)]), LINES)
    for number, most in ((1, LINES), (4, GROUP_LINES)):
        forged = [unverified(notice) for notice in steps((ONE[Code.DRAIN_STUCK][-1],), number, Code.DRAIN_STUCK)]
        yield from _shown(f"{Code.DRAIN_STUCK} x {number}, not signed", Code.DRAIN_STUCK, tell(forged), most)


def steps(path: Path, number: int, code: Code) -> list[Notice]:
    """Of so many members; where the code is not how all begin, only some have come to it."""
    found: list[Notice] = []
    for n in range(number):
        here = number == 1 or n % HERE == 1 or len(path) == 1
        own = path if here else ENDED.get(code, path[:-1] if n % HERE else path)
        found += [step(n) for step in own]
    return found


def _shown(title: str, code: Code, heard: Heard, most: int) -> Iterator[str]:
    yield f"{'=' * 8} {title}"
    mail = heard.mail(code)
    yield from (f"subject {'>' if one is mail else ' '} {one.subject}" for one in heard.mails)
    yield f"sms       {body(mail, 'sms')}"
    yield from _indented("mail", body(mail, "email").splitlines()[:most])
    parents = [plain(parent).splitlines() for parent in heard.slack.parents.values()]
    for parent in parents:
        yield from _indented("slack", parent if most == LINES else parent[:1])
    replies = [reply.text.splitlines() for reply in heard.slack.thread]
    for reply in replies:
        yield from _indented("thread", reply if most == LINES else reply[:2])
    yield ""


def _indented(name: str, lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"{name if number == 0 else '':<9} {line}".rstrip()
