"""What the answer does not know, in sentences: what the dump lacks, what a simulation cannot know, what ours does not model."""

from __future__ import annotations

from collections.abc import Iterator

from ballast.policy.settings import MANAGED_TAG
from ballast.words.incident import count
from ballast_cli.dump.records import Dump
from ballast_cli.what_if.plan import Planned
from ballast_cli.what_if.question import Question
from ballast_cli.what_if.world.services import STRATEGIES, is_here, is_read

FEW = 5
CHANCE = (
    "Times that AWS leaves open (boots, registrations, stops) are drawn once, the same in each run. Launches succeed but in a "
    "zone that is lost."
)
REMEMBERED = (
    "What Ballast itself remembers is not in a dump: drains, moves and rollouts under way, pauses by command. What is DRAINING "
    "counts as somebody else's drain."
)
ALWAYS = (
    "The load stays as it was in the dump: nobody scales, deploys, starts a job or stops one, and no task fails by itself.",
    CHANCE,
    REMEMBERED,
)


def unknown(question: Question, planned: Planned) -> tuple[str, ...]:
    dump = question.dump
    missing = (f"Not in the dump: {each}." for each in dump.missing)
    return (*_of_stack(question), *missing, *_of_prices(planned), *_of_model(dump), *ALWAYS)


def _of_stack(question: Question) -> Iterator[str]:
    dump = question.dump
    if dump.stack is None:
        yield "No stack was found when the dump was taken, so the parameters are the defaults, and those of the policy."
    elif dump.stack.parameters.get("DryRun", "true") != "false":
        yield "The stack is in dry run: it only tells. This is what it would do with DryRun=false."
    if dump.cluster.tags.get(MANAGED_TAG) != "true":
        yield f"The cluster is not tagged {MANAGED_TAG}=true, and Ballast leaves it alone unless the stack names it."
    if dump.cluster.status != "ACTIVE":
        yield f"The cluster is {dump.cluster.status}."


def _of_prices(planned: Planned) -> Iterator[str]:
    if planned.explanation.unpriced:
        many = count(planned.explanation.unpriced, "instance")
        yield f"No price is known for {many}: they are in no sum and are never given back to save money."
    if not planned.turn.asked.policy.price_factors:
        yield "Prices are list prices, unless RebalancePriceFactors says what Savings Plans and reservations leave of them."


def _of_model(dump: Dump) -> Iterator[str]:
    elsewhere = [s.name for s in dump.services if not is_here(s, dump)]
    if elsewhere:
        yield f"{count(len(elsewhere), 'service')} on Fargate or ECS Anywhere not played."
    if sets := [s.name for s in dump.services if s.task_sets]:
        yield f"Services with task sets are played as amid a deployment: {', '.join(sets)}."
    if any(s.load_balanced for s in dump.services):
        yield "Target groups are taken to let go of a task in 300 s, their default, whatever theirs is."
    if refreshing := [g.name for g in dump.groups if g.refreshing]:
        yield f"An instance refresh is under way and taken to last: {', '.join(refreshing)}."
    if picky := [g.name for g in dump.groups if not g.launches.types and g.members]:
        yield f"Nobody can tell which types these groups launch; what is there is taken for it: {', '.join(picky)}."
    hosts = {host.instance for host in dump.hosts}
    if strangers := [m.instance for g in dump.groups for m in g.members if m.instance not in hosts]:
        few = ", ".join(strangers[:FEW]) + (" …" if len(strangers) > FEW else "")
        yield f"In the groups but not registered here, so idle or another cluster's, which is not known: {few}."
    if any(i.bottlerocket and i.bottlerocket.version is None for i in dump.instances):
        yield "Some hosts do not tell which version of Bottlerocket they run; no update of them is foreseen."
    asked = {e for each in dump.services for e in each.members} | {e for d in dump.definitions for e in d.members}
    if unread := sorted(expression for expression in asked if not is_read(expression)):
        yield f"Placement constraints that cannot be read, so that what has them finds no new place: {'; '.join(unread)}."
    if any(not each.startswith(STRATEGIES) for s in dump.services for each in s.placement):
        yield "A placement strategy is not modelled, and is left out."
