"""What is said of rebalancing: of the n-th instance, service or provider, as the acts of a round have it told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from ballast.plans.actions import Tell
from ballast.policy.rebalancing import Rebalance
from ballast.rebalance.acts import Act, Do, GiveBack, GoOn, Kept, Launch, Page, PutAside, Round, SetBack, Try
from ballast.rebalance.explain import Explanation, Kind, Row
from ballast.rebalance.report import daily
from ballast.rebalance.stays import Stay, Why
from ballast.rebalance.tell import over, told
from ballast.records.disruption import Reason
from ballast.records.rebalancing import Method, Move, MovePhase, Shortage, Tally
from ballast.words import drain as say
from ballast.words.codes import Code
from ballast.words.notice import Notice
from ballast.words.rebalance_moves import part_of
from tests.builders import a_cluster, a_voluntary, after
from tests.gallery.drains import Path, Step, instance_id, of

CLUSTER = a_cluster()
SET_ACTIVE = "it is ACTIVE again: its drain was given up, or somebody set it so"
KEYS = {
    Code.TASK_IMPOSSIBLE: (
        "impossible service:checkout{n}",
        "a task of service:checkout{n} asks for 307,200 MiB of memory; the largest instance of web-provider has 262,144.",
    ),
    Code.NO_CAPACITY: (
        "no capacity web-provider{n}",
        "3 tasks have no room, and every pool refuses: web: InsufficientInstanceCapacity; batch: VcpuLimitExceeded.",
    ),
    Code.HEADROOM_MISSING: (
        "no headroom web-provider{n}",
        "the headroom lacks room for 4 tasks and nothing can be launched: web has its maximum of 12.",
    ),
    Code.NO_LAUNCH_FITS: (
        "not launched service:checkout{n}",
        "A task of service:checkout{n} waits, and no launch of web is known to bring an instance that takes it: ….",
    ),
    Code.PROBE_FAILED: (
        "probe web-provider{n}",
        "web-provider{n}: ECS added an instance for one that drains, so nothing is given back there until you say otherwise.",
    ),
    Code.REBALANCE_STANDS: (
        "agents",
        "7 of 20 ECS agents are disconnected: nothing is given back until they are back.",
    ),
}  # fmt: skip


def move(n: int, **changes: object) -> Move:
    own = Move(
        "prod", instance_id(n), "web-provider", "web", Method.CONSOLIDATE, MovePhase.DRAINING,
        started_at=after(0) + timedelta(seconds=n), deadline=after(30), desired=20,
        receivers=(instance_id(90), instance_id(91), instance_id(92)), services=("checkout", "search", "shop"),
        tasks=12, saving_usd_per_hour=0.192,
    )  # fmt: skip
    return replace(own, **changes)  # type: ignore[arg-type]  # each sample names what matters


def replaced(n: int) -> Move:
    return move(
        n, method=Method.REPLACE, phase=MovePhase.LAUNCHING, launched=1, receivers=(), saving_usd_per_hour=0.098
    )


def of_act(act: Act, minutes: float, n: int = 0) -> Notice:
    """The first notice of what is told of it."""
    now = after(minutes) + timedelta(seconds=n)
    return next(action.notice for action in told(act, CLUSTER, now) if isinstance(action, Tell))


def ended(do: Do, why: str, minutes: float, phase: MovePhase = MovePhase.DRAINING) -> Step:
    return lambda n: of_act(GoOn(move(n, phase=phase), do, why, None), minutes, n)


def late(n: int) -> Notice:
    asked = move(n, phase=MovePhase.TERMINATING)
    return of_act(GoOn(asked, Do.TERMINATE, "it was to be gone by now", replace(asked, revision=3)), 25, n)


def drains(n: int) -> Notice:
    drain = a_voluntary(reason=Reason.REBALANCING, goes_at=None, part_of=part_of(move(n)))
    return say.drain_started(*of(n, drain))


def page(code: Code, minutes: float = 0) -> Step:
    key, sentence = KEYS[code]
    return lambda n: of_act(Page(_named(key, n), _named(sentence, n)), minutes, n)


def no_more(code: Code, minutes: float) -> Step:
    def step(n: int) -> Notice:
        before = {_named(KEYS[code][0], n): after(0) + timedelta(seconds=n)}
        [found] = over(
            before, Round((), (), (), after(minutes), frozenset()), CLUSTER, after(minutes) + timedelta(seconds=n)
        )
        return next(action.notice for action in found.actions if isinstance(action, Tell))

    return step


def _named(text: str, n: int) -> str:
    return text.replace("{n}", f"-{n}" if n else "")


def launched(n: int) -> Notice:
    name = "batch" if n % 2 else "web"
    provider = f"{name}-provider-{n}" if n else "web-provider"
    tries = (Try(name, "eu-central-1a", "spot"), Try("spare", None, None))
    return of_act(Launch(provider, name, 2, 18, "14 tasks have no room", Method.SCALE_OUT, tries, 0.384), 0, n)


def aside(n: int) -> Notice:
    code, kind = "InsufficientInstanceCapacity", f"m{n % 3 + 5}i.{n // 3 or ''}xlarge"
    return of_act(PutAside(Shortage("prod", None, kind, "eu-central-1a", "spot", code, after(0), after(3)), None), 0, n)


ROWS = (
    Row(Kind.BOUND, 3_274_100),
    Row(Kind.GRANULARITY, 180_400),
    Row(Kind.HEADROOM, 384_000),
    Row(Kind.BLOCKED, 412_333, Why.SERVICE_FIXED, "checkout", 384_000),
    Row(Kind.BLOCKED, 192_333, Why.STANDALONE, None, 0),
    Row(Kind.BLOCKED, 96_167, Why.PROTECTED, "search"),
    Row(Kind.FRAGMENTATION, 301_167),
)
COSTS = Explanation(sum(row.micro_usd_per_hour for row in ROWS), ROWS, 1)
KEPT = (
    Kept(instance_id(40), "web-provider", Stay(Why.PRICE_UNKNOWN, "the price of x9.large is unknown"), None),
    Kept(instance_id(41), "gpu-provider", Stay(Why.REFUSED, "an instance refresh of Auto Scaling group gpu runs"), 0.5),
)  # fmt: skip
TALLY = Tally("prod", after(-1440), given_back=3, tasks=14, micro_usd_per_hour=576_000, undone=1, launched=2)
WOULD = tuple(GiveBack(move(n), 7, {}) for n in range(2))


def reported(mode: Rebalance, *, dry_run: bool = False) -> Step:
    def step(_: int) -> Notice:
        here = Round((), WOULD if mode is Rebalance.REPORT or dry_run else (), KEPT, after(0))
        actions = daily(COSTS, here, TALLY, CLUSTER, after(0), mode=mode, instances=61, dry_run=dry_run)
        return next(action.notice for action in actions if isinstance(action, Tell))

    return step


BEGUN: Step = lambda n: of_act(GiveBack(move(n), 7, {}), 0, n)  # noqa: E731 - beside its siblings
CHEAPER: Step = lambda n: of_act(  # noqa: E731 - beside its siblings
    Launch("web-provider", "web", 1, 20, "1 in its place", Method.REPLACE, (), 0.096, moves=(replaced(n),)), 0, n
)
JOINED: Step = lambda n: of_act(  # noqa: E731 - beside its siblings
    GoOn(replaced(n), Do.DRAIN, "it has joined", replace(replaced(n), phase=MovePhase.DRAINING)), 4, n
)

CAPACITY: Mapping[Code, Path] = {
    Code.CAPACITY_ADDED: (launched,),
    Code.POOL_ASIDE: (aside,),
    Code.GROUP_SET_BACK: (lambda n: of_act(SetBack(f"web-{n}" if n else "web", 18), 0, n),),
    Code.GIVE_BACK: (BEGUN,),
    Code.GIVE_BACK_DRAIN: (BEGUN, drains),
    Code.CHEAPER_LAUNCHED: (CHEAPER,),
    Code.CHEAPER_JOINED: (CHEAPER, JOINED),
    Code.GIVE_BACK_LATE: (BEGUN, drains, late),
    Code.GIVEN_BACK: (BEGUN, drains, ended(Do.FINISH, "it is given back", 11, MovePhase.TERMINATING)),
    Code.GIVE_BACK_UNDONE: (
        BEGUN, drains, ended(Do.UNDO, "a task of service search finds no place (RESOURCE:MEMORY)", 8),
    ),
    Code.GIVE_BACK_DROPPED: (BEGUN, drains, ended(Do.DROP, SET_ACTIVE, 6)),
    **{code: (page(code),) for code in KEYS if code is not Code.REBALANCE_STANDS},
    Code.WAITING_OVER: (page(Code.NO_CAPACITY), no_more(Code.NO_CAPACITY, 40)),
}  # fmt: skip
# Of which many are told at once; the others are as many as the budget allows, or providers.
AT_ONCE = (Code.CAPACITY_ADDED, Code.POOL_ASIDE, Code.GIVEN_BACK, Code.GIVE_BACK_UNDONE, Code.TASK_IMPOSSIBLE)
OF_CLUSTER: Mapping[Code, Path] = {
    Code.REBALANCE_STANDS: (page(Code.REBALANCE_STANDS),),
    Code.REBALANCE_GOES_ON: (page(Code.REBALANCE_STANDS), no_more(Code.REBALANCE_STANDS, 12)),
    Code.REBALANCE_REPORT: (reported(Rebalance.REPORT),),
}
