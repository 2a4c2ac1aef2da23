"""What the doctor sees of the stack: values, as AWS told them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from ballast.value import dataclass
from ballast_cli.doctor.seen import Seen


class Trouble(StrEnum):
    """Why nobody could be asked anything."""

    NONE = "no credentials"
    EXPIRED = "expired credentials"
    INVALID = "invalid credentials"
    CLOCK = "clock"
    NO_REGION = "no Region"
    UNREACHED = "AWS not reached"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Identity:
    """`skew_s`: by how much this machine's clock is ahead of AWS's, where AWS told its time."""

    arn: str
    account: str
    region: str
    skew_s: float | None = None


@dataclass(frozen=True, slots=True)
class Nobody:
    """Who asks is not known to AWS, or does not get there."""

    trouble: Trouble
    why: str
    region: str = ""
    skew_s: float | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """`is_ours`: its outputs name a ledger. `drift` as of `drift_at`."""

    name: str
    status: str
    reason: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    is_ours: bool
    created_at: datetime
    changed_at: datetime  # by CloudFormation; when it was created, where it never was
    drift: str = "NOT_CHECKED"
    drift_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """Of the stack; `logical` is its name in the template."""

    logical: str
    kind: str
    physical: str


@dataclass(frozen=True, slots=True)
class Drifted:
    logical: str
    how: str  # MODIFIED, DELETED
    paths: tuple[str, ...]  # of the properties


@dataclass(frozen=True, slots=True)
class Function:
    """`reserved`: concurrent executions that somebody reserved for it; None where nobody did."""

    logical: str
    physical: str
    reserved: int | None = None
    state: str = "Active"
    last_update: str = "Successful"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """An event source mapping: what hands a queue to a function."""

    uuid: str
    function: str
    queue: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """`state` None: it is in the stack, and EventBridge does not know it."""

    logical: str
    physical: str
    state: str | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """`state` None: it is in the stack, and CloudWatch does not know it."""

    logical: str
    physical: str
    state: str | None
    reason: str = ""
    since: datetime | None = None
    tells: bool = True  # whether its actions are on


@dataclass(frozen=True, slots=True)
class Letter:
    """One of the dead letters, without what it says of anybody; `why` is what was written beside it."""

    kind: str
    why: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Letters:
    """A dead-letter queue: how many, and some of them."""

    logical: str
    url: str
    count: int
    some: Seen[tuple[Letter, ...]] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    protocol: str
    endpoint: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class SlackStore:
    """Where the way into Slack is kept: whether it is there, never what it holds. `why_not` "" where it is well."""

    arn: str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another stack of Ballast in the same account and Region; `clusters` are those that it names."""

    name: str
    clusters: frozenset[str]
