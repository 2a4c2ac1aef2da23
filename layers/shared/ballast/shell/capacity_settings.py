"""How was rebalance_capacity deployed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ballast.policy.rebalance_settings import REBALANCE_VARIABLES
from ballast.policy.rebalancing import Rebalance
from ballast.policy.settings import POLICY_VARIABLES
from ballast.shell.settings import FromEnvironment
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class CapacitySettings(FromEnvironment):
    """`policy` and `rebalancing` have the texts of their variables; `may_rebalance`: the most that its role was granted."""

    aws_region: str
    dry_run: bool
    ledger_table: str
    dead_letter_queue_url: str
    may_rebalance: Rebalance
    policy: Mapping[str, str] = field(metadata={"variables": POLICY_VARIABLES})
    rebalancing: Mapping[str, str] = field(metadata={"variables": REBALANCE_VARIABLES})
