"""Why does an instance stay? A kind that can be counted, a sentence for people, and the service that blocks it."""

from __future__ import annotations

from enum import StrEnum

from ballast.value import dataclass

IN_ONE_ORDER = "its tasks find room in one order only, and ECS has its own"


class Why(StrEnum):
    """In the order in which they are looked for, roughly; the words are those of the report."""

    REFUSED = "its part is only reported"
    AGENTS_GONE = "agents are gone"
    RESTS = "its part rests"
    NOT_SERVING = "it does not serve"
    UNKNOWN = "something is unknown"
    PRICE_UNKNOWN = "its price is unknown"
    YOUNG = "it is new"
    CHANGING = "its tasks change"
    ZONE = "its zone"
    OPTED_OUT = "opted out"
    RECEIVES = "it receives tasks"
    PROTECTED = "task protection"
    STANDALONE = "standalone task"
    SERVICE_BUSY = "the service is busy"
    SERVICE_FIXED = "the service can be moved nowhere"
    CONSTRAINT = "a placement constraint"
    GROUP_MINIMUM = "group minimum"
    MANAGED_FLOOR = "managed scaling would bring it back"
    NO_ROOM = "no room for its tasks"
    HEADROOM = "headroom"
    NOT_WORTH = "it saves too little"
    BUDGET = "the budget is used up"
    NEXT = "not yet its turn"


@dataclass(frozen=True, slots=True)
class Stay:
    why: Why
    sentence: str
    service: str | None = None
