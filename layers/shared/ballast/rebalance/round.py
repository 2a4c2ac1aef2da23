"""What is to be done about the capacity of one cluster now? The methods in their order; this is the door into the room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from ballast.policy.policy import policy_objection
from ballast.policy.rebalancing import Rebalance, RebalancePolicy
from ballast.rebalance.acts import Act, GiveBack, Kept, Launch, Page, Round
from ballast.rebalance.begin import give_back
from ballast.rebalance.consolidate import Sweep, consolidate
from ballast.rebalance.exchange import exchange
from ballast.rebalance.ground import Ground
from ballast.rebalance.idle import idle
from ballast.rebalance.impossible import page, waiting
from ballast.rebalance.parts import Mode, Part, brake, families, whose
from ballast.rebalance.removable import why_it_stays
from ballast.rebalance.rests import most_moves, why_nothing_goes
from ballast.rebalance.scale_out import scale_out
from ballast.rebalance.settle import settle
from ballast.rebalance.snapshot import Instance, Snapshot
from ballast.rebalance.stays import Stay, Why
from ballast.records.rebalancing import Method, Move
from ballast.value import dataclass

# fmt: off
METHODS = (
    "settle",       # each move under way takes its next step; whatever the policy says by now
    "brake",        # more than a fifth of the agents is gone: one page, and nothing is given back
    "impossible",   # tasks that no launch helps are told, once in four hours
    "scale out",    # tasks, then headroom, without room: existing room first, then the best group
    "idle",         # what stands empty for long enough and above the headroom goes
    "consolidate",  # what is in use goes if its tasks fit on others, behind the headroom
    "replace",      # what is left is given for cheaper: launched first, drained once that has joined
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Looked:
    """What the first methods made of a part: `free` may go as far as they themselves are concerned."""

    acts: list[Act]
    stays: dict[str, Stay]
    free: list[Instance]


def plan_round(snapshot: Snapshot, policy: RebalancePolicy, now: datetime) -> Round:
    """The first method after the settling that acts on parts that share their room ends their round.

    The budget is shared by all parts.
    """
    ground = Ground(snapshot, policy, now)
    return decide(ground)


def decide(ground: Ground) -> Round:
    """As `plan_round`, for whoever asks more of the same ground."""
    snapshot, now = ground.snapshot, ground.now
    acts: list[Act] = [act for part in ground.parts for act in settle(ground, part)]
    would: list[Act] = []
    kept: list[Kept] = []
    if ground.policy.rebalance is not Rebalance.OFF and (why := brake(snapshot.cluster, snapshot.instances)):
        acts += page(snapshot, "agents", f"{why}: nothing is given back until they are back.", now)
    left = snapshot.budget.left - sum(move.phase == "launching" for move in snapshot.moves)
    roams = False  # tasks by launch type are, or will be, on their way, which may take room in any part
    looked = {part.name: _of_part(ground, part) for part in ground.parts}
    only_told = ground.policy.rebalance is Rebalance.ON and not ground.policy.consolidate
    together = tuple(families(ground.parts))
    for family in together:
        begun = _given_back(ground, family, looked, max(0, left) if not roams else 0)
        if not only_told:
            left -= len(begun)
            roams = roams or any(_roams(snapshot, move) for move in begun)
    for family in together:
        if launch := _exchange(ground, family, looked, max(0, left) if not roams else 0, only_told=only_told):
            looked[family[0].name].acts.append(launch)
            left -= len(launch.moves)
            roams = roams or any(_roams(snapshot, move) for move in launch.moves)
            for move in launch.moves:
                for each in looked.values():
                    each.stays.pop(move.instance_id, None)
    for part in ground.parts:
        seen = looked[part.name]
        for act in seen.acts:
            (acts if _is_on(ground, act) else would).append(act)
        kept += [Kept(i.id, part.name, seen.stays[i.id], ground.price(i)) for i in part.instances if i.id in seen.stays]
    return Round(tuple(acts), tuple(would), tuple(kept), now, frozenset(ground.holds | _lasting(ground)))


def _exchange(
    ground: Ground, family: Sequence[Part], looked: Mapping[str, Looked], left: int, *, only_told: bool
) -> Launch | None:
    """Of parts that share their room, if nothing is begun in any of them; what is only told begins nothing."""
    for each in family:
        if any(not (only_told and isinstance(act, GiveBack)) for act in looked[each.name].acts):
            return None
    return exchange(ground, family, _free(family, looked), _most(family, left))


def _most(family: Sequence[Part], left: int) -> int:
    return max(0, min([left, *(n - len(each.moves) for each in family if (n := most_moves(each)))]))


def _free(family: Sequence[Part], looked: Mapping[str, Looked]) -> list[Instance]:
    return [i for each in family for i in looked[each.name].free]


def _lasting(ground: Ground) -> set[str]:
    """Keys of pages about what is not seen from the tasks that wait."""
    braked = {"agents"} if brake(ground.snapshot.cluster, ground.snapshot.instances) else set()
    return braked | {f"probe {part.name}" for part in ground.parts if part.memory.drain_counts_against}


def _of_part(ground: Ground, part: Part) -> Looked:
    acts: list[Act] = list(scale_out(ground, part))
    rest = why_nothing_goes(ground.snapshot, part, ground.policy, ground.now)
    if rest is None and any(isinstance(act, Launch) for act in acts):
        rest = Stay(Why.RESTS, "capacity is added in this round")
    if rest is None and waiting(ground, part):
        rest = Stay(Why.RESTS, "tasks wait for room")
    stays = {i.id: why_it_stays(ground, part, i) or rest for i in part.instances}
    free = [i for i in part.instances if stays[i.id] is None]
    known = {i: stay for i, stay in stays.items() if stay is not None}
    if rest is not None:
        # What lasts is told rather than that the part rests, but for a part in which nothing is ever done.
        told = known if part.mode is not Mode.REPORT else {i.id: rest for i in part.instances}
        return Looked(acts, told, [])
    return Looked(acts, known, free)


def _given_back(ground: Ground, family: Sequence[Part], looked: Mapping[str, Looked], left: int) -> list[Move]:
    """What the first method begins that finds something; why each other instance stays, of all methods that looked."""
    steps: tuple[tuple[Method, Callable[[Ground, Sequence[Part], list[Instance], int], Sweep]], ...] = (
        (Method.IDLE, idle),
        (Method.CONSOLIDATE, consolidate),
    )
    free, most = _free(family, looked), _most(family, left)
    where = {i: looked[part.name] for i, part in whose(family).items()}
    begun: list[Move] = []
    for method, step in steps:
        sweep = step(ground, family, free, most if not begun else 0)
        for instance_id, stay in sweep.stays.items():
            where[instance_id].stays[instance_id] = stay
        for act in give_back(ground, family, sweep, method):
            where[act.move.instance_id].acts.append(act)
            begun.append(act.move)
    return begun


def _roams(snapshot: Snapshot, move: Move) -> bool:
    workloads = (snapshot.services.get(name) for name in move.services)
    return any(w is not None and not w.providers for w in workloads)


def _is_on(ground: Ground, act: Act) -> bool:
    """Whether the operator has it done. Pages are told in any case, a pause stops what is voluntary only."""
    policy = ground.policy
    if policy.rebalance is not Rebalance.ON:
        return isinstance(act, Page) and policy.rebalance is Rebalance.REPORT
    if isinstance(act, Launch) and act.method is Method.SCALE_OUT:
        unreadable = ground.snapshot.cluster.policy.unreadable
        return policy.scale_out and not unreadable
    if isinstance(act, Launch):
        return policy.replace and policy_objection(ground.snapshot.cluster.policy, ground.now) is None
    return policy.consolidate if isinstance(act, GiveBack) else True
