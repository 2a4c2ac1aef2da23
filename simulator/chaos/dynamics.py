"""Everything that may befall a world beside its daily trouble: one row a dynamic, with how likely a seed draws it.

What each verb does, and the AWS page that says so, is in docs/simulator.md. All of it is over, or put right by people, when
the hour of trouble ends (`tidy`).
"""

from __future__ import annotations

from simulator.chaos import (
    answers,
    brakes,
    capacity,
    hosts,
    illness,
    images,
    needs,
    notices,
    rebalancing,
    supply,
    workload,
)
from simulator.chaos.draw import Dynamic

DYNAMICS: tuple[Dynamic, ...] = (
    # Who is who
    Dynamic("external hosts", 0.3, hosts.external_hosts),
    Dynamic("older records", 0.3, hosts.older_records),
    Dynamic("agents that lose their data", 0.2, hosts.lost_agent_data),
    Dynamic("agents that move to another managed cluster", 0.2, hosts.moved_agents),
    Dynamic("agents that move to a cluster of others", 0.15, hosts.agents_moved_to_strangers),
    Dynamic("a group of two managed clusters", 0.25, hosts.shared_group),
    Dynamic("a group that an unmanaged cluster shares", 0.2, hosts.half_unmanaged_group),
    Dynamic("trouble of strangers", 0.3, hosts.strangers),
    Dynamic("trouble of Managed Instances", 0.2, hosts.managed_instances),
    # Groups
    Dynamic("standby", 0.25, capacity.standby),
    Dynamic("detached", 0.2, capacity.detached),
    Dynamic("warm pool", 0.2, capacity.warm_pool),
    Dynamic("a warm pool is deleted", 0.15, capacity.warm_pool_deleted),
    Dynamic("hooks of others", 0.25, capacity.hooks_of_others),
    Dynamic("root volumes replaced", 0.15, capacity.root_volumes),
    Dynamic("launches suspended", 0.15, capacity.launches_suspended),
    Dynamic("launches fail", 0.2, capacity.launches_fail),
    Dynamic("a group is deleted", 0.1, capacity.group_deleted),
    Dynamic("a zone is lost", 0.08, capacity.zone_lost),
    Dynamic("a zonal shift", 0.12, capacity.zone_shifted),
    # What Bottlerocket groups launch
    Dynamic("newcomers do not serve", 0.3, images.broken_newcomers),
    Dynamic("templates moved by hand", 0.2, images.moved_templates),
    Dynamic("commands that are not delivered", 0.2, images.unheard_commands),
    # What AWS announces
    Dynamic("scheduled changes move and close", 0.35, notices.changes),
    Dynamic("capacity reservations end", 0.3, notices.reservations),
    Dynamic("stopped and started", 0.3, notices.restarts),
    Dynamic("stale events", 0.35, notices.stale),
    # What AWS answers
    Dynamic("DescribeInstances lags", 0.25, answers.describe_lags),
    Dynamic("instances that EC2 does not know for a while", 0.25, answers.hidden),
    Dynamic("failures: MISSING", 0.25, answers.missing),
    Dynamic("lists lag", 0.2, answers.lists_lag),
    Dynamic("a call is refused", 0.25, answers.calls_refused),
    Dynamic("other calls are refused", 0.3, answers.other_calls_refused),
    Dynamic("stores do not answer", 0.2, answers.stores_refused),
    Dynamic("a cluster cannot be asked", 0.2, answers.cluster_refused),
    Dynamic("a group cannot be asked", 0.2, answers.group_refused),
    Dynamic("a cluster is not ACTIVE", 0.15, answers.cluster_status),
    # Capacity that follows the load
    Dynamic("rebalancing", 0.55, rebalancing.rebalancing, {"RebalanceRights": "on"}),
    Dynamic("load moves", 0.2, rebalancing.load_moves),
    Dynamic("waves of load", 0.4, needs.waves),
    Dynamic("tasks too large for ECS to launch for", 0.2, needs.larger_tasks),
    Dynamic("more tasks by launch type than fit", 0.15, needs.tasks_by_launch_type),
    Dynamic("tasks of providers", 0.2, rebalancing.tasks_by_provider),
    Dynamic("EC2 runs short", 0.2, supply.shortages),
    Dynamic("prices move", 0.2, supply.prices),
    Dynamic("groups even their zones", 0.15, supply.balanced_zones),
    Dynamic("instances grow old", 0.12, supply.old_instances),
    Dynamic("a group loses its tag", 0.1, supply.untagged),
    Dynamic("sizes are scheduled", 0.1, supply.scheduled_sizes),
    Dynamic("slow launches", 0.2, supply.slow_launches),
    # Hosts fall ill
    Dynamic("repair", 0.4, illness.repair, {"RepairRights": "on"}),
    # What people ask for
    Dynamic("placement constraints", 0.35, workload.constraints),
    Dynamic("opt-outs", 0.25, workload.opt_outs),
    Dynamic("pauses", 0.3, brakes.pauses),
    Dynamic("drills", 0.3, brakes.drills),
    Dynamic("dry run", 0.05, workload.nothing, {"DryRun": "true"}),
)
