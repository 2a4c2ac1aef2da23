"""What is answered: one value, which the text, the comparison and the JSON document show. Times in seconds of the story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ballast_cli.drawing.standing import Standing


@dataclass(frozen=True, slots=True)
class Cost:
    """USD an hour, or what the price list's currency is. `now` is of those with a price; `parts` sum to it.

    `then`: once what has begun in the story is over. `bound`: no plan is below. `no_price`: instances.
    """

    now: float
    then: float
    bound: float
    parts: Mapping[str, float]
    currency: str = "USD"
    no_price: int = 0


@dataclass(frozen=True, slots=True)
class Blocked:
    """What is paid beyond the worth of the tasks, by reason; `lifting` wins so much at once, None: not worked out."""

    reason: str
    service: str | None
    usd_per_hour: float
    lifting: float | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """A decision of rebalancing; `line` in its own words. `on`: whether its switch is, else it is only told."""

    what: str
    line: str
    group: str
    instances: tuple[str, ...]
    tasks: int
    saves: float
    on: bool
    receivers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stays:
    """Why an instance stays: the first reason counts, `also` are the others."""

    instance: str
    part: str
    reason: str
    sentence: str
    service: str | None = None
    usd_per_hour: float | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drained:
    """`why`: the reason of the drain; `at` null: it waits; `how`: what came of it, in words."""

    instance: str
    group: str
    why: str
    at: float | None
    how: str
    tasks: int
    saves: float | None = None


@dataclass(frozen=True, slots=True)
class RolledOut:
    """A rollout; `held`: what holds it; `order`: its instances; `left`: why one is not done."""

    variant: str
    arch: str
    target: str
    state: str
    on_target: int
    total: int
    failed: int
    excluded: int
    held: str
    order: tuple[str, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changed:
    """Anything else that Ballast changes: `what` it is in words."""

    at: float
    what: str


@dataclass(frozen=True, slots=True)
class Told:
    """A message, of which people would see `what`; docs/operating.md has a section for each `code`."""

    at: float
    severity: str
    code: str
    what: str


@dataclass(frozen=True, slots=True)
class Harm:
    """To the work in the story, whoever did it: tasks cut off, falls by service, tasks without room at the end by service."""

    interrupted: int
    below_minimum: Mapping[str, int]
    waiting: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """`minutes`: how long the story took. `policy`: the name of the file, None: as deployed.

    `before`, `after`: every instance that is there when it begins and ends.
    """

    cluster: str
    region: str
    taken_at: str
    instances: int
    tasks: int
    services: int
    policy: str | None
    event: str | None
    release: str | None
    minutes: float
    cost: Cost
    blocked: tuple[Blocked, ...]
    acts: tuple[Act, ...]
    stays: tuple[Stays, ...]
    drained: tuple[Drained, ...]
    rollouts: tuple[RolledOut, ...]
    launched: Mapping[str, int]
    changed: tuple[Changed, ...]
    told: tuple[Told, ...]
    harm: Harm
    settings: Mapping[str, str]
    unknown: tuple[str, ...]
    before: tuple[Standing, ...] = ()
    after: tuple[Standing, ...] = ()
