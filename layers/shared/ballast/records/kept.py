"""Which records does the ledger keep, besides watches?"""

from __future__ import annotations

from ballast.records.disruption import Disruption
from ballast.records.instance_update import InstanceUpdate
from ballast.records.release import Release
from ballast.records.rollout import Rollout

type Kept = Disruption | Rollout | InstanceUpdate | Release
