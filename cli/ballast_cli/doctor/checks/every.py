"""Every check, in the order in which a human would look: who asks, the stack, its parts, who hears it, clusters, groups, hosts."""

from __future__ import annotations

from ballast_cli.doctor.checks import channels, clusters, groups, hooks, hosts, identity, parts, stack, switches
from ballast_cli.doctor.checks.check import Check

CHECKS = (
    # Without these nothing else can be looked at.
    Check("credentials", identity.credentials, ("asker",)),
    Check("clock", identity.our_clock, ("skew_s",), matters=False),
    # Is it there, whole and allowed to act?
    Check("stack", stack.the_stack, ("stack",)),
    Check("drift", stack.drift, ("stack", "drifted"), matters=False),
    Check("parameters", stack.parameters, ("stack",)),
    Check("dry run", stack.dry_run, ("stack",)),
    Check("other stacks", stack.neighbours, ("stack", "neighbours", "clusters"), matters=False),
    # Is everything switched on?
    Check("functions", parts.functions, ("resources", "functions")),
    Check("concurrency", parts.concurrency, ("concurrency",), matters=False),
    Check("mappings", parts.sources, ("resources", "sources")),
    Check("rules", parts.rules, ("resources", "rules")),
    Check("alarms", parts.alarms, ("resources", "alarms")),
    # What went wrong already, and who would hear of it?
    Check("dead letters", channels.letters, ("resources", "letters")),
    Check("topic", channels.topic, ("resources", "subscriptions")),
    Check("Slack", channels.slack, ("stack", "slack")),
    # Whom does it look after, and what holds it back there?
    Check("managed clusters", clusters.managed, ("stack", "clusters")),
    Check("near misses", clusters.near_misses, ("stack", "clusters")),
    Check("state of clusters", clusters.state, ("clusters",)),
    Check("ledger", clusters.taken_up, ("clusters", "books")),
    Check("pauses and opt-outs", clusters.held_back, ("stack", "clusters", "books")),
    Check("switches", switches.off, ("stack",)),
    Check("settings of rebalancing", switches.of_rebalancing, ("stack", "clusters")),
    Check("rights", switches.asks_more, ("stack", "clusters")),
    # Can it act on the groups, and does something hold their instances?
    Check("capacity providers", groups.gone, ("managed",)),
    Check("tags of groups", groups.tagged, ("managed",)),
    Check("operators", groups.operated, ("managed",)),
    Check("lifecycle hooks", hooks.ours, ("managed",)),
    Check("hooks of others", hooks.others, ("managed",)),
    Check("suspended processes", groups.processes, ("managed",)),
    Check("termination protection", groups.protected, ("managed",)),
    Check("sizes of groups", groups.full, ("stack", "managed")),
    # Do hosts hear what they are told?
    Check("ECS agents", hosts.agents, ("managed",)),
    Check("budgets", hosts.budget, ("stack", "clusters", "managed")),
    Check("Systems Manager", hosts.reached, ("managed",)),
)
