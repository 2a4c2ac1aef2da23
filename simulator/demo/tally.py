"""What do the numbers on the screen stand at? Counted as the journal grows, so a frame costs only what is new."""

from __future__ import annotations

from dataclasses import dataclass, field

from ballast.drain.triggers import OUR_HOOK
from simulator.demo.capacity import Money, money_of
from simulator.demo.progress import Progress, progress_of
from simulator.result import Falls
from simulator.stage import Stage
from simulator.world.acts import SPOT_NOTICE_S
from simulator.world.core.core import Fact

MOVES = ("drain", "spot")  # a task that still stops when its Spot Instance goes has been replaced before


@dataclass(slots=True)
class Tally:
    """`spot_end_s` says when EC2 takes a warned instance; `changed_s` when anything last happened in the world."""

    stage: Stage
    tasks_moved: int = 0
    tasks_interrupted: int = 0
    below_minimum: int = 0
    hooks_completed: int = 0
    hooks_timed_out: int = 0
    spot_end_s: dict[str, float] = field(default_factory=dict)
    changed_s: float = 0.0
    progress: Progress | None = None  # of the rollout, as of the last look
    money: Money | None = None  # what the capacity costs, as of the last look
    _read: int = 0
    _counts: Falls = field(default_factory=Falls)
    _falls: set[int] = field(default_factory=set)  # ids of facts, which the journal keeps

    def catch_up(self) -> list[Fact]:
        """Count what is new in the journal, and answer it."""
        journal = self.stage.world.journal
        new = journal[self._read :]
        self._read = len(journal)
        for fact in new:
            self._count(fact)
        return new

    def look(self) -> None:
        """Read the ledger: what a frame or the summary shows of a rollout, which no fact of the world tells; and prices."""
        self.progress = progress_of(self.stage)
        self.money = money_of(self.stage, self.money)

    def fell(self, fact: Fact) -> bool:
        """Whether the service of these counts fell below its minimum with them."""
        return id(fact) in self._falls

    def is_move(self, fact: Fact) -> bool:
        """A task that ended in good order because its instance drains; daemon tasks have nowhere to move."""
        data = fact.data
        if fact.kind != "task_stopped" or data["interrupted"] or data["cause"] not in MOVES:
            return False
        service = data["service"]
        return service is None or not self.stage.world.clusters[data["cluster"]].services[service].daemon

    def _count(self, fact: Fact) -> None:
        self.changed_s = fact.at_s
        data = fact.data
        match fact.kind:
            case "task_stopped":
                self.tasks_interrupted += data["interrupted"]
                self.tasks_moved += self.is_move(fact)
            case "service_counts":
                if self._counts.is_one(fact):
                    self.below_minimum += 1
                    self._falls.add(id(fact))
            case "hook_completed":
                self.hooks_completed += data["hook"] == OUR_HOOK
            case "hook_timed_out":
                self.hooks_timed_out += data["hook"] == OUR_HOOK
            case "spot_warned":
                self.spot_end_s[data["instance"]] = fact.at_s + SPOT_NOTICE_S
            case _:
                pass
