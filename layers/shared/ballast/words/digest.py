"""What is said of a day or a week: what was done, what went wrong, what it saves, and who has to be there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from ballast.value import dataclass
from ballast.words.codes import DIGEST, Code
from ballast.words.incident import Incident, count, date, say
from ballast.words.money import in_its_currency, usd
from ballast.words.notice import EVERY_CLUSTER, Notice, Severity
from ballast.words.shortened import cut

BLOCKED: Final = "blocked"
MOST_WAITING = 8
LINE = 100
MOST_CLUSTERS = 3
# How many, and of what; the order is that of the sentence.
DONE: Final = {
    "drained": ("instance drained", "instances drained"),
    "given_back": ("instance given back", "instances given back"),
    "repaired": ("repair begun", "repairs begun"),
    "rollout_done": ("rollout done", "rollouts done"),
    "rolled_back": ("rollback begun", "rollbacks begun"),
    "rollout_halted": ("rollout halted", "rollouts halted"),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """By `publish.tally.Kind`. `sums` of figures; a kind is absent there where not all of its notices had one: then the sum is not known."""

    numbers: Mapping[str, int]
    sums: Mapping[str, int]
    blocked: Mapping[str, int]  # by cluster, as it was reported last

    @property
    def any(self) -> bool:
        """Whether something happened; that a cluster has reported is nothing that happened."""
        return any(number for kind, number in self.numbers.items() if kind != BLOCKED)


def digest(counts: Counts, waiting: Sequence[str], since: datetime, until: datetime, *, partition: str) -> Notice:
    numbers = counts.numbers
    about = Incident(EVERY_CLUSTER, None, DIGEST, f"digest/{until:%Y%m%dT%H%M%SZ}", until, ())
    done = [
        f"{numbers[kind]} {one if numbers[kind] == 1 else many}"
        for kind, (one, many) in DONE.items()
        if numbers.get(kind)
    ]
    notice = say(
        about, Code.FLEET_DIGEST, Severity.INFO, until, closes=True, title=f"digest: {_short(numbers, waiting)}",
        what=f"From {date(since)} to {date(until)}: {', '.join(done) or 'nothing was done'}.{_tasks(counts)}",
        why="It counts what was told, each thing once, in all clusters, and nothing that a dry run would do. `Digest` says when it comes.",
        impact=f"{_wrong(counts)} {_money(counts)}", next=_waiting(waiting),
    )  # fmt: skip
    return in_its_currency(notice, f"arn:{partition}:")


def _short(numbers: Mapping[str, int], waiting: Sequence[str]) -> str:
    still_open = f"{count(len(waiting), 'matter')} open" if waiting else "nothing open"
    return f"{numbers.get('drained', 0)} drained, {still_open}"


def _tasks(counts: Counts) -> str:
    numbers, sums = counts.numbers, counts.sums
    if not numbers.get("drained"):
        return ""
    if "drained" not in sums:
        return " How many tasks moved is not known of all of them."
    return f" ECS counted {count(sums['drained'], 'task')} on what drained."


def _wrong(counts: Counts) -> str:
    numbers, sums = counts.numbers, counts.sums
    said = []
    if cut_off := numbers.get("cut_off"):
        tasks = f" ({count(sums['cut_off'], 'task')})" if "cut_off" in sums else ""
        said.append(f"{count(cut_off, 'instance')} went with tasks on {'it' if cut_off == 1 else 'them'}{tasks}")
    if late := numbers.get("late"):
        said.append(f"{count(late, 'drain')} not empty by the drain deadline")
    raised = [count(numbers[kind], kind) for kind in ("page", "ticket") if numbers.get(kind)]
    said.append(" and ".join(raised) if raised else "no page, no ticket")
    if not numbers.get("cut_off"):
        said.insert(0, "no task is known to be cut off")
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}."


def _money(counts: Counts) -> str:
    numbers, sums, blocked = counts.numbers, counts.sums, counts.blocked
    given = f"Given back: {usd(sums['given_back'])}. " if numbers.get("given_back") and "given_back" in sums else ""
    if not blocked:
        return f"{given}What something holds is not known: no cluster has reported it."
    ordered = sorted(blocked.items(), key=lambda one: (-one[1], one[0]))
    named = ", ".join(f"{cut(cluster, 40)} {usd(micro)}" for cluster, micro in ordered[:MOST_CLUSTERS])
    more = f", and {len(ordered) - MOST_CLUSTERS} more" if len(ordered) > MOST_CLUSTERS else ""
    return f"{given}Something holds {usd(sum(blocked.values()))}, as last reported ({named}{more})."


def _waiting(waiting: Sequence[str]) -> str:
    if not waiting:
        return "Nothing waits for anybody."
    more = [f"and {len(waiting) - MOST_WAITING} more"] if len(waiting) > MOST_WAITING else []
    lines = [cut(line, LINE) for line in waiting[:MOST_WAITING]]
    return "\n".join(["Somebody is still needed, or a brake is on:", *lines, *more])
