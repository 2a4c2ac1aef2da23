"""What is switched off by choice, and what a cluster asks for that the stack does not grant?"""

from __future__ import annotations

from collections.abc import Iterator

from ballast.policy.rebalance_settings import OF_VARIABLE, asked_of, rebalance_defaults
from ballast_cli.doctor.checks.clusters import ours, untag
from ballast_cli.doctor.finding import Finding, broken, note, warning
from ballast_cli.doctor.seen import seen
from ballast_cli.doctor.snapshot import Snapshot

# The parameter, what it switches, and where it does not act.
SWITCHES = (
    ("UpdateStrategy", "Bottlerocket updates", ("off",)),
    ("Repair", "repair", ("off", "report")),
    ("Rebalance", "rebalancing", ("off", "report")),
    ("RebalanceRecommendation", "drains for rebalance recommendations", ("ignore", "notify")),
)
# What a tag asks for, and the parameters of which one has to grant it: the conditions May… of template.yaml.
RIGHTS = (
    ("ballast:update-strategy", "replace", ("UpdateStrategy", "UpdateRights"), ("replace",)),
    ("ballast:update-strategy", "in-place", ("UpdateStrategy", "UpdateRights"), ("in-place", "replace")),
    ("ballast:repair", "on", ("Repair", "RepairRights"), ("on",)),
    ("ballast:rebalance", "on", ("Rebalance", "RebalanceRights"), ("on",)),
)


def off(s: Snapshot) -> Iterator[Finding]:
    """As it is meant to be, perhaps; and the commonest reason why nothing happened."""
    stack = seen(s.stack)
    found = [
        f"{what} ({parameter}={stack.parameters[parameter]})"
        for parameter, what, values in SWITCHES
        if stack and stack.parameters.get(parameter) in values
    ]
    if found:
        says = f"Switched off, or only told, where no tag of a cluster says otherwise: {', '.join(found)}."
        yield note(says, "", "", "policy-tags")


def of_rebalancing(s: Snapshot) -> Iterator[Finding]:
    """Its own settings, which the policy of drains does not read: one that cannot be read stops all that it begins."""
    stack = seen(s.stack)
    given = stack.parameters if stack else {}
    defaults = rebalance_defaults({v: given[row.parameter] for v, row in OF_VARIABLE.items() if row.parameter in given})
    for each in ours(s):
        for name, value, expected in asked_of(defaults, each.tags).unreadable:
            says = f"A setting of rebalancing cannot be read, so nothing of it begins: it must be {expected}."
            mend = untag(each, name) if name in each.tags else "make deploy"
            yield broken(says, f"{name}='{value}' of cluster {each.name}", mend, "policyunreadable")


def asks_more(s: Snapshot) -> Iterator[Finding]:
    """A role grants what the parameters ask for: a tag alone cannot have more."""
    if seen(s.stack) is None:
        return
    for each in ours(s):
        for tag, value, parameters, grants in RIGHTS:
            if each.tags.get(tag) == value and not any(s.parameter(name) in grants for name in parameters):
                says = f"A tag asks for {tag}={value}, which the stack does not grant: deploy with {parameters[1]}={value}."
                yield warning(says, f"cluster {each.name}", untag(each, tag), "policy-tags")
