"""What may be told? Sentences for each notice that says more than was so, and for what nobody was told."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.delivery.records import HOSTILE
from simulator.invariants.truth import Truth, replayed
from simulator.journal import BALLAST
from simulator.stage import Stage
from simulator.world.core.core import Fact

# What only a host without tasks may be said to be; each is looked for in what, why and impact.
SAID_EMPTY = re.compile(r"\bin time\b|\b(?:is|was|were) empty\b|No task but daemons|\b0 tasks? moved", re.IGNORECASE)
NO_IMPACT = re.compile(r"none\.?", re.IGNORECASE)
DENIED = re.compile(
    r"\bnot (?:known to be )?empty|\bnot be(?:en)? empty|(?:when|once|until) it is empty", re.IGNORECASE
)
BEGAN_BEFORE_S = 180.0  # an incident may begin with the end of its host
TOLD_WITHIN_S = 300.0  # functions that died, a sweep that was lost
JUST_PLACED_S = 60.0  # what ECS placed while Ballast looked


def no_cut_off_called_in_time(stage: Stage) -> Iterator[str]:
    """After a task was cut off on a host, no notice of that incident says in time, empty, or that there is no impact.

    A task of a cluster that Ballast does not look after is not its to tell of.
    """
    began: dict[str, float] = {}
    cut_off_s: dict[str, float] = {}
    for at_s, what, truth in _told_and_done(stage):
        if isinstance(what, Fact):
            if what.kind == "task_stopped" and what.data["interrupted"] and what.data["cluster"] in truth.managed:
                cut_off_s[what.data["instance"]] = at_s
            elif what.kind == "instance_state" and what.data["state"] == "running":
                cut_off_s.pop(what.data["instance"], None)  # started again
            continue
        began.setdefault(what["incident"], at_s)
        cut_s = cut_off_s.get(what["instance"] or "")
        claim = _claim(what)
        if claim and cut_s is not None and cut_s >= began[what["incident"]] - BEGAN_BEFORE_S:
            yield f"{at_s:.0f} s: {what['code']} of {what['instance']} says {claim!r}; a task was cut off at {cut_s:.0f} s"


def no_host_called_empty_with_tasks(stage: Stage) -> Iterator[str]:
    """Of tasks that were there a minute ago."""
    placed_s: dict[str, float] = {}
    for at_s, what, truth in _told_and_done(stage):
        if isinstance(what, Fact):
            if what.kind in ("task_placed", "task_started"):
                placed_s.setdefault(what.data["task"], at_s)
        elif what["code"] == "DrainFinished":
            left = {t for t in truth.tasks_on(what["instance"]) if placed_s.get(t, 0.0) < at_s - JUST_PLACED_S}
            if left:
                yield f"{at_s:.0f} s: {what['instance']} is called empty with {len(left)} tasks on it"


def no_page_for_a_drain_that_goes_well(stage: Stage) -> Iterator[str]:
    """Whoever is paged for a drain finds tasks there, or found some a minute ago."""
    last_left_s: dict[str, float] = {}
    for at_s, what, truth in _told_and_done(stage):
        if isinstance(what, Fact):
            if what.kind == "task_stopped":
                last_left_s[what.data["instance"]] = at_s
        elif what["severity"] == "page" and str(what["code"]).startswith("Drain"):
            instance = what["instance"]
            left = truth.tasks_on(instance) or truth.tasks_on(instance, managed=False)
            if not left and at_s - last_left_s.get(instance, float("-inf")) > JUST_PLACED_S:
                yield f"{at_s:.0f} s: {what['code']} pages for {instance}, where no task is left"


def no_drain_in_silence(stage: Stage) -> Iterator[str]:
    """Whatever Ballast keeps DRAINING is told of, once for all records of a host; what a rollout drains is told with it."""
    updated = {f.data["instance"] for f in stage.world.journal if f.kind == "command_sent"}
    told: dict[str, list[float]] = defaultdict(list)
    for at_s, notice in told_in(stage):
        told[notice["instance"] or ""].append(at_s)
    since_s: dict[str, tuple[str, float]] = {}
    for fact in stage.world.journal:
        if fact.kind not in ("container_instance_status", "container_instance_deregistered"):
            continue
        instance, began_s = since_s.pop(fact.data["host"], ("", fact.at_s))
        if fact.at_s - began_s > TOLD_WITHIN_S and not _told_between(told[instance], began_s):
            yield f"{began_s:.0f} s: {instance} is DRAINING for {fact.at_s - began_s:.0f} s and nobody was told"
        if (fact.data.get("new"), fact.data["actor"]) == ("DRAINING", BALLAST) and fact.data["instance"] not in updated:
            instance = fact.data["instance"]
            first_s = min((began for host, began in since_s.values() if host == instance), default=fact.at_s)
            since_s[fact.data["host"]] = instance, first_s
    for instance, began_s in since_s.values():
        if stage.clock.now_s - began_s > TOLD_WITHIN_S and not _told_between(told[instance], began_s):
            yield f"{began_s:.0f} s: {instance} is DRAINING to the end and nobody was told"


def no_page_of_what_is_over(stage: Stage) -> Iterator[str]:
    """Of an incident whose end was told nobody is paged any more, so what goes on is an incident of its own."""
    over: dict[str, Mapping[str, Any]] = {}
    for at_s, notice in told_in(stage):
        end = over.get(notice["incident"])
        if end and notice["severity"] == "page" and notice["at"] > end["at"]:
            yield f"{at_s:.0f} s: {notice['code']} is a page of {notice['incident']}, which {end['code']} has ended"
        if notice.get("closesIncident"):
            over.setdefault(notice["incident"], notice)


TOLD_INVARIANTS = (
    no_cut_off_called_in_time,
    no_host_called_empty_with_tasks,
    no_page_for_a_drain_that_goes_well,
    no_drain_in_silence,
    no_page_of_what_is_over,
)


def told_in(stage: Stage) -> Iterator[tuple[float, Mapping[str, Any]]]:
    """Each notice once, whole, when it reached the bus."""
    seen = set()
    for put in stage.deployment.bus.events:
        if str(put.event["id"]).startswith(HOSTILE):
            continue
        if put.event["detail-type"] == "Ballast Notice" and put.event["detail"]["id"] not in seen:
            seen.add(put.event["detail"]["id"])
            yield put.at_s, put.event["detail"]


def _told_and_done(stage: Stage) -> Iterator[tuple[float, Fact | Mapping[str, Any], Truth]]:
    """Facts and notices in the order of time; a notice comes after what happened at the same moment."""
    notices = list(told_in(stage))
    truth = None
    for fact, truth in replayed(stage):
        while notices and notices[0][0] < fact.at_s:
            yield *notices.pop(0), truth
        yield fact.at_s, fact, truth
    if truth is not None:
        yield from ((at_s, notice, truth) for at_s, notice in notices)


def _claim(notice: Mapping[str, Any]) -> str:
    """The words that say that nothing was lost, if it has any."""
    text = " ".join(DENIED.sub("", str(notice[key] or "")) for key in ("what", "why", "impact"))
    said = SAID_EMPTY.search(text)
    if said:
        return said[0]
    impact = str(notice["impact"] or "")
    return f"Impact: {impact}" if NO_IMPACT.fullmatch(impact) else ""


def _told_between(told_s: list[float], began_s: float) -> bool:
    return any(began_s - BEGAN_BEFORE_S <= at_s <= began_s + TOLD_WITHIN_S for at_s in told_s)
