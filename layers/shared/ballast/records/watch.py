"""What do we remember of things that are not ours to change? The items `watch#…` of the ledger."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from ballast.value import dataclass

# A key takes 1,024 bytes, and a name has up to four a character:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys
NAME_BYTES = 640


class WatchKind(StrEnum):
    FOREIGN_DRAIN = "foreign_drain"
    AGENT_LOST = "agent_lost"
    AGENTS_LOST = "agents_lost"  # many at once; its subject is "*", or the attribute that they have in common
    GROUP_UNREACHABLE = "group_unreachable"  # its subject is an Auto Scaling group
    CLUSTER_UNREACHABLE = "cluster_unreachable"  # its subject is "*"
    ABSENT = "absent"  # EC2 does not know an instance that ECS lists; since when, for `View.is_gone`
    STALE_RECORD = "stale_record"  # an older record of an instance that is connected by another
    CLUSTER_NOT_ACTIVE = "cluster_not_active"  # its subject is "*"
    REPLACEMENT_MISSING = "replacement_missing"  # its subject is a group that lacks an instance
    NOT_REGISTERED = "not_registered"  # its subject is a group, of which instances in service never joined ECS
    HOOK_PUT = "hook_put"  # its subject is a group on which our hook is being put; it lives until that is told
    UNREADABLE_POLICY = "unreadable_policy"  # its subject is the key and value of each tag
    UNREADABLE_ITEM = "unreadable_item"  # its subject is the key of an item of the ledger
    PAUSED = "paused"  # its subject is the pause in words
    FLEET_SIZE = "fleet_size"  # how many serve, of late; never told. Its subject is "*"
    FLEET_LOST = "fleet_lost"  # a third of them went at once; its subject is "*"
    END_OF_LIFE = "end_of_life"  # its subject is a variant of Bottlerocket
    UNKNOWN_RELEASE = "unknown_release"  # its subject is variant/architecture
    ILL = "ill"  # what is to be repaired; its subject is an EC2 id
    REPAIR_HELD = "repair_held"  # a cause in common; its subject is what they share, or "*"
    LAUNCHES_FAIL = "launches_fail"  # its subject is a group of which what is launched never joins


@dataclass(frozen=True, slots=True)
class Size:
    """How many container instances of a cluster serve since `at`, and how many of its EC2 instances should."""

    at: datetime
    serving: int
    wanted: int
    in_no_group: int = 0  # of those wanted, as they were listed last
    not_ours: int = 0  # of those that ECS counts: external hosts, and what ECS manages, as they were listed last
    allowed_out: int = 0  # by voluntary drains of ours


@dataclass(frozen=True, slots=True)
class Watch:
    """Something that is not ours to change, remembered since when, so that it is told once if it lasts."""

    cluster: str
    kind: WatchKind
    subject: str
    since: datetime
    told: bool = False
    revision: int = 0
    rounds: int | None = None  # of the sweep in a row that found it so, where rounds count rather than minutes
    sizes: tuple[Size, ...] | None = None  # FLEET_SIZE: of the last minutes; FLEET_LOST: the one before
    members: tuple[str, ...] | None = None  # NOT_REGISTERED, REPAIR_HELD: EC2 ids of those that were seen so
    signal: str | None = None  # ILL: a `repair.Signal`
    why: str | None = None  # ILL: what AWS said, in words
    traits: tuple[str, ...] | None = None  # ILL: what it may share with others, each as name=value
    group: str | None = None  # ILL
    seen_at: datetime | None = None  # ILL, REPAIR_HELD: when it was seen so last

    @property
    def item(self) -> str:
        return f"watch#{self.kind}#{self._name}"

    @property
    def incident(self) -> str:
        return f"{self.cluster}/{self.kind}/{self._name}/{self.since:%Y%m%dT%H%M%SZ}"

    @property
    def _name(self) -> str:
        """The subject; where it is too long for a key its beginning and a digest, as two may begin alike."""
        name = self.subject.encode()
        if len(name) <= NAME_BYTES:
            return self.subject
        return f"{name[:NAME_BYTES].decode(errors='ignore')}…{sha256(name).hexdigest()[:16]}"
