"""Why does an instance stay? Each kind of reason in plain words, and what lifts it; by the words of `rebalance.stays.Why`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Staying:
    """`short`: in a row of the report, after the service where there is one. `means`, `lift`: sentences of the runbook."""

    short: str
    means: str
    lift: str


# fmt: off
STAYS: Final[Mapping[str, Staying]] = {
    "its part is only reported": Staying(
        "only reported", "Its capacity provider or group is left to others; the notice says why.",
        "What the reason names: end the instance refresh, resume the process, give the group to one provider. Managed Instances and Fargate stay with AWS."),
    "agents are gone": Staying(
        "ECS agents are gone", "More than a fifth of the cluster's ECS agents is disconnected, so the picture is not to be trusted.",
        "The agents come back, or their instances go: see [AgentsLost](#agentslost)."),
    "its part rests": Staying(
        "at rest", "The size of its group has just changed or will soon, something failed there, tasks wait, no window is open, or a pause holds.",
        "Time: `RebalanceRestMinutes` after the last change; or the end of the pause."),
    "it does not serve": Staying(
        "not serving", "It drains, its agent is disconnected, Auto Scaling does not have it InService, or EC2 has warned of its end.",
        "Nothing to do for rebalancing: it is on its way out or in."),
    "something is unknown": Staying(
        "something unknown", "Its tasks could not be listed, or what one of them asks for cannot be read.",
        "The sentence names it: a constraint that cannot be evaluated, or a task that ECS lists and does not describe."),
    "its price is unknown": Staying(
        "price unknown", "No price is known for its type, zone and market, so nobody knows what is saved.",
        "Prices of that Region and type become readable; without them it stays."),
    "it is new": Staying(
        "new", "It has registered less than half an hour ago, or Ballast has just launched it.", "Time."),
    "its tasks change": Staying(
        "its tasks change", "A task has just started or stopped on it.", "`RebalanceStabilisationMinutes` without a start or stop."),
    "its zone": Staying(
        "its zone", "A zonal shift moves its group away from a zone, or the zones would grow uneven without it.",
        "The zonal shift ends; another instance of a fuller zone goes first."),
    "opted out": Staying(
        "opted out", "The instance, a task on it or its service has the tag `ballast:do-not-disrupt`.",
        "Take the tag away, or let its time pass: see [pause](#pause)."),
    "it receives tasks": Staying(
        "receives tasks", "An instance that is given back counts on its room.", "That move ends."),
    "task protection": Staying(
        "a task is protected", "A task on it has scale-in protection, or ECS does not tell whether it has.",
        "The protection expires, or the service ends it (`UpdateTaskProtection`)."),
    "standalone task": Staying(
        "a standalone task", "A task that no service replaces runs on it.", "The task ends. Let jobs run where nothing is to be given back."),
    "the service is busy": Staying(
        "is busy", "A deployment or rebalancing of the service is in progress, it has just been resized, or it lacks tasks.",
        "The deployment ends; a service that is never steady needs a look."),
    "the service can be moved nowhere": Staying(
        "cannot be moved", "ECS may neither start a task more nor stop one first, so that a drain would hang.",
        "A maximum percent above 100 with room for one more task, or a lower minimum healthy percent with `RebalanceStopBeforeStart`."),
    "a placement constraint": Staying(
        "a placement constraint", "A task may run on few instances, and none of the others has room.",
        "A wider constraint, or one more instance that meets it."),
    "group minimum": Staying(
        "group minimum", "Its Auto Scaling group has its minimum size.", "A lower minimum."),
    "managed scaling would bring it back": Staying(
        "managed scaling", "ECS managed scaling would launch another for it at the provider's target capacity.",
        "A higher target capacity of the capacity provider."),
    "no room for its tasks": Staying(
        "no room elsewhere", "Its tasks do not fit on the others, or in one order of placing only, and ECS has its own.",
        "Nothing: it is needed. Smaller tasks or larger instances leave less over."),
    "headroom": Staying(
        "headroom", "Without it what is kept free would have no room: headroom, and what ran, or is likely to come, within half an hour.",
        "Less headroom (`RebalanceSparePercent`, `RebalanceSpare`), or half an hour."),
    "it saves too little": Staying(
        "saves too little", "What it saves is less than set for so many moved tasks.", "A lower `RebalanceSavingUsd` or `RebalanceSavingPercent`."),
    "the budget is used up": Staying(
        "the budget", "So many instances may be out of service at a time, whoever takes them out, and no more.",
        "Time, or a larger `DisruptionBudget`."),
    "not yet its turn": Staying(
        "not its turn", "Five instances of its subnet go already, whose tasks take addresses before the old ones give theirs back.", "Time."),
}
# fmt: on


def short(why: str | None) -> str:
    """Of a kind that is not known here, its own words."""
    if why is None:
        return "unknown"
    return STAYS[why].short if why in STAYS else why


def table() -> str:
    """For docs/operating.md."""
    rows = [f"| {why} | {each.means} | {each.lift} |" for why, each in STAYS.items()]
    return "\n".join(["| Reason | What it means | What lifts it |", "|---|---|---|", *rows])
