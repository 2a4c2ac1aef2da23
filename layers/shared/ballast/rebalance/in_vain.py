"""What is told where nothing can be launched, and for how long does it hold?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ballast.rebalance.acts import Act
from ballast.rebalance.ground import Ground
from ballast.rebalance.impossible import lacks, page, smallest
from ballast.rebalance.parts import Part
from ballast.rebalance.pools import retries, room_to_grow
from ballast.words.incident import count, runs


def lasts(ground: Ground, part: Part, waiting: Iterable[str], *, spare: bool) -> None:
    """What was told of tasks that wait lasts as long as they do, whatever is tried for them meanwhile."""
    waiting = tuple(waiting)
    ground.holds |= {f"not launched {ground.asks.by_name[name].group}" for name in waiting}
    ground.holds |= {lacks(part.name, spare=False)} if waiting else set()
    ground.holds |= {lacks(part.name, spare=True)} if spare else set()


def not_known_to_fit(ground: Ground, part: Part, homes: Sequence[Part], name: str) -> Iterator[Act]:
    ask = ground.asks.by_name[name]
    key = f"not launched {ask.group}"
    small = next((s for home in homes if (s := smallest(home, ask))), None)
    what = f"its smallest type is {small.instance_type}" if small else "what it would launch is unknown"
    why = f"A task of {ask.group} waits, and no launch of {part.name} is known to bring an instance that takes it: {what}."
    yield from page(ground.snapshot, key, why, ground.now)


def nobody(
    ground: Ground, part: Part, homes: Sequence[Part], of_tasks: Mapping[str, int], spare: Mapping[str, int]
) -> Iterator[Act]:
    """`of_tasks`: copies of tasks that wait; `spare`: of headroom, which counts where none waits."""
    waiting = [h for h in homes if h.group and retries(ground, h.group)]
    if waiting:
        return
    full = [
        f"{h.group.name} has its maximum of {h.group.max_size}" for h in homes if h.group and not room_to_grow(h.group)
    ]
    rest = [h.name for h in homes if h.group and room_to_grow(h.group)]
    short = [f"{name} has no type with a known price that is not short" for name in rest]
    lacking = without_room(of_tasks, spare)
    sentence = f"{lacking} and nothing can be launched: {'; '.join((*full, *short))}."
    yield from page(ground.snapshot, lacks(part.name, spare=not of_tasks), sentence, ground.now)


def without_room(of_tasks: Mapping[str, int], spare: Mapping[str, int]) -> str:
    if of_tasks:
        return f"{runs(sum(of_tasks.values()), 'task', 'has', 'have')} no room"
    return f"the headroom lacks room for {count(sum(spare.values()), 'task')}"
