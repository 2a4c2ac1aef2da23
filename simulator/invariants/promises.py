"""README's "What it never does", line by line: which invariants hold it, or why none can.

A line is named by its first words; a test holds that every line of README is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from simulator.invariants import brakes, delivery, drains, hooks, ours, pressed, rebalanced, rollouts, services, told
from simulator.stage import Stage

type Invariant = Callable[[Stage], Iterator[str]]

PROMISES: Mapping[str, tuple[Invariant, ...]] = {
    "Completes a lifecycle hook that is not called": (
        hooks.no_foreign_hook_completed,
        hooks.no_hook_abandoned,
        hooks.no_hook_released_with_tasks_left,
        hooks.no_host_of_another_cluster_released_in_silence,
    ),
    "Sets an instance ACTIVE that somebody else": (drains.no_foreign_drain_touched,),
    "Stops a protected task": (services.no_protected_task_stopped,),
    "Stops any task before the deadline": (
        services.no_task_stopped_before_its_deadline,
        services.no_task_cut_off_by_ballast,
        services.no_service_below_its_minimum_because_of_ballast,
    ),
    "Begins a voluntary drain beyond the budget": (
        drains.no_voluntary_drain_beyond_the_budget,
        rollouts.never_over_the_budget,
        drains.no_voluntary_drain_of_what_fits_nowhere,
        drains.no_voluntary_drain_against_an_opt_out,
        brakes.nothing_voluntary_where_a_zone_is_left,
    ),
    "Touches a cluster that is neither tagged nor named": (
        ours.no_cluster_touched_that_is_not_managed,
        ours.no_host_touched_that_is_not_ours,
        ours.no_group_touched_that_is_not_ours,
        ours.no_external_host_touched,
        ours.no_managed_instance_touched,
    ),
    "Changes a group's size": (
        ours.no_group_size_changed,
        ours.nothing_in_ec2_changed_but_template_versions,
        ours.no_instance_replaced_with_tasks_left,
        *rebalanced.REBALANCE_INVARIANTS,
    ),
    "Deregisters a container instance before": (ours.nothing_deregistered_that_ec2_has,),
    "Pages for a drain that goes as it should": (told.no_page_for_a_drain_that_goes_well,),
    "Reboots an instance that runs tasks": (
        rollouts.no_reboot_with_tasks,
        rollouts.never_active_before_it_is_verified,
        rollouts.no_host_told_twice_to_reboot,
    ),
    "Runs a command on an instance other than": (
        ours.no_command_but_those_of_the_stack,
        ours.nothing_in_ec2_changed_but_template_versions,
    ),
    "Changes anything in ECS or Auto Scaling while dry run": (ours.nothing_changed_in_dry_run,),
    "Sends anything out of your account": (delivery.nothing_sent_elsewhere,),
    "Does what somebody presses in Slack": (pressed.nothing_done_for_who_is_not_listed,),
}
