"""Which letter and colour stand for a service? Letters carry the meaning, colours only help."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from string import ascii_lowercase, ascii_uppercase, digits

from rich.style import Style

from simulator.stage import Stage
from simulator.world.core.records import Service

# Red and yellow are left out: they mean that something is wrong.
COLOURS = ("#7aa2f7", "#9ece6a", "#bb9af7", "#2ac3de", "#ff9e64", "#73daca", "#c8a2c8", "#a9b1d6")
STANDALONE = ("*", "#ffffff")
WORD_STYLES = {"PAGE": "bold white on red", "TICKET": "bold yellow", "INFO": "dim", "OVER": "green"}

type Palette = dict[tuple[str, str | None], tuple[str, str]]


def palette(stage: Stage) -> Palette:
    """(cluster, service) → (letter, colour); each letter once while there are letters."""
    chosen: Palette = {}
    free = list(chain(ascii_lowercase, ascii_uppercase, digits))
    for number, service in enumerate(services(stage)):
        letter = _letter(service.name, free)
        if letter in free:
            free.remove(letter)
        chosen[service.cluster.name, service.name] = letter, COLOURS[number % len(COLOURS)]
    return chosen


def services(stage: Stage) -> list[Service]:
    return [service for cluster in stage.world.clusters.values() for service in cluster.services.values()]


def tile(colour: str) -> Style:
    return Style(color="#16161e", bgcolor=colour)


def _letter(name: str, free: Iterable[str]) -> str:
    wanted = chain((c for c in name.lower() if c.isalnum()), free)
    available = set(free)
    return next((letter for letter in wanted if letter in available), "#")
