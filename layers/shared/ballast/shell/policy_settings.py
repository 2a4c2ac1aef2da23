"""How were the functions deployed that have a policy? Its variables are those of the table of settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from ballast.policy.choices import Strategy
from ballast.policy.settings import POLICY_VARIABLES
from ballast.shell.settings import FromEnvironment
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class _DisruptionSettings(FromEnvironment):
    """`policy` has the texts of the variables that are the defaults of a cluster's policy, which its tags override."""

    dry_run: bool
    ledger_table: str
    dead_letter_queue_url: str
    policy: Mapping[str, str] = field(metadata={"variables": POLICY_VARIABLES})


@dataclass(frozen=True, slots=True)
class DrainSettings(_DisruptionSettings):
    """drain_instance."""

    sweep_queue_url: str
    managed_clusters: tuple[str, ...]  # names; empty = every cluster tagged ballast:managed=true
    put_lifecycle_hooks: bool
    may_repair: bool  # whether its role was granted what `Repair` asks for

    @property
    def sees_all(self) -> bool:
        """Whether its role may look into every cluster, as none is named."""
        return not self.managed_clusters


@dataclass(frozen=True, slots=True)
class UpdateSettings(_DisruptionSettings):
    """update_bottlerocket. The documents are names of SSM documents."""

    may_update: Strategy  # the widest that its role was granted
    may_change_launch_templates: bool  # the same
    check_update_document: str
    stage_update_document: str
    reboot_host_document: str
    restore_update_settings_document: str
    cancel_update_document: str
