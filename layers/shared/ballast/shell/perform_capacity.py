"""How is each action carried out that changes what a group wants, or ends one of its instances with it?"""

from __future__ import annotations

from types import ModuleType

from ballast.plans.capacity_actions import LowerDesired, RaiseDesired, TerminateAndLower
from ballast.shell.execute import each


def _sizes() -> ModuleType:
    from ballast.aws import group_sizes  # noqa: PLC0415 - few starts change what a group wants

    return group_sizes


LOWERS = each(LowerDesired, lambda a: _sizes().lower_desired(a.group, a.desired))
TERMINATES = each(
    TerminateAndLower,
    lambda a: _sizes().terminate_and_lower(a.group, a.instance_id, a.desired, goes_anyway=a.goes_anyway),
)
# rebalance_capacity has one of its own, which remembers what a group refused.
RAISES = each(RaiseDesired, lambda a: _sizes().raise_desired(a.group, a.desired, a.add))
