"""May Ballast do anything voluntary in a cluster? What its settings say against it."""

from __future__ import annotations

from datetime import datetime

from ballast.policy.policy import OPT_OUT_TAG, Policy, is_tag
from ballast.policy.windows import holds


def policy_objection(policy: Policy, now: datetime) -> str | None:
    """In words. Nobody knows what a setting that cannot be read was to forbid, so it forbids everything."""
    if policy.unreadable:
        name, value, _ = policy.unreadable[0]
        whose = "the cluster's tag" if is_tag(name) else "the parameter"
        return f"{whose} {name}={value} cannot be read"
    if holds(policy.opted_out, now):
        return f"the cluster is opted out by {OPT_OUT_TAG}={policy.opted_out}"
    return None
