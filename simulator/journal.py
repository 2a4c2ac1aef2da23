"""What does the journal of a run say about who did what?"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.world.core.core import Fact

BALLAST = "ballast"  # as actor or cause in facts


def with_hosts_ended_by_ballast(journal: list[Fact]) -> Iterator[tuple[Fact, set[str]]]:
    """Each fact with the hosts that Ballast had ended by then; a ghost's deregistration ends nothing."""
    ended: set[str] = set()
    dead: set[str] = set()
    for fact in journal:
        if fact.kind == "instance_state" and fact.data["state"] in ("shutting-down", "terminated", "stopping"):
            dead.add(fact.data["instance"])
            if fact.data["cause"] == BALLAST:
                ended.add(fact.data["instance"])
        elif fact.kind == "container_instance_deregistered" and fact.data["actor"] == BALLAST:
            ended |= {fact.data["instance"]} - dead
        yield fact, ended
